import { create, type DescField, type DescMessage, type Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { FeatureSet_FieldPresence, type Timestamp, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { descriptorOf } from "../codegen/message.ts";
import type { IndexRow, TableData } from "../codegen/table.ts";
import { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";
import { type FieldConverter, fieldConverter, noValue } from "./field-converter.ts";
import { kindOf, toLocal, toSql, zeros } from "./field-value.ts";
import { type FieldColumn, rowCodec, unreadable } from "./row-codec.ts";
import {
  type Column,
  restColumn,
  revisionColumn,
  type SqlValue,
  type TableIndex,
  type TableShape,
} from "./table-shape.ts";

/** A table compiled: its shape for the database, and the way from messages to rows and back. */
export interface CompiledTable {
  readonly shape: TableShape;
  /** The message that its rows are. */
  readonly descriptor: DescMessage;
  /** Its fields, in the order of their columns. */
  readonly fields: readonly DescField[];
  /**
   * The values of a message, in the order of the columns.
   *
   * @throws EgoError `invalid_argument` if a column cannot hold what its field has
   */
  toRow(message: Message): SqlValue[];
  /**
   * The message of a row, whose values may be in any of the forms that drivers give.
   *
   * @throws EgoError `data_loss` if a value is not what its column holds
   */
  fromRow(values: readonly unknown[]): Message;
  /**
   * The value of one field as its column holds it; null for a field that is not set.
   *
   * @throws EgoError `invalid_argument` if it is no value of the field
   */
  columnValue(place: number, value: unknown): SqlValue;
  /** The way from one field of a message, as `create` takes it, to its column. */
  converter(place: number): FieldConverter;
  /**
   * The value of one column as a driver gives it, as `toRow` has it; a timestamp as the column has it.
   *
   * @throws EgoError `data_loss` if it is not what the column holds
   */
  normalized(place: number, value: unknown): SqlValue;
}

/**
 * Compiles a table.
 *
 * @throws EgoError `unsupported` if this version cannot keep such a table, or if its data contradicts itself
 */
export function compileTable(data: TableData): CompiledTable {
  const descriptor = descriptorOf(data.message);
  const refuse = (text: string) =>
    new EgoError("unsupported", `Table "${data.name}" of ${descriptor.typeName} ${text}`, {
      details: { table: data.name },
    });
  refuseSensitive(data, refuse);

  const sorted = new Set([...data.key, ...(data.indexes ?? []).flatMap(({ fields }) => fields)]);
  const columns: FieldColumn[] = [];
  const rest: DescField[] = [];
  for (const field of descriptor.fields) {
    const name = Object.hasOwn(data.columns, field.localName) ? data.columns[field.localName] : undefined;
    if (name === undefined) {
      rest.push(field);
      continue;
    }
    if (name === revisionColumn || name === restColumn) {
      throw refuse(`has a column "${name}", a name of the runtime. Rename it.`);
    }
    columns.push(columnOf(data, field, name, sorted.has(field.localName)));
  }
  const placeOf = (local: string) => columns.findIndex(({ field }) => field.localName === local);
  if (data.key.length === 0 || data.key.some((local) => placeOf(local) < 0)) {
    throw refuse("has no column for its key. Mark the id field, [(ego.v1.field).id = true], and generate again.");
  }
  const keepsRest = data.kind === "state" && rest.length > 0;
  const shape: TableShape = {
    name: data.name,
    rowType: descriptor.typeName,
    columns: [...columns.map(({ column }) => column), ...(keepsRest ? [restOfRow] : [])],
    key: data.key.map(placeOf),
    indexes: (data.indexes ?? []).map((index) => indexOf(index, placeOf, refuse)),
    beside: keepsRest ? rest.map(({ name }) => name) : [],
    revision: data.kind === "state",
  };
  refuseUnsortable(shape, refuse);
  return {
    shape,
    descriptor,
    fields: columns.map(({ field }) => field),
    ...rowCodec(data.name, descriptor, columns, keepsRest ? rest : []),
    normalized: (place, value) => normalizedOf(data.name, columns[place], value),
    columnValue: (place, value) => columnValueOf(data.name, descriptor, columns[place], value),
    converter(place) {
      const at = columns[place] ?? missingColumn(data.name);
      return fieldConverter(data.name, at, (value) => columnValueOf(data.name, descriptor, at, value));
    },
  };
}

type Refuse = (text: string) => EgoError;

const restOfRow: Column = { name: restColumn, kind: "bytes", nullable: true, initial: null, sorted: false };

function refuseSensitive({ sensitive = [] }: TableData, refuse: Refuse): void {
  if (sensitive.length === 0) return;
  throw refuse(
    `has sensitive columns, of ${sensitive.join(", ")}: this version cannot encrypt them, and would store them in clear. Take the option (ego.v1.field).sensitive off, or wait with this table for a version that encrypts.`,
  );
}

function columnOf(data: TableData, field: DescField, name: string, sorted: boolean): FieldColumn {
  const binary = data.binary?.includes(field.localName) ?? false;
  const kind = binary ? "bytes" : kindOf(field);
  const singular = field.fieldKind !== "list" && field.fieldKind !== "map";
  const nullable =
    singular && !data.key.includes(field.localName) && field.presence !== FeatureSet_FieldPresence.IMPLICIT;
  const empty = kind === "json" ? (field.fieldKind === "map" ? "{}" : "[]") : zeros[kind];
  return { field, binary, column: { name, kind, nullable, initial: nullable ? null : empty, sorted } };
}

function indexOf(index: IndexRow, placeOf: (local: string) => number, refuse: Refuse): TableIndex {
  const unknown = index.fields.find((local) => placeOf(local) < 0);
  if (unknown !== undefined || index.fields.length === 0) {
    throw refuse(`has no column for ${unknown ?? "any field"} of its index "${index.name}". Generate it again.`);
  }
  return { name: index.name, columns: index.fields.map(placeOf), unique: index.unique ?? false };
}

/** No database sorts JSON or bytes as anybody would want, and some have no index on them. */
function refuseUnsortable({ columns, key }: TableShape, refuse: Refuse): void {
  const wrong = columns.find(({ kind, sorted }) => sorted && (kind === "json" || kind === "bytes"));
  if (wrong) {
    throw refuse(`has the column "${wrong.name}" in its key or in an index: ${wrong.kind} is no order. Take it out.`);
  }
  const real = key.map((place) => columns[place]).find((column) => column?.kind === "real");
  if (real) throw refuse(`has the column "${real.name}" as a key: 0 and -0 would be one. Use a text or an integer.`);
}

function normalizedOf(table: string, at: FieldColumn | undefined, value: unknown): SqlValue {
  if (at === undefined || value === null || value === undefined) return null;
  const local = toLocal(at.field, at.column.kind, value);
  if (local === undefined) throw unreadable(table, at.column.name);
  // As it is, not as ego would write it: the database sorts what it has.
  if (at.column.kind === "timestamp") return String(value);
  return toSql(at.column.kind, local);
}

function columnValueOf(table: string, descriptor: DescMessage, at: FieldColumn | undefined, value: unknown): SqlValue {
  const { field, column } = at ?? missingColumn(table);
  const refuse = (text: string, cause?: unknown) => noValue(table, field, text, cause);
  if (value === null && column.nullable) return null;
  if (value === null || value === undefined) {
    throw refuse(`is ${value}: give a value${column.nullable ? ", or null for rows where the field is not set" : ""}.`);
  }
  const probe = reflect(descriptor, create(descriptor), true);
  try {
    probe.set(field, column.kind === "timestamp" ? reflect(TimestampSchema, value as Timestamp) : value);
    return toSql(column.kind, probe.get(field));
  } catch (cause) {
    throw refuse(`cannot be that: ${textOf(cause)}.`, cause);
  }
}

function missingColumn(table: string): never {
  throw new EgoError("internal", `Table "${table}" has no such column.`);
}
