import type { Report } from "../diagnostics/diagnostic.ts";
import { place } from "../diagnostics/render.ts";
import { type Domain, type Tabled, tablesOf } from "../model/domain.ts";
import type { Column, Index, Table } from "../model/table.ts";
import { isEntityName } from "../naming.ts";
import type { Position } from "../options/position.ts";

const grammar = /^[a-z][a-z0-9_]*$/;
/** What Postgres keeps of a name. */
const maxBytes = 63;
/** The longest suffix that ego gives a table and its indexes, for a rebuild beside the old one. */
const longestSuffix = "__v12";
const longest = maxBytes - longestSuffix.length;
const reservedPrefixes = ["ego_", "sqlite_"];

/** EGO040, EGO041, EGO046 and EGO047: names in SQL. */
export function checkTables(domain: Domain, report: Report): void {
  const tables = tablesOf(domain);
  for (const { table, message } of tables) {
    if (!hasBadName(message)) checkTableName(table, report);
    for (const index of table.indexes) checkIndexName(table, index, report);
    checkColumnNames(table, report);
  }
  checkDistinct(tables, report);
}

/** A table without a name of its own has that of its entity or read model, which is complained about already. */
function hasBadName(message: Tabled["message"]): boolean {
  if (message.mark.table?.name) return false;
  const name = "table" in message ? message.name : message.entity?.value;
  return name !== undefined && !isEntityName(name);
}

function checkTableName({ name, at }: Table, report: Report): void {
  if (!isName(name)) {
    report.error("EGO046", at, `"${name}" cannot be the name of a table. ${rule(longest)}`);
  }
  const prefix = reservedPrefixes.find((reserved) => name.startsWith(reserved));
  if (prefix)
    report.error("EGO047", at, `Tables that begin with "${prefix}" are reserved. Rename the table "${name}".`);
}

/** A name that is made of others has their letters, and their prefix: what is wrong there is said there. */
function checkIndexName({ desc }: Table, { name, at, named }: Index, report: Report): void {
  if (!named) {
    if (name.length <= longest || !grammar.test(name)) return;
    report.error(
      "EGO046",
      at,
      `"${name}", of the table and the columns, is too long for the name of an index. Give it one of at most ${longest}: name: "...".`,
    );
    return;
  }
  if (!isName(name)) report.error("EGO046", at, `"${name}" cannot be the name of an index. ${rule(longest)}`);
  const prefix = reservedPrefixes.find((reserved) => name.startsWith(reserved));
  if (prefix) {
    report.error("EGO047", at, `Indexes that begin with "${prefix}" are reserved. Rename the index of ${desc.name}.`);
  }
}

function checkColumnNames({ desc, columns }: Table, report: Report): void {
  const first = new Map<string, Column>();
  for (const column of columns) {
    const { name, at, field, named } = column;
    const other = first.get(name);
    if (other) {
      report.error(
        "EGO040",
        at,
        `${field.name} and ${other.field.name} of ${desc.name} would both be the column "${name}". Rename one of them.`,
      );
      continue;
    }
    first.set(name, column);
    if (!isName(name, maxBytes)) {
      const letters = named ? "lower case letters" : "letters";
      report.error(
        "EGO046",
        at,
        `"${name}", of ${field.name}, cannot be the name of a column. ${rule(maxBytes, letters)}`,
      );
    }
    if (name.startsWith("ego_")) {
      const what = named ? `column of ${field.name}` : `field ${field.name}`;
      report.error("EGO047", at, `Columns that begin with "ego_" are reserved. Rename the ${what}.`);
    }
  }
}

/** EGO041: tables and indexes of one database have names of their own. */
function checkDistinct(tables: readonly Tabled[], report: Report): void {
  const first = new Map<string, { readonly of: string; readonly in: string; readonly at: Position }>();
  for (const { table, message } of tables) {
    const { name, at } = table;
    const other = first.get(name);
    if (!other) {
      first.set(name, { of: "the table of", in: message.desc.name, at });
      continue;
    }
    report.error(
      "EGO041",
      at,
      `${message.desc.name} and ${other.in} at ${place(other.at)} have one table, "${name}". Name another: table: {name: "..."}.`,
    );
  }
  // Postgres has the primary key as an index of this name, MySQL of that.
  const keys = new Map(tables.map(({ table }) => [`${table.name}_pkey`, table]));
  for (const { table } of tables) {
    for (const { name, at } of distinctIndexes(table)) {
      const keyOf = name === "primary" ? table : keys.get(name);
      if (keyOf) {
        report.error(
          "EGO041",
          at,
          `An index of ${table.desc.name} has the name that a database gives the primary key of ${keyOf.desc.name}, "${name}". Give the index another: name: "...".`,
        );
        continue;
      }
      const other = first.get(name);
      if (!other) {
        first.set(name, { of: "one of", in: table.desc.name, at });
        continue;
      }
      report.error(
        "EGO041",
        at,
        `An index of ${table.desc.name} and ${other.of} ${other.in} at ${place(other.at)} have one name, "${name}". Give the index another: name: "...".`,
      );
    }
  }
}

/** The indexes whose names can be compared: those that EGO042 has nothing against. */
function distinctIndexes({ indexes }: Table): Index[] {
  const fieldsOf = ({ fields }: Index) => fields.map(({ name }) => name).join();
  return indexes.filter((index, position) => {
    const again = indexes.slice(0, position).some((other) => fieldsOf(other) === fieldsOf(index));
    return !again && index.fields.length > 0 && index.fields.every(({ column }) => column);
  });
}

function isName(name: string, most = longest): boolean {
  return grammar.test(name) && name.length <= most;
}

function rule(most: number, letters = "lower case letters"): string {
  return `Use ${letters}, digits and "_", first a letter, at most ${most}.`;
}
