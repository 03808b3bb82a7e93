import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { columnName } from "../naming.ts";
import type { MarkedMessage } from "../options/marked-message.ts";
import type { IndexMark, TableMark } from "../options/marks.ts";
import { namePosition, type Position } from "../options/position.ts";

/** A SQL table, of a durable state or a read model. */
export interface Table {
  readonly kind: "state" | "read-model";
  readonly name: string;
  readonly at: Position;
  /** What its rows are made of. */
  readonly desc: DescMessage;
  /** In order of the fields. */
  readonly columns: readonly Column[];
  /** Fields without a column. */
  readonly omitted: readonly DescField[];
  readonly indexes: readonly Index[];
  /** The field that says whose key encrypts the sensitive columns. */
  readonly subject: DescField | undefined;
}

/** One column of a table. */
export interface Column {
  readonly name: string;
  /** Where its name is said: by an option, or by the field. */
  readonly at: Position;
  /** Whether an option says it. */
  readonly named: boolean;
  readonly field: DescField;
  readonly key: boolean;
  /** A message, a list or a map in protobuf's binary form. */
  readonly binary: boolean;
  /** Stored encrypted. */
  readonly sensitive: boolean;
}

/** An index of a table. */
export interface Index {
  readonly name: string;
  readonly at: Position;
  /** Whether an option says its name; otherwise it is made of the table and the columns. */
  readonly named: boolean;
  readonly unique: boolean;
  readonly fields: readonly IndexField[];
}

/** A field that an index names. */
export interface IndexField {
  /** As the proto has it. */
  readonly name: string;
  readonly at: Position;
  /** Undefined if the message has no such field, or the field no column. */
  readonly column: Column | undefined;
}

/** The table of a message; `fallback` is its name, and `at` its place, where no option says so. */
export function tableOf(
  kind: Table["kind"],
  { desc, ids, sensitive, subjects, columns: marks }: MarkedMessage,
  mark: TableMark | undefined,
  fallback: { readonly name: string; readonly at: Position },
): Table {
  const name = mark?.name?.value ?? fallback.name;
  const omitted = desc.fields.filter((field) => marks.some((mark) => mark.desc === field && mark.column.omit));
  const columns = desc.fields
    .filter((field) => !omitted.includes(field))
    .map((field): Column => {
      const column = marks.find((mark) => mark.desc === field)?.column;
      return {
        name: column?.name?.value ?? columnName(field.name),
        at: column?.name?.at ?? namePosition(field),
        named: column?.name !== undefined,
        field,
        key: kind === "state" ? field === ids[0]?.desc : ids.some((id) => id.desc === field),
        binary: column?.storage?.is === "binary",
        sensitive: sensitive.some((one) => one.desc === field),
      };
    });
  return {
    kind,
    name,
    at: mark?.name?.at ?? mark?.at ?? fallback.at,
    desc,
    columns,
    omitted,
    indexes: (mark?.indexes ?? []).map((index) => indexOf(name, columns, index)),
    subject: subjects[0]?.desc,
  };
}

function indexOf(table: string, columns: readonly Column[], { at, fields, unique, name }: IndexMark): Index {
  const found = fields.map((field) => ({
    name: field.value,
    at: field.at,
    column: columns.find((column) => column.field.name === field.value),
  }));
  const parts = found.map(({ name: field, column }) => column?.name ?? columnName(field));
  return {
    name: name?.value ?? [table, ...parts].join("_"),
    at: name?.at ?? at,
    named: name !== undefined,
    unique,
    fields: found,
  };
}
