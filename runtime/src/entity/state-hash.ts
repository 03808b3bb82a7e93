import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { fnv1a64 } from "../journal/hash.ts";

/**
 * What tells which snapshots can be used: 16 hexadecimal digits, the same as long as bytes of the state mean the same.
 *
 * What counts: numbers and types of the fields, with those of nested messages; whether a field is repeated, a map, in
 * a oneof, and whether "not set" is told from empty; the default of a field; the values of closed enums; and
 * `stateVersion`. What does not: names of fields, messages, enums and files, comments, options, the order in the file,
 * and values of open enums, which are numbers.
 */
export function stateHashOf(state: DescMessage, stateVersion: number): string {
  const indexes = new Map<DescMessage, number>();
  const texts: string[] = [];
  const indexOf = (message: DescMessage): number => {
    const known = indexes.get(message);
    if (known !== undefined) return known;
    const index = indexes.size;
    // Noted before its fields are looked at: a message may contain itself.
    indexes.set(message, index);
    const fields = message.fields.toSorted((a, b) => a.number - b.number).map((field) => textOf(field, indexOf));
    texts[index] = fields.join(",");
    return index;
  };
  indexOf(state);
  const halves = fnv1a64(new TextEncoder().encode(`1;${stateVersion};${texts.join(";")}`));
  return halves.map((half) => half.toString(16).padStart(8, "0")).join("");
}

function textOf(field: DescField, indexOf: (message: DescMessage) => number): string {
  const parts: (string | number)[] = [field.number, field.fieldKind, field.presence];
  if (field.fieldKind === "map") parts.push(field.mapKey);
  if (field.oneof) parts.push("oneof", Math.min(...field.oneof.fields.map(({ number }) => number)));
  if (field.message) parts.push("message", indexOf(field.message));
  else if (field.enum) parts.push("enum", ...(field.enum.open ? [] : field.enum.values.map(({ number }) => number)));
  else parts.push("scalar", field.scalar as number);
  // Groups have bytes of their own.
  if ("delimitedEncoding" in field && field.delimitedEncoding) parts.push("delimited");
  if (field.fieldKind === "scalar" || field.fieldKind === "enum") parts.push(String(field.getDefaultValue()));
  return parts.join(" ");
}
