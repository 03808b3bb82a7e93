import { exitCode, Failure } from "../failure.ts";
import { findMigrations, loadMigrations, migrationsRoot } from "../migrate/folder.ts";
import { changeText, statusJson, statusText } from "../migrate/report.ts";
import { type ProjectMigrations, pendingIn, type SchemaStatus } from "../migrate/schema.ts";
import { targetOf } from "../migrate/store.ts";
import type { StoreOptions } from "../project/store-at.ts";
import type { Host } from "../terminal/host.ts";
import { jsonText } from "../terminal/json-text.ts";

/** Options of `ego migrate`. */
export interface MigrateOptions extends StoreOptions {
  /** Prints JSON instead of text. */
  readonly json?: boolean;
}

/**
 * `ego migrate status`: says where the schema of the project's store stands.
 *
 * @returns the exit code: 1 if something is pending
 * @throws Failure if the store cannot be found or looked at
 */
export function migrateStatus(host: Host, options: MigrateOptions): Promise<number> {
  return answered(async () => {
    const { migrations, entities } = await targetOf(host, options);
    const project = knownMigrations(host);
    const status = checkedStatus(await migrations.status(entities ?? [], project), project);
    host.out(options.json ? jsonText(statusJson(status)) : statusText(status, entities !== undefined));
    return pendingIn(status) === 0 ? exitCode.ok : exitCode.input;
  });
}

/**
 * `ego migrate up`: brings the schema of the project's store up to date.
 *
 * @throws Failure if the store cannot be found or migrated
 */
export function migrateUp(host: Host, options: MigrateOptions): Promise<number> {
  return answered(async () => {
    const { migrations, entities } = await targetOf(host, options);
    const folder = findMigrations(migrationsRoot(host.cwd));
    const project = folder && (await loadMigrations(folder));
    const change = await migrations.up(entities ?? [], project);
    checkedStatus(change.status, project);
    const json = { applied: change.applied, ...statusJson(change.status) };
    host.out(options.json ? jsonText(json) : changeText(change, entities !== undefined));
    return exitCode.ok;
  });
}

/** The migrations of the project, by their names alone: to look at them runs none. */
function knownMigrations(host: Host): ProjectMigrations | undefined {
  const folder = findMigrations(migrationsRoot(host.cwd));
  return folder && Object.fromEntries(folder.files.map(({ name }) => [name, { up: notToRun }]));
}

/** A runtime that does not know them would leave them out, and say nothing. */
function checkedStatus(status: SchemaStatus, project: ProjectMigrations | undefined): SchemaStatus {
  if (project === undefined || status.projectMigrations !== undefined) return status;
  throw new Failure("environment", "This @ego/runtime is older than migrations of the project's tables. Update it.");
}

async function notToRun(): Promise<never> {
  throw new Error("status runs no migration");
}

/** What a store refuses is for the user: it says what is wrong and what to do. Anything else is a bug. */
async function answered(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "EgoError") throw error;
    const { details } = error as Error & { readonly details?: Readonly<Record<string, unknown>> };
    // A table that cannot hold its rows as it is.
    const way = details?.table === undefined ? "" : "\n`ego migrate diff` writes such a migration.";
    throw new Failure("environment", `${error.message}${way}`);
  }
}
