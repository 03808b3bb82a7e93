import { type Domain, namePosition, type Position } from "@ego/protoc-gen-ego/model";
import type { Place } from "../project/finding.ts";
import { printableName } from "../terminal/printable.ts";
import type { Addition, NewField, NewMark, NewMessage } from "./addition.ts";
import { fullName } from "./same-but.ts";

/** Something that was added to a proto. */
export interface Added {
  readonly kind: NewMark["role"] | "field" | "emits" | "rejects";
  /** The full name of the message, or of the field with that of its message before it. */
  readonly name: string;
  readonly at?: Place;
  /** In one line. */
  readonly text: string;
}

/** What was added, in the order in which it was asked for, with its places. */
export function addedThings(
  after: Domain,
  { messages, fields, lists }: Addition,
  placeOf: (at: Position) => Place | undefined,
): readonly Added[] {
  const all = after.files.flatMap((file) => file.messages);
  const marked = (typeName: string) => all.find(({ desc }) => desc.typeName === typeName);
  const placed = (at: Position | undefined) => {
    const place = at && placeOf(at);
    return place === undefined ? {} : { at: place };
  };
  return [
    ...messages.map((message): Added => {
      const name = fullName(message);
      return { kind: message.mark.role, name, ...placed(marked(name)?.at), text: messageText(message) };
    }),
    ...fields.map(({ message, field, because }): Added => {
      const desc = marked(message.typeName)?.desc.fields.find((one) => one.name === field.name);
      return {
        kind: "field",
        name: `${message.typeName}.${field.name}`,
        ...placed(desc && namePosition(desc)),
        text: `field ${message.name}.${field.name}: ${fieldText(field)}${since(because)}`,
      };
    }),
    ...lists.map(({ command, list, names }): Added => {
      const mark = marked(command.typeName)?.mark;
      const at = mark?.role === "command" ? mark[list].at(-1)?.at : undefined;
      return { kind: list, name: command.typeName, ...placed(at), text: `${command.name} ${list} ${names.join(", ")}` };
    }),
  ];
}

/** Each as `file:line  what`. */
export function addedLines(added: readonly Added[]): readonly string[] {
  return aligned(added.map(({ at, text }) => [at === undefined ? "" : `${printableName(at.file)}:${at.line}`, text]));
}

/** Pairs as two columns. */
export function aligned(pairs: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(0, ...pairs.map(([first]) => first.length));
  return pairs.map(([first, second]) => `${first.padEnd(width)}  ${second}`);
}

function messageText({ name, mark, because }: NewMessage): string {
  return `${mark.role} ${name}${markText(mark)}${since(because)}`;
}

function markText(mark: NewMark): string {
  switch (mark.role) {
    case "state":
      return mark.durable ? ", durable" : "";
    case "command":
      return listed("emits", mark.emits) + listed("rejects", mark.rejects);
    case "event":
      return mark.derived ? ", derived" : "";
    case "rejection":
      return "";
    case "read model":
      return listed("from", [...mark.entities, ...mark.events]);
    case "saga":
      return listed("starts on", mark.startsOn) + listed("reacts to", mark.reactsTo) + listed("sends", mark.sends);
  }
}

function fieldText({ number, type, sensitive }: NewField): string {
  const label = type.label === "optional" || type.label === "repeated" ? `${type.label} ` : "";
  return `${label}${type.text} = ${number}${sensitive ? ", sensitive" : ""}`;
}

function listed(verb: string, names: readonly string[]): string {
  return names.length === 0 ? "" : `, ${verb} ${names.join(", ")}`;
}

function since(because: string | undefined): string {
  return because === undefined ? "" : ` (${because})`;
}
