import type { DescField } from "@ego/protoc-gen-ego/model";
import type { MessagePair, WirePair } from "./wire-pairs.ts";

/**
 * Whether the fields of a message are written as they were before: then there is nothing to compare. What its fields
 * refer to is the same by name only, and is a pair of its own.
 */
export function isUnchanged(pair: WirePair): boolean {
  // Few, and referred to by fields that have to say of which kind they are.
  if (pair.kind === "enum") return false;
  const { was, is, fields } = pair;
  if (was === is) return true;
  const same = fields
    ? fields.every((field) => field.was && field.is && isSameField(field.was, field.is))
    : was.fields.length === is.fields.length &&
      was.fields.every((field, index) => isSameField(field, is.fields[index]));
  return same && reservedIn(was.proto) === reservedIn(is.proto);
}

/** Which enum it is does not count: its values do, and are a pair of their own. */
function isSameField(was: DescField, is: DescField | undefined): boolean {
  return (
    is !== undefined &&
    was.number === is.number &&
    was.jsonName === is.jsonName &&
    was.presence === is.presence &&
    was.oneof?.name === is.oneof?.name &&
    was.scalar === is.scalar &&
    was.message?.typeName === is.message?.typeName &&
    was.proto.defaultValue === is.proto.defaultValue &&
    shapeOf(was) === shapeOf(is)
  );
}

/** What only some kinds of fields have. */
function shapeOf(field: DescField): string {
  const delimited = "delimitedEncoding" in field && field.delimitedEncoding ? " delimited" : "";
  return `${field.fieldKind === "map" ? `map ${field.mapKey}` : field.fieldKind}${delimited}`;
}

function reservedIn({ reservedRange, reservedName }: MessagePair["was"]["proto"]): string {
  if (reservedRange.length + reservedName.length === 0) return "";
  return JSON.stringify([reservedRange.map(({ start, end }) => [start, end]), reservedName]);
}
