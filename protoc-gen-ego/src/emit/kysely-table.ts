import { type DescField, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import type { GeneratedFile, Printable } from "@bufbuild/protoplugin";
import { tableTypeName } from "../model/exported-names.ts";
import { isTimestamp } from "../model/field-type.ts";
import type { Column, Table } from "../model/table.ts";
import { commentOf, docComment } from "./comment.ts";
import { globalType, kyselyType } from "./seam.ts";

/** Prints the Kysely interface of the rows of a table. */
export function printKyselyTable(file: GeneratedFile, self: string, table: Table, comment: string): void {
  file.print();
  file.print(
    docComment(`Table \`${table.name}\`.${comment === "" ? "" : ` ${comment}`}`),
    file.export("interface", tableTypeName(table)),
    " {",
  );
  for (const column of table.columns) {
    file.print(docComment(commentOf(column.field), "  "), `  ${column.name}: `, columnType(file, self, column), ";");
  }
  if (table.kind === "state") printOwnColumns(file, self, table);
  file.print("}");
}

/** The columns that ego adds to the table of a state: read by anyone, written by nobody else. */
function printOwnColumns(file: GeneratedFile, self: string, { omitted }: Table): void {
  const columnType = kyselyType(file, "ColumnType");
  file.print(
    docComment("Version of the row; ego writes it.", "  "),
    "  ego_revision: ",
    columnType,
    "<number, never, never>;",
  );
  if (omitted.length === 0) return;
  file.print(
    docComment("Fields without a column; ego writes it.", "  "),
    "  ego_rest: ",
    columnType,
    "<",
    globalType(file, "Uint8Array", self),
    " | null, never, never>;",
  );
}

/** Prints the interface of all tables of a file. */
export function printDatabase(file: GeneratedFile, name: string, tables: readonly Table[]): void {
  file.print();
  file.print(
    docComment("The tables of this file: a part of your Kysely database type."),
    file.export("interface", name),
    " {",
  );
  for (const table of tables) file.print(`  ${table.name}: ${tableTypeName(table)};`);
  file.print("}");
}

/** What a column holds, in words of this project: for the schema json, and for what is derived of it. */
export type ColumnKind =
  | "text"
  | "number"
  | "unsigned32"
  | "boolean"
  | "integer64"
  | "unsigned64"
  | "bytes"
  | "timestamp"
  | "json";

/** What a column holds: bytes if it is binary or encrypted, else what follows from the type of its field. */
export function columnKind({ field, binary, sensitive }: Column): ColumnKind {
  return binary || sensitive ? "bytes" : fieldKind(field);
}

function fieldKind(field: DescField): ColumnKind {
  if (field.fieldKind === "enum") return "number";
  if (isTimestamp(field)) return "timestamp";
  if (field.fieldKind !== "scalar") return "json";
  switch (field.scalar) {
    case ScalarType.STRING:
      return "text";
    case ScalarType.BYTES:
      return "bytes";
    case ScalarType.BOOL:
      return "boolean";
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return "unsigned32";
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return "integer64";
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return "unsigned64";
    default:
      return "number";
  }
}

/**
 * A column is null where the field may be unset, and an encrypted one where it is; a key never is. A required field may
 * be unset too, as in the state of an entity that has just begun: the runtime decides alike.
 */
export function isNullable({ field, key, sensitive }: Column): boolean {
  return !key && (sensitive || field.presence !== FeatureSet_FieldPresence.IMPLICIT);
}

function columnType(file: GeneratedFile, self: string, column: Column): Printable {
  const or = isNullable(column) ? " | null" : "";
  switch (columnKind(column)) {
    case "number":
    case "boolean":
      return `number${or}`;
    case "unsigned32":
    case "integer64":
      // Drivers give 64 bits in different ways, and 32 without a sign take 64 where all integers have one.
      // SQL arithmetic in `set` needs the third type to be as wide as the first.
      return [
        kyselyType(file, "ColumnType"),
        `<number | bigint | string${or}, number | bigint${or}, number | bigint | string${or}>`,
      ];
    case "bytes":
      return [globalType(file, "Uint8Array", self), or];
    default:
      return `string${or}`;
  }
}
