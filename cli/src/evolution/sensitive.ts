import { type DescField, type DescMessage, type Domain, namePosition, type Position } from "@ego/protoc-gen-ego/model";
import { type Change, found, type Rule } from "./change.ts";
import { storedMessages } from "./stored-messages.ts";

/** A field of what is stored that is sensitive in one version only. */
export const sensitiveFieldsAreKept: Rule = (change) => {
  const [was, is] = [marksOf(change.before.domain), marksOf(change.now.domain)];
  return storedFields(change).flatMap(({ old, now }) => {
    const [before, after] = [was.get(old), is.get(now)];
    if ((before === undefined) === (after === undefined)) return [];
    const field = `${now.parent.name}.${now.name}`;
    if (before !== undefined) {
      return [
        found(change, {
          code: "EGO231",
          severity: "error",
          at: [namePosition(now)],
          text: `${field} is not sensitive any more: what is stored of it is encrypted, and what is added would be in clear, where it stays when a key is deleted.`,
          help: "Mark it again: `[(ego.v1.field).sensitive = true]`. What may be in clear is a field of its own, with a new number.",
          was: before,
        }),
      ];
    }
    return [
      found(change, {
        code: "EGO232",
        severity: "warning",
        at: [after],
        text: `${field} is sensitive now: what is stored of it so far is in clear, and stays when a key is deleted.`,
        help: "It is read as before. If it has to be forgotten as well, a program of yours has to remove it from the store.",
      }),
    ];
  });
};

/** Another field says with whose key the sensitive ones are encrypted. */
export const subjectsAreKept: Rule = (change) =>
  storedMessages(change).flatMap(({ was, is }) => {
    const [old, now] = [was.subjects[0], is.subjects[0]];
    if (was.secrets.paths.length === 0 || is.secrets.paths.length === 0) return [];
    if (old?.desc.number === now?.desc.number) return [];
    const name = (subject: typeof old) => (subject === undefined ? "the entity" : `\`${subject.desc.name}\``);
    return [
      found(change, {
        code: "EGO233",
        severity: "warning",
        at: [now?.at, is.at],
        text: `The subject of ${is.desc.name} was ${name(old)} and is ${name(now)}: what is stored stays encrypted with the key of the former, and deleting that of the latter does not reach it.`,
        help: "Keep the keys of both apart until nobody needs what is stored, or take the subject back.",
        was: old?.at ?? was.at,
      }),
    ];
  });

function marksOf({ files }: Domain): ReadonlyMap<DescField, Position> {
  return new Map(
    files.flatMap(({ messages }) => messages.flatMap(({ sensitive }) => sensitive.map(({ desc, at }) => [desc, at]))),
  );
}

interface StoredField {
  readonly old: DescField;
  readonly now: DescField;
}

/** All fields of what is stored, also of the messages that these hold, each with the field as which it is read. */
function storedFields(change: Change): readonly StoredField[] {
  const fields: StoredField[] = [];
  const seen = new Map<DescMessage, Set<DescMessage>>();
  const queue = storedMessages(change).map(({ was, is }) => [was.desc, is.desc] as const);
  for (const [was, is] of queue) {
    const known = seen.get(was) ?? new Set();
    if (known.has(is)) continue;
    seen.set(was, known.add(is));
    for (const old of was.fields) {
      const now = is.fields.find(({ number }) => number === old.number);
      if (now === undefined) continue;
      fields.push({ old, now });
      if (old.message && now.message) queue.push([old.message, now.message]);
    }
  }
  return [
    ...new Map(
      fields.map((field) => [`${field.old.parent.typeName} ${field.old.number} ${field.now}`, field]),
    ).values(),
  ];
}
