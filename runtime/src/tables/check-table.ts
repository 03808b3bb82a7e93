import { EgoError } from "../error/ego-error.ts";
import type { WantedTable } from "./create-tables.ts";
import { addedDefinition, definitionsOf } from "./definitions.ts";
import type { FoundColumn, FoundIndex } from "./dialects/dialect.ts";
import { columnsAt, restColumn, type TableIndex, tableText } from "./table-shape.ts";

/**
 * Checks the columns of a table that is there.
 *
 * @throws EgoError `unsupported` if it cannot hold the rows, with the statements that would mend it
 */
export function checkColumns(wanted: WantedTable, texts: string, found: readonly FoundColumn[]): void {
  const { dialect, shape } = wanted;
  const { quoted } = dialect;
  const refuse = refusal(wanted);
  const alter = `alter table ${quoted(shape.name)}`;
  const columns = definitionsOf(shape);

  const present = new Map(found.map((column) => [folded(wanted, column.name), column]));
  const missing = columns.filter(({ name }) => !present.has(folded(wanted, name)));
  const known = new Set(columns.map(({ name }) => folded(wanted, name)));
  const strangers = found.filter(({ name }) => !known.has(folded(wanted, name)));
  const [first] = missing;
  if (first) {
    const names = missing.map(({ name }) => `"${name}"`).join(", ");
    const adds = missing.map((column) =>
      `${alter} add column ${quoted(column.name)} ${addedDefinition(dialect, column, texts)}`.trimEnd(),
    );
    const [stranger] = strangers;
    const renamed =
      missing.length === 1 && strangers.length === 1 && stranger
        ? ` If "${stranger.name}" became "${first.name}": ${alter} rename column ${quoted(stranger.name)} to ${quoted(first.name)}`
        : "";
    const what = missing.length === 1 ? "column" : "columns";
    throw refuse(`lacks the ${what} ${names}. By a migration: ${adds.join("; ")}.${renamed}`, first.name);
  }

  const key = columnsAt(shape, shape.key).map(({ name }) => name);
  const keys = found.filter((column) => column.key).map(({ name }) => name);
  if (!sameNames(wanted, keys, key)) {
    const has = keys.length === 0 ? "no primary key" : `the primary key (${keys.join(", ")})`;
    const must = key.length === 1 ? `"${key[0]}"` : `(${key.join(", ")})`;
    throw refuse(`has ${has}; its primary key must be ${must}. Create it again with that key by a migration.`, key[0]);
  }
  for (const { name, required } of strangers) {
    if (shape.revision && folded(wanted, name) === restColumn) {
      throw refuse(
        `has a column "${name}" with fields that had no column; now all have one. Leave one without a column until every row is written again, and then drop it by a migration: ${alter} drop column ${quoted(name)}`,
        name,
      );
    }
    if (shape.beside.some((field) => folded(wanted, field) === folded(wanted, name))) {
      throw refuse(
        `has a column "${name}" of a field that has none any more: what is in it would not be read. Remove omit, or, if nobody needs the values, drop the column by a migration: ${alter} drop column ${quoted(name)}`,
        name,
      );
    }
    if (!required) continue;
    throw refuse(
      `has a column "${name}" that must not be null and that ${shape.rowType} does not know. Drop it by a migration: ${alter} drop column ${quoted(name)}`,
      name,
    );
  }
  for (const column of columns) {
    if (!column.sorted || present.get(folded(wanted, column.name))?.exact !== false) continue;
    throw refuse(
      `compares the column "${column.name}" by a collation for which different texts are equal. By a migration: ${alter} modify column ${quoted(column.name)} ${addedDefinition(dialect, column, texts)}`,
      column.name,
    );
  }
}

/**
 * Checks an index that is there.
 *
 * @throws EgoError `unsupported` if it is not the one that is wanted
 */
export function checkIndex(wanted: WantedTable, index: TableIndex, found: readonly FoundIndex[]): void {
  const there = found.find(({ name }) => name.toLowerCase() === index.name.toLowerCase());
  if (there === undefined) return;
  const columns = columnsAt(wanted.shape, index.columns).map(({ name }) => name);
  const has = index.unique ? there.columns : there.columns.slice(0, columns.length);
  const same = has.length === columns.length && has.every((name, at) => sameNames(wanted, [name], [columns[at] ?? ""]));
  if (same && there.unique === index.unique) return;
  const say = (unique: boolean, names: readonly string[]) =>
    `${unique ? "a unique" : "an"} index on ${names.join(", ")}`;
  const { family, quoted } = wanted.dialect;
  const on = family === "mysql" ? ` on ${quoted(wanted.shape.name)}` : "";
  throw refusal(wanted)(
    `has "${index.name}" as ${say(there.unique, there.columns)}; it must be ${say(index.unique, columns)}. Drop it by a migration, and it is created again: drop index ${quoted(there.name)}${on}`,
  );
}

function refusal({ shape }: WantedTable) {
  return (text: string, column?: string) =>
    new EgoError("unsupported", `${tableText(shape)} ${text}`, {
      details: { table: shape.name, ...(column === undefined ? {} : { column }) },
    });
}

function sameNames(wanted: WantedTable, some: readonly string[], others: readonly string[]): boolean {
  const names = new Set(some.map((name) => folded(wanted, name)));
  return some.length === others.length && others.every((name) => names.has(folded(wanted, name)));
}

/** Only Postgres knows two columns that differ in case only. */
function folded({ dialect }: WantedTable, name: string): string {
  return dialect.family === "postgres" ? name : name.toLowerCase();
}
