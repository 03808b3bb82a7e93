import type { Domain } from "@ego/protoc-gen-ego/model";
import { commentOf, fieldType, isOptional } from "@ego/protoc-gen-ego/model";
import {
  commentFact,
  type Facts,
  factsOf,
  fieldFact,
  fileFact,
  importFact,
  markFact,
  markOf,
  messageFact,
  said,
} from "../proto/facts.ts";
import type { Addition, NewField, NewInList, NewMessage } from "./addition.ts";
import { importsOf } from "./proto-edits.ts";
import { commentLines } from "./proto-text.ts";

/**
 * What the protos say otherwise than they did, with the addition and nothing else. That nothing is said here is what makes
 * an edit of a text safe: a slip of the editing cannot pass for what the user wrote.
 *
 * @param before what the protos said
 * @param after what they say with the addition
 */
export function differences(before: Domain, after: Domain, addition: Addition): readonly string[] {
  // Those that are only imported come and go with the imports.
  const own = before.files.flatMap(({ desc, generate }) => (generate ? [desc.proto.name] : []));
  const meant = new Set([...own, ...addition.files.map(({ file }) => file)]);
  const [was, is] = [before, after].map((domain) => factsOf(domain, (file) => meant.has(file))) as [Facts, Facts];
  const { fresh, changed } = expectedKeys(addition);
  const wrong: string[] = [];
  for (const [key, text] of was) {
    if (is.get(key) === text || (is.has(key) && changed.has(key))) continue;
    wrong.push(is.has(key) ? `${key} is another` : `${key} is gone`);
  }
  for (const key of is.keys()) {
    if (!was.has(key) && !fresh.some((one) => key === one || key.startsWith(`${one} `))) wrong.push(`${key} is new`);
  }
  return [
    ...wrong,
    ...addition.files.flatMap((file) => fileFaults(after, file)),
    ...addition.messages.flatMap((message) => messageFaults(after, message)),
    ...addition.fields.flatMap(({ message, field }) => fieldFaults(after, message.typeName, field)),
    ...listFaults(before, after, addition),
    ...orderFaults(before, after, addition),
  ];
}

interface ExpectedKeys {
  /** Those of what is added; what is in it has these before its own. */
  readonly fresh: readonly string[];
  readonly changed: ReadonlySet<string>;
}

function expectedKeys(addition: Addition): ExpectedKeys {
  const { files, messages, fields, lists } = addition;
  const all = new Set([
    ...files.map(({ file }) => file),
    ...messages.map(({ file }) => file),
    ...fields.map(({ message }) => message.file.proto.name),
  ]);
  const added = [
    ...files.map(({ file }) => fileFact(file)),
    ...[...all].flatMap((file) => importsOf(addition, file).map((path) => importFact(file, path))),
    ...messages.flatMap((message) => {
      const name = fullName(message);
      const own = message.fields.map((field) => fieldFact(name, field.name));
      return [messageFact(name), markFact(name), ...own];
    }),
    ...fields.map(({ message, field }) => fieldFact(message.typeName, field.name)),
  ];
  return {
    fresh: added.flatMap((key) => [key, commentFact(key)]),
    changed: new Set(lists.map(({ command }) => markFact(command.typeName))),
  };
}

/** The full name of a new message. */
export function fullName({ package: scope, name }: Pick<NewMessage, "package" | "name">): string {
  return scope === "" ? name : `${scope}.${name}`;
}

function fileFaults({ files }: Domain, { file, package: scope, entity }: Addition["files"][number]): readonly string[] {
  const found = files.find(({ desc }) => desc.proto.name === file);
  if (found === undefined) return [`${file} is not there`];
  const { desc } = found;
  return [
    ...faults(`package of ${file}`, desc.proto.package, scope),
    ...faults(`entity of ${file}`, found.entity?.value, entity),
  ];
}

function messageFaults(after: Domain, message: NewMessage): readonly string[] {
  const name = fullName(message);
  const found = markedIn(after, name);
  if (found?.mark === undefined) return [`${name} is not there, or not marked`];
  return [
    ...faults(`file of ${name}`, found.desc.file.proto.name, message.file),
    ...faults(`option of ${name}`, said(markOf({ mark: found.mark })), said(message.mark)),
    ...faults(`comment of ${name}`, commentOf(found.desc), commentFor(message.comment)),
    ...faults(
      `fields of ${name}`,
      found.desc.fields.map((field) => field.name).join(),
      message.fields.map((field) => field.name).join(),
    ),
    ...message.fields.flatMap((field) => fieldFaults(after, name, field)),
  ];
}

function fieldFaults(after: Domain, typeName: string, wanted: NewField): readonly string[] {
  const message = markedIn(after, typeName);
  const field = message?.desc.fields.find(({ name }) => name === wanted.name);
  const name = `${typeName}.${wanted.name}`;
  if (message === undefined || field === undefined) return [`${name} is not there`];
  const has = (marks: readonly { readonly desc: object }[]) => marks.some(({ desc }) => desc === field);
  const { label, full } = wanted.type;
  // In proto2 and in editions, a field without a label can be unset, too.
  const unset = label === "optional" && !field.message && !isOptional(field);
  return [
    ...faults(`number of ${name}`, field.number, wanted.number),
    ...faults(
      `type of ${name}`,
      fieldType(field).replace(/^optional /, ""),
      label === "repeated" ? `repeated ${full}` : full,
    ),
    ...faults(`presence of ${name}`, unset, false),
    ...faults(`id of ${name}`, has(message.ids), wanted.id ?? false),
    ...faults(`sensitive of ${name}`, has(message.sensitive), wanted.sensitive ?? false),
    ...faults(`subject of ${name}`, has(message.subjects), wanted.subject ?? false),
    ...faults(`comment of ${name}`, commentOf(field), commentFor(wanted.comment)),
  ];
}

function listFaults(before: Domain, after: Domain, { lists }: Addition): readonly string[] {
  return [...Map.groupBy(lists, ({ command }) => command.typeName)].flatMap(([name, added]) => {
    const [was, is] = [markedIn(before, name)?.mark, markedIn(after, name)?.mark];
    if (was?.role !== "command" || is?.role !== "command") return [`${name} is no command`];
    const wanted = markOf({ mark: was }) as Record<NewInList["list"], readonly string[]>;
    for (const { list, names } of added) wanted[list] = [...wanted[list], ...names];
    return faults(`option of ${name}`, said(markOf({ mark: is })), said(wanted));
  });
}

/** What was there is in the order in which it was. */
function orderFaults(before: Domain, after: Domain, { messages, fields }: Addition): readonly string[] {
  const added = new Set([
    ...messages.map(fullName),
    ...fields.map(({ message, field }) => `${message.typeName}.${field.name}`),
  ]);
  return before.files.flatMap((file) => {
    const name = file.desc.proto.name;
    const now = after.files.find(({ desc }) => desc.proto.name === name);
    const order = (one: typeof now) =>
      (one?.messages ?? [])
        .filter(({ desc }) => !added.has(desc.typeName))
        .flatMap(({ desc }) => [desc.typeName, ...desc.fields.map((field) => `${desc.typeName}.${field.name}`)])
        .filter((key) => !added.has(key));
    return faults(`order of ${name}`, order(now).join(), order(file).join());
  });
}

/** A comment as it comes out of a proto again. */
function commentFor(typed: string | undefined): string {
  return commentLines(typed)
    .join("\n")
    .replace(/^\n+|\n+$/g, "");
}

function markedIn({ files }: Domain, typeName: string) {
  return files.flatMap(({ messages }) => messages).find(({ desc }) => desc.typeName === typeName);
}

function faults(what: string, is: unknown, wanted: unknown): readonly string[] {
  return is === wanted ? [] : [`the ${what} is ${String(is)}, not ${String(wanted)}`];
}
