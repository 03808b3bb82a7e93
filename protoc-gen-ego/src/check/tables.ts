import type { Report } from "../diagnostics/diagnostic.ts";
import { place } from "../diagnostics/render.ts";
import type { Domain, Entity } from "../model/domain.ts";
import type { Column, Table } from "../model/table.ts";
import { isEntityName } from "../naming.ts";
import { namePosition } from "../options/position.ts";

const grammar = /^[a-z][a-z0-9_]*$/;
/** What Postgres keeps of a name. */
const maxBytes = 63;
/** The longest suffix that ego gives a table, for a rebuild beside the old one. */
const longestSuffix = "__v12";
const reservedPrefixes = ["ego_", "sqlite_"];

/** EGO040, EGO041, EGO046 and EGO047: names in SQL. */
export function checkTables(domain: Domain, report: Report): void {
  const first = new Map<string, Entity & { readonly table: Table }>();
  for (const entity of domain.entities) {
    const { table, generate, durable } = entity;
    if (!table || !generate || !durable) continue;
    // A table without a name of its own has that of the entity, which is complained about already.
    if (isEntityName(entity.name)) checkTableName(table, report);
    checkColumns(entity, table, report);
    const other = first.get(table.name);
    if (!other) {
      first.set(table.name, { ...entity, table });
      continue;
    }
    report.error(
      "EGO041",
      table.at,
      `${entity.state.desc.name} and ${other.state.desc.name} at ${place(other.table.at)} have one table, "${table.name}". Name another: table: {name: "..."}.`,
    );
  }
}

function checkTableName({ name, at }: Table, report: Report): void {
  const longest = maxBytes - longestSuffix.length;
  if (!grammar.test(name) || name.length > longest) {
    report.error(
      "EGO046",
      at,
      `"${name}" cannot be the name of a table. Use lower case letters, digits and "_", first a letter, at most ${longest}.`,
    );
  }
  const prefix = reservedPrefixes.find((reserved) => name.startsWith(reserved));
  if (prefix)
    report.error("EGO047", at, `Tables that begin with "${prefix}" are reserved. Rename the table "${name}".`);
}

function checkColumns({ state }: Entity, table: Table, report: Report): void {
  const first = new Map<string, Column>();
  for (const column of table.columns) {
    const at = namePosition(column.field);
    const other = first.get(column.name);
    if (other) {
      report.error(
        "EGO040",
        at,
        `${column.field.name} and ${other.field.name} of ${state.desc.name} would both be the column "${column.name}". Rename one of them.`,
      );
      continue;
    }
    first.set(column.name, column);
    if (!grammar.test(column.name) || column.name.length > maxBytes) {
      report.error(
        "EGO046",
        at,
        `"${column.name}", of ${column.field.name}, cannot be the name of a column. Use letters, digits and "_", first a letter, at most ${maxBytes}.`,
      );
    }
    if (column.name.startsWith("ego_")) {
      report.error("EGO047", at, `Columns that begin with "ego_" are reserved. Rename the field ${column.field.name}.`);
    }
  }
}
