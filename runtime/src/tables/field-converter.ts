import { type DescField, type DescMessage, isMessage, ScalarType } from "@bufbuild/protobuf";
import { scalarZeroValue } from "@bufbuild/protobuf/reflect";
import { FeatureSet_FieldPresence, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { makeMessage } from "../codegen/make-message.ts";
import { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";
import { rangeOf, toSql } from "./field-value.ts";
import { type FieldColumn, rowCodec } from "./row-codec.ts";
import type { SqlValue } from "./table-shape.ts";
import { timestampText } from "./timestamp-column.ts";

/**
 * From a field's value, as `create` takes it, to what its column holds; undefined is a field that is not set.
 *
 * @throws EgoError `invalid_argument` if it is no value of the field
 */
export type FieldConverter = (value: unknown) => SqlValue;

/**
 * Compiles the way from one field to its column: what is plainly a value takes no reflection.
 *
 * @param checked the way by reflection, for all that is not: it knows other forms of a value, and what to say of none
 */
export function fieldConverter(table: string, at: FieldColumn, checked: FieldConverter): FieldConverter {
  const { field, column } = at;
  if (at.binary || column.kind === "json") return partConverter(table, at, checked);
  if (column.kind === "timestamp") return timestampConverter(table, at, partConverter(table, at, checked));
  const isPlain = plainTest(field);
  return (value) => {
    if (isPlain(value)) return toSql(column.kind, value);
    return value === undefined ? column.initial : checked(value);
  };
}

/** A value that its field cannot have. */
export function noValue(table: string, field: DescField, text: string, cause?: unknown): EgoError {
  return new EgoError("invalid_argument", `${field.localName} of table "${table}" ${text}`, {
    cause,
    details: { table, field: field.localName },
  });
}

/** Messages, lists and maps: as the row of a message that has this field alone. */
function partConverter(table: string, at: FieldColumn, checked: FieldConverter): FieldConverter {
  const { field, column } = at;
  const codec = rowCodec(table, field.parent, [at], []);
  const required = requiredOf(field.parent);
  return (value) => {
    if (value === undefined) return column.initial;
    if (value === null) return checked(value);
    if (!hasForm(field, value)) throw noValue(table, field, `cannot be ${typeof value} ${String(value)}.`);
    const local = field.oneof?.localName ?? field.localName;
    const fields = { ...required, [local]: field.oneof ? { case: field.localName, value } : value };
    try {
      return codec.toRow(makeMessage(field.parent, fields))[0] ?? null;
    } catch (cause) {
      throw noValue(table, field, `cannot be that: ${textOf(cause)}`, cause);
    }
  };
}

/** Something in each required field, without which a message has no form at all. */
function requiredOf(descriptor: DescMessage): Readonly<Record<string, unknown>> {
  const required = descriptor.fields.filter(({ presence }) => presence === FeatureSet_FieldPresence.LEGACY_REQUIRED);
  return Object.fromEntries(required.map((field) => [field.localName, somethingIn(field)]));
}

function somethingIn(field: DescField): unknown {
  if (field.fieldKind === "message") return requiredOf(field.message);
  if (field.fieldKind === "enum") return field.enum.values[0]?.number;
  return field.fieldKind === "scalar" ? scalarZeroValue(field.scalar, field.longAsString) : undefined;
}

function timestampConverter(table: string, { field }: FieldColumn, other: FieldConverter): FieldConverter {
  return (value) => {
    if (!isMessage(value, TimestampSchema)) return other(value);
    try {
      return timestampText(value);
    } catch (cause) {
      throw noValue(table, field, `cannot be that: ${textOf(cause)}.`, cause);
    }
  };
}

/** `create` would make an empty message of a text. */
function hasForm({ fieldKind }: DescField, value: unknown): boolean {
  return typeof value === "object" && Array.isArray(value) === (fieldKind === "list");
}

/** Whether a value is one of a field as it stands. */
function plainTest(field: DescField): (value: unknown) => boolean {
  if (field.fieldKind === "enum") {
    return field.enum.open ? (value) => typeof value === "number" && (value | 0) === value : () => false;
  }
  switch (field.scalar) {
    case ScalarType.STRING:
      return (value) => typeof value === "string" && value.isWellFormed();
    case ScalarType.BYTES:
      return (value) => value instanceof Uint8Array;
    case ScalarType.BOOL:
      return (value) => typeof value === "boolean";
    case ScalarType.DOUBLE:
      return (value) => typeof value === "number";
    case ScalarType.FLOAT:
      return (value) => typeof value === "number" && Number.isFinite(Math.fround(value)) === Number.isFinite(value);
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return (value) => typeof value === "number" && value >>> 0 === value;
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return (value) => typeof value === "number" && (value | 0) === value;
    default: {
      const [low, high] = rangeOf(field);
      return (value) => typeof value === "bigint" && value >= low && value <= high;
    }
  }
}
