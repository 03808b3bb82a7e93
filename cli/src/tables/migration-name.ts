import { Failure } from "../failure.ts";
import type { MigrationFile } from "../migrate/folder.ts";
import { printableName } from "../terminal/printable.ts";
import type { TableChange } from "./table-change.ts";

/**
 * Names for migrations that come behind all that there are: a time in UTC, and what they are about.
 *
 * @param words one for each migration, in order
 */
export function migrationNames(
  existing: readonly MigrationFile[],
  now: Date,
  words: readonly string[],
): readonly string[] {
  const last = existing.flatMap(({ name }) => timeOf(name) ?? []).reduce((a, b) => Math.max(a, b), 0);
  // Clocks differ, and so do branches.
  const first = Math.max(Math.floor(now.getTime() / 1000), last + 1);
  return words.map((word, index) => `${stampOf(first + index)}_${word}`);
}

/** @throws Failure if what the user gave cannot be part of the name of a file */
export function checkedWord(word: string): string {
  if (/^[A-Za-z0-9][\w-]{0,59}$/.test(word)) return word;
  throw new Failure(
    "input",
    `--name ${printableName(word)} cannot name a migration. Use letters, digits, "_" and "-", at most 60.`,
  );
}

/** What changes are about, in a word. */
export function wordFor(changes: readonly TableChange[]): string {
  const [first] = changes;
  const tables = new Set(changes.map(({ table }) => table.name));
  if (first === undefined || tables.size > 1) return "change_tables";
  if (changes.length > 1) return `change_${first.table.name}`;
  switch (first.action) {
    case "create-table":
      return `create_${first.table.name}`;
    case "drop-table":
      return `drop_${first.table.name}`;
    case "add-column":
      return `add_${first.column.name}`;
    case "drop-column":
      return `drop_${first.column.name}`;
    case "create-index":
      return `index_${first.index.name}`;
    default:
      return `change_${first.table.name}`;
  }
}

function stampOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replaceAll(/\D/g, "");
}

/** Seconds; undefined for a migration that is named in another way. */
function timeOf(name: string): number | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?!\d)/.exec(name) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time / 1000;
}
