import { type DescField, ScalarType } from "@bufbuild/protobuf";
import { EgoError } from "../error/ego-error.ts";
import { nearest } from "../error/nearest.ts";
import type { CompiledTable } from "./compiled-table.ts";
import type { TableDialect } from "./dialects/dialect.ts";
import { type FieldConverter, noValue } from "./field-converter.ts";
import { rangeOf, toSql } from "./field-value.ts";
import type { Column, SqlValue } from "./table-shape.ts";

/** What a name in a call stands for: some columns, and the way from what is given under it to them. */
export interface GivenField {
  readonly columns: readonly GivenColumn[];
  /**
   * Adds the values of these columns to others.
   *
   * @throws EgoError `invalid_argument` if the field cannot have the value
   */
  put(value: unknown, values: SqlValue[]): void;
}

/** A column of which something is given. */
export interface GivenColumn {
  readonly column: Column;
  /** Of unsigned numbers: whether less than 0 is added to it, which no new row can hold. */
  readonly negative: boolean;
}

/** The fields of a row by their local names, as calls give them. */
export interface RowFields {
  /**
   * Adds the values of the key to others.
   *
   * @throws EgoError `invalid_argument` if it is none
   */
  putKey(key: unknown, values: SqlValue[]): void;
  /**
   * A field that is set, or a oneof.
   *
   * @throws EgoError `invalid_argument` if there is none of that name that could be set
   */
  set(name: string): GivenField;
  /**
   * A field that is added to.
   *
   * @throws EgoError `invalid_argument` if there is none of that name that could be added to
   */
  added(name: string, negative: boolean): GivenField;
}

interface Place {
  readonly field: DescField;
  readonly column: Column;
  /** To what the driver takes. */
  readonly convert: FieldConverter;
}

/** Compiles the fields of a table's rows for a database. */
export function rowFields(table: CompiledTable, dialect: TableDialect): RowFields {
  const { shape } = table;
  const places = table.fields.map((field, at): Place => {
    const column = shape.columns[at] as Column;
    const convert = table.converter(at);
    return { field, column, convert: (value) => dialect.bind(convert(value), column, shape.name) };
  });
  const key = shape.key.map((at) => ({ ...(places[at] as Place), at }));
  const keyNames: ReadonlySet<string> = new Set(key.map(({ field }) => field.localName));
  const settable = new Map(
    places.filter(({ field }) => !keyNames.has(field.localName)).map((place) => [place.field.localName, place]),
  );
  const refuse = (name: string, text: string) =>
    new EgoError("invalid_argument", `${JSON.stringify(name)} of table "${shape.name}" ${text}`, {
      details: { table: shape.name, field: name },
    });

  function placeOf(name: string): Place {
    const place = settable.get(name);
    if (place !== undefined) return place;
    if (keyNames.has(name)) throw refuse(name, "is in its key, which stays as it is: take it out.");
    const descriptor = table.descriptor;
    if (descriptor.field[name] !== undefined) throw refuse(name, "has no column: take it out, or give it one.");
    const names = [...settable.keys(), ...descriptor.oneofs.map(({ localName }) => localName)];
    const meant = nearest(name, names);
    const hint = meant === undefined ? `Its fields are ${names.join(", ")}.` : `Did you mean ${JSON.stringify(meant)}?`;
    throw refuse(name, `is no field of ${shape.rowType}. ${hint}`);
  }

  /** The columns of a oneof: one is set, and the others are not. */
  function oneofOf(members: readonly DescField[], chosenOf: (value: unknown) => Chosen): GivenField {
    const own = members.flatMap(({ localName }) => settable.get(localName) ?? []);
    return {
      columns: own.map(({ column }) => ({ column, negative: false })),
      put(given, values) {
        const { name, value } = chosenOf(given);
        const chosen = name === undefined ? undefined : placeOf(name);
        if (chosen !== undefined && !own.includes(chosen)) throw refuse(name ?? "", "is not of this oneof.");
        for (const member of own) values.push(member === chosen ? member.convert(value) : null);
      },
    };
  }

  return {
    putKey(given, values) {
      if (typeof given !== "object" || given === null) {
        throw new EgoError(
          "invalid_argument",
          `The key of table "${shape.name}" is an object with ${[...keyNames].join(", ")}, not ${given === null ? given : typeof given}.`,
          { details: { table: shape.name } },
        );
      }
      for (const name in given) {
        if (!keyNames.has(name)) throw refuse(name, `is not in its key: ${[...keyNames].join(", ")}.`);
      }
      for (const { field, at, convert } of key) {
        const value = (given as Record<string, unknown>)[field.localName];
        values.push(value === undefined ? table.columnValue(at, value) : convert(value));
      }
    },
    set(name) {
      if (ofMessages.has(name)) return nothing;
      const oneof = table.descriptor.oneofs.find(({ localName }) => localName === name);
      if (oneof !== undefined) return oneofOf(oneof.fields, (value) => chosenIn(value, () => refuse(name, oneofText)));
      const { field, column, convert } = placeOf(name);
      if (field.oneof) {
        return oneofOf(field.oneof.fields, (value) => ({ name: value === undefined ? undefined : name, value }));
      }
      return { columns: [{ column, negative: false }], put: (value, values) => values.push(convert(value)) };
    },
    added(name, negative) {
      const { field, column, convert } = placeOf(name);
      if (field.oneof)
        throw refuse(name, `is one of ${field.oneof.localName}, and may not be set: change it by upsert.`);
      const isNumber = field.fieldKind === "scalar" && field.scalar !== ScalarType.BOOL && numberKinds.has(column.kind);
      if (!isNumber) throw refuse(name, "is no number: change it by upsert.");
      const below = negative && (column.kind === "unsigned" || column.kind === "digits");
      const amountOf = below ? (value: unknown) => taken(shape.name, field, column, value) : convert;
      return {
        columns: [{ column, negative: below }],
        put(value, values) {
          if (value === null) throw noValue(shape.name, field, "is null: give a number.");
          values.push(amountOf(value));
        },
      };
    },
  };
}

/** Which field of a oneof is set; undefined if none is. */
interface Chosen {
  readonly name: string | undefined;
  readonly value: unknown;
}

const oneofText = "is a oneof: give { case, value }, or undefined for none.";

function chosenIn(value: unknown, refuse: () => EgoError): Chosen {
  if (value === undefined) return { name: undefined, value };
  if (typeof value !== "object" || value === null) throw refuse();
  const { case: name, value: chosen } = value as { readonly case?: unknown; readonly value?: unknown };
  if (name !== undefined && typeof name !== "string") throw refuse();
  return { name, value: chosen };
}

/** What messages have beside their fields. */
const ofMessages: ReadonlySet<string> = new Set(["$typeName", "$unknown"]);
const nothing: GivenField = { columns: [], put: () => undefined };

const numberKinds: ReadonlySet<string> = new Set(["integer", "unsigned", "bigint", "digits", "real"]);

/** What is taken away from an unsigned number: as the column's statement wants it, which has a sign of its own for digits. */
function taken(table: string, field: DescField, column: Column, value: unknown): SqlValue {
  const [, most] = rangeOf(field);
  const amount = typeof value === "number" && !Number.isSafeInteger(value) ? undefined : integerIn(value);
  if (amount === undefined || -amount > most) {
    throw noValue(
      table,
      field,
      `cannot be changed by ${typeof value} ${String(value)}: give a whole number of its size.`,
    );
  }
  return column.kind === "digits" ? toSql("digits", -amount) : Number(amount);
}

function integerIn(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return BigInt(value);
  return typeof value === "string" && /^-[0-9]{1,20}$/.test(value) ? BigInt(value) : undefined;
}
