import { found, type Rule } from "./change.ts";

/** A command that clients of before send is not there any more. */
export const commandsAreKept: Rule = (change) => {
  const { before, now } = change;
  const kept = new Set(now.domain.commands.map(({ desc }) => desc.typeName));
  const entities = new Map(now.domain.entities.map((entity) => [entity.name, entity]));
  return before.domain.commands.flatMap((was) => {
    const entity = entities.get(was.entity?.value ?? "");
    // Of an entity that is gone, another rule tells.
    if (kept.has(was.desc.typeName) || entity === undefined) return [];
    return [
      found(change, {
        code: "EGO261",
        severity: "note",
        at: [entity.state.at],
        text: `The command ${was.desc.name} is gone: nothing of it is stored, but clients and nodes of the version before may send it.`,
        help: "If there are any, deploy them first.",
        was: was.at,
      }),
    ];
  });
};

/** A rejection that clients of before know is not there any more, or is of another class. */
export const rejectionsAreKept: Rule = (change) => {
  const { before, now } = change;
  const kept = new Map(now.domain.rejections.map((rejection) => [rejection.desc.typeName, rejection]));
  return before.domain.rejections.flatMap((was) => {
    const is = kept.get(was.desc.typeName);
    if (is?.mark.code === was.mark.code) return [];
    const users = new Set(
      before.domain.entities.flatMap(({ name, rejections }) => (rejections.includes(was) ? [name] : [])),
    );
    const user = now.domain.entities.find(({ name }) => users.has(name));
    if (is === undefined && user === undefined) return [];
    return [
      found(change, {
        code: "EGO262",
        severity: "note",
        at: [is?.mark.at, user?.state.at],
        text: is
          ? `The code of the rejection ${is.desc.name} was ${was.mark.code} and is ${is.mark.code}: clients may tell it by its code.`
          : `The rejection ${was.desc.name} is gone: nothing of it is stored, but clients of the version before may wait for it.`,
        help: "If there are any, deploy them first.",
        was: was.mark.at,
      }),
    ];
  });
};
