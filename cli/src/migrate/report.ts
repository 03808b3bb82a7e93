import { printable, printableName } from "../terminal/printable.ts";
import {
  isPending,
  type ProjectMigrationState,
  pendingIn,
  type SchemaChange,
  type SchemaStatus,
  type TableState,
} from "./schema.ts";

/** Where a schema stands, for people. */
export function statusText(status: SchemaStatus, tablesKnown: boolean): string {
  const migrations: readonly ProjectMigrationState[] = [...status.migrations, ...(status.projectMigrations ?? [])];
  const width = Math.max(...migrations.map(({ name }) => name.length), 0);
  return [
    heading(status),
    ...migrations.map((migration) => `  ${printableName(migration.name).padEnd(width)}  ${stateText(migration)}`),
    ...tablesText(status.tables, tablesKnown),
    verdict(status),
  ].join("\n");
}

function stateText({ appliedAt, unknown }: ProjectMigrationState): string {
  if (appliedAt === undefined) return "pending";
  const applied = `applied ${new Date(appliedAt).toISOString()}`;
  return unknown ? `${applied}, and not in this version of the project` : applied;
}

function verdict(status: SchemaStatus): string {
  if (pendingIn(status) === 0) return "Up to date.";
  const { projectMigrations = [], tables } = status;
  if (projectMigrations.some(({ unknown }) => unknown)) {
    return "Not up to date: another version of the project changed the tables. Take that one, or a newer one.";
  }
  // An engine knows nothing of these.
  if (projectMigrations.some(isPending)) return "Not up to date: `ego migrate up` does it.";
  if (tables.some(({ problem }) => problem !== undefined)) {
    return "Not up to date: a table has to be changed. `ego migrate diff` writes the migration.";
  }
  return "Not up to date: `ego migrate up`, or the next start of an engine, does it.";
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
    migrations: status.migrations.map(migrationJson),
    ...(status.projectMigrations ? { projectMigrations: status.projectMigrations.map(migrationJson) } : {}),
    tables: status.tables.map(({ problem = null, ...table }) => ({ ...table, problem })),
  };
}

function migrationJson({ name, appliedAt, unknown }: ProjectMigrationState): object {
  return {
    name,
    appliedAt: appliedAt === undefined ? null : new Date(appliedAt).toISOString(),
    ...(unknown ? { unknown } : {}),
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
