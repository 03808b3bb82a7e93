import { Failure } from "../failure.ts";
import { entityTable, findConfig, loadApp } from "../project/app.ts";
import { noStoreNamed, type StoreOptions, storeAt } from "../project/store-at.ts";
import type { Host } from "../terminal/host.ts";
import { printableName } from "../terminal/printable.ts";
import type { StoreMigrations } from "./schema.ts";

/** A store whose schema is to be looked at, and the tables that its entities have. */
export interface Target {
  readonly migrations: StoreMigrations;
  /** As `EntityTable` of `@ego/runtime`; undefined if nobody said which entities there are. */
  readonly entities: readonly object[] | undefined;
}

/** @throws Failure if nobody says which store it is, or if it is none with a schema */
export async function targetOf(host: Host, options: StoreOptions): Promise<Target> {
  const address = options.store ?? host.env.EGO_STORE;
  if (address) {
    const { migrations } = await storeAt(host.cwd, address, options.schema);
    if (migrations === undefined) throw new Failure("environment", "This @ego/runtime is older than `ego migrate`.");
    return { migrations, entities: undefined };
  }
  if (options.schema !== undefined) throw new Failure("input", "--schema goes with --store postgres://… only.");
  const file = findConfig(host.cwd);
  if (file === undefined) throw noStoreNamed(host.cwd);
  const { store, entities } = await loadApp(host, file);
  const tables = entities.map((_, index) => entityTable(file, entities, index));
  const { migrations } = store as { migrations?: StoreMigrations };
  if (migrations === undefined) {
    throw new Failure(
      "input",
      `The store of ${printableName(file)} has no schema to migrate: it is in memory, or one of your own without \`migrations\`.`,
    );
  }
  return { migrations, entities: tables };
}
