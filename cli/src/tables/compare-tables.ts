import type { ModelTables } from "./model-tables.ts";
import {
  columnAgain,
  nowSensitive,
  type Pair,
  type Refusal,
  refusalsOf,
  shifted,
  tableAgain,
  withoutTable,
} from "./refusal.ts";
import type { Renames } from "./renames.ts";
import type { TableChange } from "./table-change.ts";
import {
  type ColumnSchema,
  hasRest,
  type IndexSchema,
  isSorted,
  liveColumns,
  type TableSchema,
} from "./table-schema.ts";

/** What has to be done so that tables become others. */
export interface Comparison {
  /** In the order in which they are done. */
  readonly changes: readonly TableChange[];
  /** What no migration can do. */
  readonly refusals: readonly Refusal[];
  /** The tables when it is done, with those and their columns that may be left of before. */
  readonly tables: readonly TableSchema[];
}

/** Compares the tables that migrations have made, or that were released, with those that the protos have now. */
export function compareTables(
  before: readonly TableSchema[],
  { tables: after, tableless }: ModelTables,
  renames: Renames,
): Comparison {
  const changes: TableChange[] = [];
  const refusals: Refusal[] = [];
  const tables: TableSchema[] = [];
  const matched = new Set<TableSchema>();
  for (const table of after) {
    const old = counterpartOf(table, before, after, renames);
    if (old) matched.add(old);
    const sensitive = table.columns.filter((column) => column.sensitive);
    const [secret] = sensitive;
    if (secret) {
      // A table that never was is not in any database, and that is all there is to say.
      if (old && !old.dropped) refusals.push(nowSensitive(table, secret));
      else if (old) tables.push(old);
      continue;
    }
    const done = old && !old.dropped ? changeTable(old, table, renames) : createTable(old, table);
    changes.push(...done.changes);
    refusals.push(...done.refusals);
    tables.push(done.table);
  }
  for (const table of before) {
    if (matched.has(table)) continue;
    if (!table.dropped && table.kind === "state" && tableless.includes(table.owner)) refusals.push(withoutTable(table));
    else if (!table.dropped) changes.push({ action: "drop-table", table });
    tables.push({ ...table, dropped: true });
  }
  return { changes, refusals, tables };
}

/** The table that was this one: by what the user says, by its name, or else by whose it is. */
function counterpartOf(
  table: TableSchema,
  before: readonly TableSchema[],
  after: readonly TableSchema[],
  renames: Renames,
): TableSchema | undefined {
  const told = renames.tableBefore(table.name);
  const named = before.find(({ name }) => name === (told ?? table.name));
  if (named) return named;
  return before.find(
    (old) =>
      !old.dropped &&
      (old.owner === table.owner || old.message === table.message) &&
      old.kind === table.kind &&
      // With another key, a read model is filled anew. A state is what it is.
      (table.kind === "state" || keyText(old) === keyText(table)) &&
      after.every(({ name }) => name !== old.name) &&
      renames.tableAfter(old.name) === undefined,
  );
}

function keyText(table: TableSchema): string {
  const key = liveColumns(table).filter((column) => column.key);
  return key.map(({ field, kind }) => `${field} ${kind}`).join();
}

interface TableDone {
  readonly changes: readonly TableChange[];
  readonly refusals: readonly Refusal[];
  readonly table: TableSchema;
}

function createTable(left: TableSchema | undefined, table: TableSchema): TableDone {
  const columns = (of: TableSchema) => liveColumns(of).map(({ name, kind, nullable }) => `${name} ${kind} ${nullable}`);
  if (left && (columns(left).toSorted().join() !== columns(table).toSorted().join() || left.kind !== table.kind)) {
    return {
      changes: [],
      refusals: [tableAgain(table)],
      table: left,
    };
  }
  return { changes: [{ action: "create-table", table, again: left !== undefined }], refusals: [], table };
}

function changeTable(old: TableSchema, table: TableSchema, renames: Renames): TableDone {
  const refusals: Refusal[] = [];
  const { pairs, added, gone, left } = matchColumns(old, table, renames);
  const nameNow = new Map(pairs.map(({ from, column }) => [from.name, column.name]));
  refusals.push(...refusalsOf(old, table, pairs), ...shifted(table, pairs, gone));

  const renamed: TableChange[] = old.name === table.name ? [] : [{ action: "rename-table", table, from: old.name }];
  const changed: TableChange[] = [];
  for (const { from, column, told } of pairs) {
    if (from.name !== column.name) {
      renamed.push({ action: "rename-column", table, column, from, told });
      const again = left.find(({ name }) => name === column.name);
      if (again) refusals.push(columnAgain(table, column, again));
    }
    const change = alteration(old, table, from, column);
    if (change) changed.push(change);
  }

  const additions: TableChange[] = [];
  if (hasRest(table) && !hasRest(old)) additions.push({ action: "add-rest", table });
  for (const column of added) {
    const again = left.find(({ name }) => name === column.name);
    if (again && !isLike(again, column)) {
      refusals.push(columnAgain(table, column, again));
      continue;
    }
    additions.push({
      action: "add-column",
      table,
      column,
      sorted: isSorted(table, column),
      omitted: old.omitted.includes(column.field),
      again: again !== undefined,
      likely: gone.filter((other) => isLike(other, column) && !table.omitted.includes(other.field)),
    });
  }
  const dropped = gone.map((column): TableChange => {
    // A read model does not store such a field at all.
    if (table.kind === "state" && table.omitted.includes(column.field)) return { action: "omit-column", table, column };
    return { action: "drop-column", table, column, sorted: isSorted(old, column) };
  });
  const indexes = compareIndexes(old, table, nameNow);
  const stays = left.filter(({ name }) => added.every((column) => column.name !== name));
  return {
    changes: [...renamed, ...indexes.dropped, ...changed, ...additions, ...dropped, ...indexes.created],
    refusals,
    table: {
      ...table,
      columns: [...table.columns, ...stays, ...gone.map((column) => ({ ...column, dropped: true as const }))],
    },
  };
}

interface Matched {
  readonly pairs: readonly Pair[];
  readonly added: readonly ColumnSchema[];
  readonly gone: readonly ColumnSchema[];
  /** What earlier migrations have left. */
  readonly left: readonly ColumnSchema[];
}

/** Which column was which: by what the user says, by its name, or else by the number of its field. */
function matchColumns(old: TableSchema, table: TableSchema, renames: Renames): Matched {
  const live = liveColumns(old);
  const free = new Set(live);
  const pairs = new Map<ColumnSchema, Pair>();
  const pair = (column: ColumnSchema, from: ColumnSchema | undefined, told = false) => {
    if (from === undefined || pairs.has(column) || !free.delete(from)) return;
    pairs.set(column, { from, column, told });
  };
  for (const column of table.columns) {
    const told = renames.columnBefore(table.name, column.name);
    if (told !== undefined)
      pair(
        column,
        live.find(({ name }) => name === told),
        true,
      );
  }
  for (const column of table.columns)
    pair(
      column,
      live.find(({ name }) => name === column.name),
    );
  for (const column of table.columns)
    pair(
      column,
      [...free].find(({ field }) => field === column.field),
    );
  return {
    pairs: table.columns.flatMap((column) => pairs.get(column) ?? []),
    added: table.columns.filter((column) => !pairs.has(column)),
    gone: live.filter((column) => free.has(column)),
    left: old.columns.filter(({ dropped }) => dropped),
  };
}

/** Integers that another type of integer holds as they are. */
const widened: ReadonlySet<string> = new Set(["integer bigint", "unsigned bigint"]);

function alteration(
  old: TableSchema,
  table: TableSchema,
  from: ColumnSchema,
  column: ColumnSchema,
): TableChange | undefined {
  const sorted = isSorted(table, column);
  if (from.kind !== column.kind && !widened.has(`${from.kind} ${column.kind}`)) {
    return { action: "convert-column", table, column, from, sorted };
  }
  const isSame = from.nullable === column.nullable && (from.kind === column.kind || from.kind === "unsigned");
  if (!isSame) return { action: "alter-column", table, column, from, sorted };
  if (column.kind === "text" && isSorted(old, from) !== sorted) return { action: "sort-text", table, column, sorted };
  return undefined;
}

function compareIndexes(
  old: TableSchema,
  table: TableSchema,
  nameNow: ReadonlyMap<string, string>,
): { readonly dropped: readonly TableChange[]; readonly created: readonly TableChange[] } {
  // An index follows a column that is renamed; where nulls are in it, it has to be told when there are some.
  const text = (index: IndexSchema, of: TableSchema, nameOf: (column: string) => string | undefined) => {
    const columns = index.columns.map((name) => {
      const nullable = liveColumns(of).some((column) => column.name === name && column.nullable);
      return `${nameOf(name)} ${nullable}`;
    });
    return [index.name, index.unique, ...columns].join();
  };
  const before = new Map(old.indexes.map((index) => [text(index, old, (name) => nameNow.get(name)), index]));
  const after = new Map(table.indexes.map((index) => [text(index, table, (name) => name), index]));
  const stays = (index: IndexSchema) => table.indexes.some(({ name }) => name === index.name);
  return {
    dropped: [...before].flatMap(([key, index]) =>
      after.has(key) ? [] : [{ action: "drop-index" as const, table, index, again: stays(index) }],
    ),
    created: [...after].flatMap(([key, index]) =>
      before.has(key) ? [] : [{ action: "create-index" as const, table, index }],
    ),
  };
}

function isLike(some: ColumnSchema, other: ColumnSchema): boolean {
  return some.kind === other.kind && some.nullable === other.nullable;
}
