import { type DescField, ScalarType } from "@bufbuild/protobuf";
import type { Code, Report } from "../diagnostics/diagnostic.ts";
import { nearest } from "../diagnostics/nearest.ts";
import { place } from "../diagnostics/render.ts";
import { type Domain, tablesOf } from "../model/domain.ts";
import { fieldType, isTimestamp } from "../model/field-type.ts";
import type { Column, Index, IndexField, Table } from "../model/table.ts";

/** EGO042, and EGO038 of indexes: what the rows of a table can be listed by. */
export function checkIndexes(domain: Domain, report: Report): void {
  for (const { table } of tablesOf(domain)) {
    const first = new Map<string, Index>();
    for (const index of table.indexes) {
      if (areColumns(table, index, report)) checkUse(table, index, first, report);
    }
  }
}

/** Whether an index has fields, and each is one that can be in it. */
function areColumns(table: Table, { at, fields }: Index, report: Report): boolean {
  if (fields.length === 0) {
    report.error("EGO042", at, `An index of ${table.desc.name} has no fields. Name them: fields: ["..."].`);
    return false;
  }
  const mistakes = fields.flatMap((field, position) => {
    const before = fields.slice(0, position).some(({ name }) => name === field.name);
    const mistake = mistakeOf(table, field, before);
    return mistake ? [{ ...mistake, at: field.at }] : [];
  });
  for (const mistake of mistakes) report.error(mistake.code, mistake.at, mistake.text);
  return mistakes.length === 0;
}

interface Mistake {
  readonly code: Code;
  readonly text: string;
}

function mistakeOf(
  { desc, omitted, columns }: Table,
  { name, column }: IndexField,
  before: boolean,
): Mistake | undefined {
  const mistake = (text: string, code: Code = "EGO042") => ({ code, text });
  if (omitted.some((field) => field.name === name)) {
    return mistake(`${desc.name}.${name} has no column, and cannot be in an index. Remove omit, or leave it out.`);
  }
  if (!column) {
    const near = nearest(
      name,
      columns.filter(isIndexable).map(({ field }) => field.name),
    );
    const advice = near ? `Did you mean "${near}"?` : "Write the name of a field.";
    return mistake(`${desc.name} has no field "${name}", which an index names. ${advice}`);
  }
  if (before) return mistake(`An index of ${desc.name} has ${name} twice. Remove one of them.`);
  if (column.sensitive) {
    return mistake(
      `${desc.name}.${name} is sensitive: its column is encrypted, and cannot be in an index. Leave it out.`,
      "EGO038",
    );
  }
  if (!isIndexable(column)) {
    const is = column.binary ? "kept in binary form" : fieldType(column.field);
    return mistake(`${desc.name}.${name} is ${is}, and cannot be in an index. Leave it out.`);
  }
  return undefined;
}

/** Whether an index is of use: beside the others, and beside the key. */
function checkUse({ desc, columns }: Table, index: Index, first: Map<string, Index>, report: Report): void {
  const key = columns.filter((column) => column.key);
  const indexed = index.fields.flatMap(({ column }) => column ?? []);
  const names = indexed.map(({ field }) => field.name).join(", ");
  const other = first.get(names);
  if (other) {
    report.error(
      "EGO042",
      index.at,
      `${desc.name} has two indexes of ${names}; the first is at ${place(other.at)}. Remove one.`,
    );
    return;
  }
  first.set(names, index);
  if (key.length === 0) return;
  if (key.length === indexed.length && key.every((column, position) => column === indexed[position])) {
    report.error(
      "EGO042",
      index.at,
      `An index of ${desc.name} has the fields of its primary key: ${names}. Remove it.`,
    );
  } else if (index.unique && key.every((column) => indexed.includes(column))) {
    report.error(
      "EGO042",
      index.at,
      `An index of ${desc.name} has all of its primary key: ${names} is unique without being said to be. Remove unique.`,
    );
  }
}

function isIndexable({ field, binary, sensitive }: Column): boolean {
  return !binary && !sensitive && isOrdered(field);
}

/** Whether the values of a field have an order in SQL: not what is kept as JSON or bytes. */
function isOrdered(field: DescField): boolean {
  if (field.fieldKind === "scalar") return field.scalar !== ScalarType.BYTES;
  return field.fieldKind === "enum" || isTimestamp(field);
}
