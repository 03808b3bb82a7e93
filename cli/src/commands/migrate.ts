import { exitCode, Failure } from "../failure.ts";
import { changeText, statusJson, statusText } from "../migrate/report.ts";
import { pendingIn } from "../migrate/schema.ts";
import { type StoreOptions, targetOf } from "../migrate/store.ts";
import type { Host } from "../terminal/host.ts";

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
    const status = await migrations.status(entities ?? []);
    host.out(options.json ? JSON.stringify(statusJson(status)) : statusText(status, entities !== undefined));
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
    const change = await migrations.up(entities ?? []);
    const json = { applied: change.applied, ...statusJson(change.status) };
    host.out(options.json ? JSON.stringify(json) : changeText(change, entities !== undefined));
    return exitCode.ok;
  });
}

/** What a store refuses is for the user: it says what is wrong and what to do. Anything else is a bug. */
async function answered(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.name === "EgoError") throw new Failure("environment", error.message);
    throw error;
  }
}
