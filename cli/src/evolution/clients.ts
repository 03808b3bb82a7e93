import { type Change, found, type Rule } from "./change.ts";

/** A command that clients of before send is not there any more. */
export const commandsAreKept: Rule = (change) =>
  change.before.domain.commands
    .filter(
      ({ desc, entity }) =>
        !change.now.domain.commands.some((now) => now.desc.typeName === desc.typeName) &&
        keepsEntity(change, entity?.value),
    )
    .map((was) =>
      found(change, {
        code: "EGO261",
        severity: "note",
        at: [change.now.domain.entities.find(({ name }) => name === was.entity?.value)?.state.at],
        text: `The command ${was.desc.name} is gone: nothing of it is stored, but clients and nodes of the version before may send it.`,
        help: "If there are any, deploy them first.",
        was: was.at,
      }),
    );

/** A rejection that clients of before know is not there any more, or is of another class. */
export const rejectionsAreKept: Rule = (change) =>
  change.before.domain.rejections.flatMap((was) => {
    const is = change.now.domain.rejections.find(({ desc }) => desc.typeName === was.desc.typeName);
    if (is?.mark.code === was.mark.code) return [];
    const users = change.before.domain.entities.filter(({ rejections }) => rejections.includes(was));
    if (!is && !users.some(({ name }) => keepsEntity(change, name))) return [];
    const [user] = change.now.domain.entities.filter(({ name }) => users.some((entity) => entity.name === name));
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

function keepsEntity({ now }: Change, entity: string | undefined): boolean {
  return now.domain.entities.some(({ name }) => name === entity);
}
