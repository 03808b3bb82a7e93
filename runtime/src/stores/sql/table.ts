import {
  create,
  type DescField,
  type DescMessage,
  fromJson,
  type JsonObject,
  type JsonValue,
  type Message,
  ScalarType,
  toJson,
} from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import type { EntityTable } from "../../codegen/entity.ts";
import { descriptorOf } from "../../codegen/message.ts";
import { EgoError } from "../../error/ego-error.ts";
import { textOf } from "../../error/text-of.ts";
import { isTimestamp, timestampOf, timestampText } from "./timestamp-column.ts";

/** What a column holds; never `undefined`, never a boolean. */
export type SqlValue = string | number | bigint | Uint8Array | null;

/**
 * How a field is kept, on every database:
 *
 * - `integer`: integers of 32 bits, enums, booleans (0 or 1)
 * - `bigint`: signed integers of 64 bits
 * - `digits`: unsigned integers of 64 bits, as text padded with zeros to 20 digits, so that they sort
 * - `real`: float and double; NaN as the text `NaN` where a database has no such number
 * - `text`, `bytes`
 * - `timestamp`: `google.protobuf.Timestamp`, as RFC 3339 in UTC with nine digits behind the second, so that they sort
 * - `json`: other messages, repeated fields and maps, as protobuf JSON
 */
export type ColumnKind = "text" | "integer" | "bigint" | "digits" | "real" | "bytes" | "timestamp" | "json";

/** A column of a typed table. */
export interface ColumnRow {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Where unset and the default differ: null is unset. */
  readonly nullable: boolean;
}

/** The typed table of a durable state, compiled: from messages to rows and back. */
export interface StateTable {
  readonly entityType: string;
  readonly name: string;
  readonly columns: readonly ColumnRow[];
  /** Which of the columns holds the entity's id: the primary key. */
  readonly key: number;
  /**
   * The entity's id as its column holds it.
   *
   * @throws EgoError `invalid_argument` if the column holds integers and the id is none, or not written in the one way
   */
  keyOf(entityId: string): SqlValue;
  /**
   * The values of a state, in the order of the columns.
   *
   * @throws EgoError `invalid_argument` if the state has another id, or a field without a JSON form
   */
  toRow(entityId: string, state: Message): SqlValue[];
  /**
   * The state of a row, whose integers may be numbers or bigints.
   *
   * @throws EgoError `data_loss` if a value is not what its column holds
   */
  fromRow(values: readonly SqlValue[]): Message;
}

/** The column in which every typed table of a durable state keeps the entity's revision. */
export const revisionColumn = "ego_revision";

/**
 * Compiles the table of an entity; undefined if it has none.
 *
 * @throws EgoError `unsupported` if the table has no id column, or one that the runtime claims
 */
export function compileTable(entity: EntityTable): StateTable | undefined {
  const { table, name: entityType, id } = entity;
  if (table === undefined) return undefined;
  const descriptor = descriptorOf(entity.state);
  const refuse = (text: string) => new EgoError("unsupported", `Table "${table.name}" of "${entityType}" ${text}`);

  const fields: Column[] = [];
  for (const field of descriptor.fields) {
    const name = Object.hasOwn(table.columns, field.localName) ? table.columns[field.localName] : undefined;
    if (name === undefined) continue;
    if (name === revisionColumn) throw refuse(`has a column "${name}", a name of the runtime. Rename it.`);
    fields.push(columnOf(field, name, field.localName === id));
  }
  const key = fields.findIndex((column) => column.field.localName === id);
  const keyColumn = fields[key];
  if (keyColumn === undefined) {
    throw refuse("has no id column. Mark the id of the state, [(ego.v1.field).id = true], and generate again.");
  }
  return rowsOf(entityType, table.name, descriptor, fields, key, keyColumn);
}

interface Column {
  readonly field: DescField;
  readonly row: ColumnRow;
}

function columnOf(field: DescField, name: string, isId: boolean): Column {
  const nullable = !isId && field.presence !== FeatureSet_FieldPresence.IMPLICIT && isSingular(field);
  return { field, row: { name, kind: kindOf(field), nullable } };
}

function isSingular(field: DescField): boolean {
  return field.fieldKind !== "list" && field.fieldKind !== "map";
}

function kindOf(field: DescField): ColumnKind {
  if (field.fieldKind === "enum") return "integer";
  if (isTimestamp(field)) return "timestamp";
  if (field.fieldKind !== "scalar") return "json";
  switch (field.scalar) {
    case ScalarType.STRING:
      return "text";
    case ScalarType.BYTES:
      return "bytes";
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return "real";
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return "bigint";
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return "digits";
    default:
      return "integer";
  }
}

function rowsOf(
  entityType: string,
  name: string,
  descriptor: DescMessage,
  fields: readonly Column[],
  key: number,
  keyColumn: Column,
): StateTable {
  const hasJson = fields.some((column) => column.row.kind === "json");

  function keyOf(entityId: string): SqlValue {
    if (keyColumn.row.kind === "text") return entityId;
    const refuse = () =>
      new EgoError("invalid_argument", `"${entityType}" has integers as ids: ${JSON.stringify(entityId)} is not one.`);
    if (!/^(0|-?[1-9][0-9]*)$/.test(entityId)) throw refuse();
    const value = BigInt(entityId);
    const [low, high] = rangeOf(keyColumn.field);
    if (value < low || value > high) throw refuse();
    return toSql(keyColumn.row.kind, keyColumn.row.kind === "integer" ? Number(value) : value);
  }

  function toRow(entityId: string, state: Message): SqlValue[] {
    const fieldsOf = reflect(descriptor, state, false);
    const json = hasJson ? jsonOf(descriptor, state, name) : {};
    const keyValue = keyOf(entityId);
    return fields.map(({ field, row }, index) => {
      if (row.kind === "json") {
        const value = json[field.jsonName];
        if (value !== undefined) return JSON.stringify(value, keepNegativeZero);
        return row.nullable ? null : field.fieldKind === "map" ? "{}" : "[]";
      }
      const set = fieldsOf.isSet(field);
      if (index === key) {
        if (set && toSql(row.kind, fieldsOf.get(field)) !== keyValue) {
          throw new EgoError(
            "invalid_argument",
            `The state of ${entityType} ${JSON.stringify(entityId)} has another id.`,
          );
        }
        return keyValue;
      }
      if (!set && row.nullable) return null;
      if (row.kind === "timestamp") return timeOf(fieldsOf.get(field) as ReflectMessage, name, row.name);
      return toSql(row.kind, fieldsOf.get(field));
    });
  }

  function fromRow(values: readonly SqlValue[]): Message {
    const json: JsonObject = {};
    for (const [index, { field, row }] of fields.entries()) {
      const value = values[index];
      if (row.kind === "json" && typeof value === "string") json[field.jsonName] = parsed(value, name, row.name);
    }
    const state = hasJson ? fromParts(descriptor, json, name) : create(descriptor);
    const fieldsOf = reflect(descriptor, state, false);
    for (const [index, { field, row }] of fields.entries()) {
      const value = values[index];
      if (row.kind === "json" || value === null || value === undefined) continue;
      const local = toLocal(field, row.kind, value);
      if (local === undefined) throw unreadable(name, row.name);
      fieldsOf.set(field, local);
    }
    return state;
  }

  return { entityType, name, columns: fields.map((column) => column.row), key, keyOf, toRow, fromRow };
}

function rangeOf(field: DescField): readonly [low: bigint, high: bigint] {
  switch (field.fieldKind === "scalar" ? field.scalar : undefined) {
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return [0n, 2n ** 64n - 1n];
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return [0n, 2n ** 32n - 1n];
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return [-(2n ** 63n), 2n ** 63n - 1n];
    default:
      return [-(2n ** 31n), 2n ** 31n - 1n];
  }
}

/** From what reflection gives: 64-bit integers are bigints there, whatever `jstype` says. */
function toSql(kind: ColumnKind, value: unknown): SqlValue {
  if (kind === "digits") return String(value).padStart(20, "0");
  if (typeof value === "boolean") return value ? 1 : 0;
  // A column without NaN would hold null instead: unset, or refused.
  if (typeof value === "number") return Number.isNaN(value) ? "NaN" : value;
  // A copy: a view would take its whole buffer along to another thread, and may be changed meanwhile.
  if (value instanceof Uint8Array) return value.slice();
  return value as string | bigint;
}

function toLocal(field: DescField, kind: ColumnKind, value: Exclude<SqlValue, null>): unknown {
  switch (kind) {
    case "text":
      return typeof value === "string" ? value : undefined;
    case "timestamp":
      return typeof value === "string" ? timestampOf(value) : undefined;
    case "bytes":
      return value instanceof Uint8Array ? value : undefined;
    case "bigint":
      return typeof value === "bigint" || Number.isSafeInteger(value) ? BigInt(value as bigint | number) : undefined;
    case "digits":
      return typeof value === "string" && /^[0-9]{20}$/.test(value) ? BigInt(value) : undefined;
    case "real":
      if (value === "NaN") return Number.NaN;
      return typeof value === "number" || typeof value === "bigint" ? Number(value) : undefined;
    default: {
      if (typeof value !== "number" && typeof value !== "bigint") return undefined;
      const number = Number(value);
      return field.fieldKind === "scalar" && field.scalar === ScalarType.BOOL ? number !== 0 : number;
    }
  }
}

function timeOf(timestamp: ReflectMessage, table: string, column: string): string {
  try {
    return timestampText(timestamp.message);
  } catch (cause) {
    const text = textOf(cause);
    throw new EgoError("invalid_argument", `Column "${column}" of table "${table}" cannot hold it: ${text}`, { cause });
  }
}

function jsonOf(descriptor: DescMessage, state: Message, table: string): JsonObject {
  try {
    return toJson(descriptor, state) as JsonObject;
  } catch (cause) {
    const text = textOf(cause);
    throw new EgoError("invalid_argument", `A state for table "${table}" has no JSON form: ${text}`, { cause });
  }
}

function fromParts(descriptor: DescMessage, json: JsonObject, table: string): Message {
  try {
    // A field that the schema no longer has does not make the whole row unreadable.
    return fromJson(descriptor, json, { ignoreUnknownFields: true });
  } catch (cause) {
    const text = textOf(cause);
    throw new EgoError("data_loss", `A row of table "${table}" does not fit the schema: ${text}`, { cause });
  }
}

/** `JSON.stringify` would write -0 as 0. */
function keepNegativeZero(_key: string, value: unknown): unknown {
  return Object.is(value, -0) ? rawJson("-0.0") : value;
}

// Known to Node since 21, not yet to TypeScript's library.
const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown };

function parsed(text: string, table: string, column: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw unreadable(table, column, cause);
  }
}

function unreadable(table: string, column: string, cause?: unknown): EgoError {
  return new EgoError(
    "data_loss",
    `Column "${column}" of table "${table}" holds a value that the schema does not allow. Was the type of the field changed? Convert the column by a migration, or take the change back.`,
    {
      cause,
      details: { table, column },
    },
  );
}
