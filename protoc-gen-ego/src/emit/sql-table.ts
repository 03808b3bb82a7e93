import type { GeneratedFile, Printable } from "@bufbuild/protoplugin";
import { tableConstantName } from "../model/exported-names.ts";
import type { Column, Index, Table } from "../model/table.ts";
import { docComment } from "./comment.ts";
import { schemaSymbol, shapeSymbol } from "./message-symbols.ts";
import { listLiteral, type Member, objectLiteral, printMember } from "./object-literal.ts";
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
  if (table.indexes.length > 0) types.push(table.indexes.map((index) => texts(fieldsOf(index))).join(" | "));
  return [seamType(file, "Table"), "<", joined(types, ", "), ">"];
}

function members(file: GeneratedFile, table: Table): Member[] {
  const { columns, subject, indexes } = table;
  const fieldsWith = (flag: "binary" | "sensitive"): Member[] => {
    const flagged = columns.filter((column) => column[flag]);
    return flagged.length > 0 ? [[flag, texts(flagged.map(localName))]] : [];
  };
  return [
    ["seam", seam],
    ["name", quoted(table.name)],
    ["kind", quoted(table.kind)],
    ["message", schemaSymbol(file, table.desc)],
    ["key", texts(keyOf(table))],
    ["columns", objectLiteral(columns.map((column) => [localName(column), quoted(column.name)]))],
    ...fieldsWith("binary"),
    ...fieldsWith("sensitive"),
    ...(subject && columns.some(({ sensitive }) => sensitive)
      ? [["subject", quoted(subject.localName)] satisfies Member]
      : []),
    ...(indexes.length > 0 ? [["indexes", listLiteral(indexes.map(indexRow))] satisfies Member] : []),
  ];
}

function keyOf({ columns }: Table): string[] {
  return columns.filter(({ key }) => key).map(localName);
}

function fieldsOf({ fields }: Index): string[] {
  return fields.flatMap(({ column }) => (column ? [localName(column)] : []));
}

function localName({ field }: Column): string {
  return field.localName;
}

/** One index, in one line. */
function indexRow(index: Index): string {
  const unique = index.unique ? ", unique: true" : "";
  return `{ name: ${quoted(index.name)}, fields: ${texts(fieldsOf(index))}${unique} }`;
}
