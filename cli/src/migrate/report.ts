import { printable, printableName } from "../terminal/printable.ts";
import { pendingIn, type SchemaChange, type SchemaStatus, type TableState } from "./schema.ts";

/** Where a schema stands, for people. */
export function statusText(status: SchemaStatus, tablesKnown: boolean): string {
  const width = Math.max(...status.migrations.map(({ name }) => name.length), 0);
  return [
    heading(status),
    ...status.migrations.map(({ name, appliedAt }) => {
      const when = appliedAt === undefined ? "pending" : `applied ${new Date(appliedAt).toISOString()}`;
      return `  ${printableName(name).padEnd(width)}  ${when}`;
    }),
    ...tablesText(status.tables, tablesKnown),
    pendingIn(status) === 0
      ? "Up to date."
      : "Not up to date: `ego migrate up`, or the next start of an engine, does it.",
  ].join("\n");
}

/** What was done to a schema, for people. */
export function changeText({ applied, status }: SchemaChange, tablesKnown: boolean): string {
  const done = applied.map((name) => `  applied  ${printableName(name)}`);
  const end = done.length === 0 ? ["Nothing was pending."] : [...done, "Up to date."];
  return [heading(status), ...tablesText(status.tables, tablesKnown), ...end].join("\n");
}

/** The same for programs: one line of JSON, whose members stay. */
export function statusJson(status: SchemaStatus): object {
  return {
    store: status.store,
    place: status.place,
    format: status.format ?? null,
    upToDate: pendingIn(status) === 0,
    migrations: status.migrations.map(({ name, appliedAt }) => ({
      name,
      appliedAt: appliedAt === undefined ? null : new Date(appliedAt).toISOString(),
    })),
    tables: status.tables.map(({ problem = null, ...table }) => ({ ...table, problem })),
  };
}

function heading({ store, place, format }: SchemaStatus): string {
  return `${store}, ${printableName(place)}: ${format === undefined ? "no journal yet" : `format ${format}`}`;
}

function tablesText(tables: readonly TableState[], known: boolean): readonly string[] {
  if (!known) return ["Tables of states are not looked at: ego.config.ts says which there are."];
  return tables.map(({ name, present, missingIndexes, problem }) => {
    const lacking = missingIndexes.map((index) => `index ${printableName(index)} missing`).join(", ");
    const state = problem ?? (present ? lacking || "present" : "missing");
    return `  table ${printableName(name)}  ${printable(state)}`;
  });
}
