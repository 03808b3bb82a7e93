import {
  create,
  type DescField,
  type DescMessage,
  fromBinary,
  type JsonObject,
  type JsonValue,
  type Message,
  mergeFromJson,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";
import { bytesOf, toLocal, toSql } from "./field-value.ts";
import { type Column, restColumn, type SqlValue } from "./table-shape.ts";

/** A column and the field that it keeps. */
export interface FieldColumn {
  readonly field: DescField;
  readonly column: Column;
  /** A message as its bytes; a list or a map as those of the row's message with that field alone. */
  readonly binary: boolean;
}

/** The way from messages to rows and back. */
export interface RowCodec {
  toRow(message: Message): SqlValue[];
  fromRow(values: readonly unknown[]): Message;
}

/**
 * Compiles the way from messages to rows and back. The fields of `rest` are kept together in one more value at the end;
 * there is none if there are no such fields.
 */
export function rowCodec(
  table: string,
  descriptor: DescMessage,
  columns: readonly FieldColumn[],
  rest: readonly DescField[],
): RowCodec {
  const jsonFields = columns.filter(({ column }) => column.kind === "json").map(({ field }) => field);
  // A message without its required fields has neither a binary nor a JSON form.
  const required = descriptor.fields.filter((field) => field.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED);

  /** A message with some fields of another, which they share. */
  function partOf(whole: ReflectMessage, fields: Iterable<DescField>): Message {
    const part = create(descriptor);
    const target = reflect(descriptor, part, false);
    for (const field of new Set([...fields, ...required])) {
      if (whole.isSet(field)) target.set(field, whole.get(field) as never);
    }
    return part;
  }

  function binaryOf(whole: ReflectMessage, { field, column }: FieldColumn): SqlValue {
    if (!whole.isSet(field)) return column.initial;
    const singular = field.fieldKind === "message";
    return singular
      ? toBinary(field.message, (whole.get(field) as ReflectMessage).message)
      : toBinary(descriptor, partOf(whole, [field]));
  }

  function restOf(message: Message, whole: ReflectMessage): SqlValue {
    const part = partOf(whole, rest);
    // Fields that a newer program put there.
    if (message.$unknown) part.$unknown = message.$unknown;
    const bytes = toBinary(descriptor, part);
    return bytes.length === 0 ? null : bytes;
  }

  function held(column: string, value: () => SqlValue): SqlValue {
    try {
      return value();
    } catch (cause) {
      throw new EgoError(
        "invalid_argument",
        `Column "${column}" of table "${table}" cannot hold it: ${textOf(cause)}.`,
        { cause, details: { table, column } },
      );
    }
  }

  function toRow(message: Message): SqlValue[] {
    // Of something else, whatever is named like a field would be taken.
    if ((message as Message | null | undefined)?.$typeName !== descriptor.typeName) {
      throw new EgoError(
        "invalid_argument",
        `A row of table "${table}" is made of a message ${descriptor.typeName}: make one with create.`,
        {
          details: { table },
        },
      );
    }
    const whole = reflect(descriptor, message, false);
    const json = jsonFields.length === 0 ? {} : jsonOf(table, descriptor, partOf(whole, jsonFields));
    const row = columns.map((at): SqlValue => {
      const { field, column } = at;
      if (at.binary) return held(column.name, () => binaryOf(whole, at));
      if (column.kind === "json") {
        const value = json[field.jsonName];
        return value === undefined ? column.initial : JSON.stringify(value, keepNegativeZero);
      }
      return whole.isSet(field) ? held(column.name, () => toSql(column.kind, whole.get(field))) : column.initial;
    });
    if (rest.length > 0) row.push(held(restColumn, () => restOf(message, whole)));
    return row;
  }

  function fromRow(values: readonly unknown[]): Message {
    const beside = values[columns.length] ?? null;
    const hasRest = rest.length > 0 && beside !== null;
    const message = hasRest ? besideColumns(beside) : create(descriptor);
    const whole = reflect(descriptor, message, false);
    const json: JsonObject = {};
    for (const [place, { field, column, binary }] of columns.entries()) {
      const value = values[place];
      // What is beside the columns was written before the field had one.
      if (value === null || value === undefined || (hasRest && whole.isSet(field))) continue;
      if (column.kind === "json") {
        json[field.jsonName] = parsed(table, column.name, value);
        continue;
      }
      const local = binary ? fromBinaryColumn(field, column.name, value) : toLocal(field, column.kind, value);
      if (local === undefined) throw unreadable(table, column.name);
      whole.set(field, local as never);
    }
    if (jsonFields.length > 0) merge(table, descriptor, message, json);
    return message;
  }

  function besideColumns(value: unknown): Message {
    const message = decoded(descriptor, value, restColumn);
    const whole = reflect(descriptor, message, false);
    const withColumn = new Set(columns.map(({ field }) => field));
    for (const field of required) if (withColumn.has(field)) whole.clear(field);
    return message;
  }

  function fromBinaryColumn(field: DescField, column: string, value: unknown): unknown {
    if (field.fieldKind === "message") {
      return reflect(field.message, decoded(field.message, value, column), false);
    }
    return reflect(descriptor, decoded(descriptor, value, column), false).get(field);
  }

  function decoded(type: DescMessage, value: unknown, column: string): Message {
    const bytes = bytesOf(value);
    if (bytes === undefined) throw unreadable(table, column);
    try {
      return fromBinary(type, bytes);
    } catch (cause) {
      throw unreadable(table, column, cause);
    }
  }

  return { toRow, fromRow };
}

function jsonOf(table: string, descriptor: DescMessage, part: Message): JsonObject {
  try {
    return toJson(descriptor, part) as JsonObject;
  } catch (cause) {
    throw new EgoError("invalid_argument", `A row of table "${table}" has no JSON form: ${textOf(cause)}`, {
      cause,
      details: { table },
    });
  }
}

function merge(table: string, descriptor: DescMessage, message: Message, json: JsonObject): void {
  try {
    // A field that the schema no longer has does not make the whole row unreadable.
    mergeFromJson(descriptor, message, json, { ignoreUnknownFields: true });
  } catch (cause) {
    throw new EgoError("data_loss", `A row of table "${table}" does not fit the schema: ${textOf(cause)}`, {
      cause,
      details: { table },
    });
  }
}

/** `JSON.stringify` would write -0 as 0. */
function keepNegativeZero(_key: string, value: unknown): unknown {
  return Object.is(value, -0) ? rawJson("-0.0") : value;
}

// Known to Node since 21, not yet to TypeScript's library.
const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown };

function parsed(table: string, column: string, value: unknown): JsonValue {
  if (typeof value !== "string") throw unreadable(table, column);
  try {
    return JSON.parse(value) as JsonValue;
  } catch (cause) {
    throw unreadable(table, column, cause);
  }
}

/** A value that is not what its column holds. */
export function unreadable(table: string, column: string, cause?: unknown): EgoError {
  return new EgoError(
    "data_loss",
    `Column "${column}" of table "${table}" holds a value that the schema does not allow. Was the type of the field changed? Convert the column by a migration, or take the change back.`,
    { cause, details: { table, column } },
  );
}
