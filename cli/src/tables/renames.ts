import { Failure } from "../failure.ts";
import { printableName } from "../terminal/printable.ts";
import { liveColumns, type TableSchema } from "./table-schema.ts";

/** What the user says was renamed. */
export interface Renames {
  /** What a table was called. */
  tableBefore(name: string): string | undefined;
  /** What a table is called now. */
  tableAfter(name: string): string | undefined;
  /** What a column was called, of a table as it is called now. */
  columnBefore(table: string, column: string): string | undefined;
}

export const noRenames: Renames = {
  tableBefore: () => undefined,
  tableAfter: () => undefined,
  columnBefore: () => undefined,
};

const form = /^([a-z][a-z0-9_]*)(?:\.([a-z][a-z0-9_]*))?=([a-z][a-z0-9_]*)$/;

/**
 * Reads `--rename` options: `old_table=new_table`, `table.old_column=new_column`.
 *
 * @throws Failure for one of another form, or with a name that was not there before or is not there now
 */
export function readRenames(
  texts: readonly string[],
  before: readonly TableSchema[],
  after: readonly TableSchema[],
): Renames {
  const tables = new Map<string, string>();
  const columns = new Map<string, string>();
  const parsed = texts.map((text) => {
    const [, table, column, now] = form.exec(text) ?? [];
    if (table !== undefined && now !== undefined) return { text, table, column, now };
    throw new Failure(
      "input",
      `--rename ${printableName(text)} is none: write table.old_column=new_column, or old_table=new_table.`,
    );
  });
  for (const { text, table, column, now } of parsed) {
    if (column !== undefined) continue;
    check(
      text,
      table,
      now,
      before.filter(({ dropped }) => !dropped),
      after,
      "table",
    );
    tables.set(now, table);
  }
  for (const { text, table, column, now } of parsed) {
    if (column === undefined) continue;
    const tableNow = after.find(({ name }) => name === table || tables.get(name) === table);
    const named = tables.get(tableNow?.name ?? table) ?? table;
    // Without --rename, a table is known by whose it is.
    const old =
      before.find(({ name, dropped }) => !dropped && name === named) ??
      before.find(({ owner, dropped }) => !dropped && owner === tableNow?.owner);
    const next = tableNow ?? after.find(({ owner }) => owner === old?.owner);
    if (old === undefined || next === undefined) {
      throw new Failure("input", `--rename ${text}: there is no table "${table}" that was there before and is now.`);
    }
    check(text, column, now, liveColumns(old), next.columns, `column of ${next.name}`);
    columns.set(`${next.name}.${now}`, column);
  }
  return {
    tableBefore: (name) => tables.get(name),
    tableAfter: (name) => [...tables].find(([, before]) => before === name)?.[0],
    columnBefore: (table, column) => columns.get(`${table}.${column}`),
  };
}

interface Named {
  readonly name: string;
}

function check(
  text: string,
  old: string,
  now: string,
  before: readonly Named[],
  after: readonly Named[],
  what: string,
): void {
  const has = (names: readonly Named[], wanted: string) => names.some(({ name }) => name === wanted);
  const wrong = (why: string) => new Failure("input", `--rename ${text}: ${why}`);
  if (!has(before, old)) {
    throw wrong(`there was no ${what} "${old}". There were: ${before.map(({ name }) => name).join(", ") || "none"}.`);
  }
  if (!has(after, now)) {
    throw wrong(`there is no ${what} "${now}" now. There are: ${after.map(({ name }) => name).join(", ") || "none"}.`);
  }
  if (has(after, old)) throw wrong(`"${old}" is still there.`);
  if (has(before, now)) throw wrong(`"${now}" was there before.`);
}
