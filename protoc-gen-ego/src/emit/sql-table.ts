import type { GeneratedFile, Printable } from "@bufbuild/protoplugin";
import { tableConstantName } from "../model/exported-names.ts";
import type { Table } from "../model/table.ts";
import { docComment } from "./comment.ts";
import { schemaSymbol, shapeSymbol } from "./message-symbols.ts";
import { type Member, objectLiteral, printMember } from "./object-literal.ts";
import { joined, quoted, texts } from "./printing.ts";
import { seam, seamFunction, seamType } from "./seam.ts";

/** Prints the constant of a table: its definition as data. */
export function printSqlTable(file: GeneratedFile, table: Table): void {
  file.print();
  file.print(
    docComment(`The table \`${table.name}\` as data.`),
    file.export("const", tableConstantName(table)),
    ": ",
    tableType(file, table),
    " = /*@__PURE__*/ ",
    seamFunction(file, "table"),
    "({",
  );
  for (const member of members(file, table)) printMember(file, member);
  file.print("});");
}

function tableType(file: GeneratedFile, table: Table): Printable[] {
  const types: Printable[] = [quoted(table.name), shapeSymbol(file, table.desc), texts(keyOf(table))];
  return [seamType(file, "Table"), "<", joined(types, ", "), ">"];
}

function members(file: GeneratedFile, table: Table): Member[] {
  return [
    ["seam", seam],
    ["name", quoted(table.name)],
    ["kind", quoted(table.kind)],
    ["message", schemaSymbol(file, table.desc)],
    ["key", texts(keyOf(table))],
    ["columns", objectLiteral(table.columns.map(({ field, name }) => [field.localName, quoted(name)]))],
  ];
}

function keyOf({ columns }: Table): string[] {
  return columns.filter(({ key }) => key).map(({ field }) => field.localName);
}
