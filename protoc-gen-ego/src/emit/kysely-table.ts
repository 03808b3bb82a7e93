import { type DescField, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import type { GeneratedFile, Printable } from "@bufbuild/protoplugin";
import { tableTypeName } from "../model/exported-names.ts";
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
  file.print(
    docComment("Version of the row; ego writes it.", "  "),
    "  ego_revision: ",
    kyselyType(file, "ColumnType"),
    "<number, never, never>;",
  );
  file.print("}");
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

/** What the column of a field holds. */
export function columnKind(field: DescField): ColumnKind {
  if (field.fieldKind === "enum") return "number";
  if (field.message?.typeName === "google.protobuf.Timestamp" && field.fieldKind === "message") return "timestamp";
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

/** A column is null where the field may be unset; a key never is. */
export function isNullable({ field, key }: Column): boolean {
  return !key && field.presence === FeatureSet_FieldPresence.EXPLICIT;
}

function columnType(file: GeneratedFile, self: string, column: Column): Printable {
  const or = isNullable(column) ? " | null" : "";
  switch (columnKind(column.field)) {
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
