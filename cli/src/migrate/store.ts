import { resolve } from "node:path";
import { Failure } from "../failure.ts";
import { findConfig, loadApp } from "../project/app.ts";
import { loadRuntime } from "../project/runtime.ts";
import type { Host } from "../terminal/host.ts";
import { printableName } from "../terminal/printable.ts";
import type { StoreMigrations } from "./schema.ts";

/** How the user says which store it is. */
export interface StoreOptions {
  /** `sqlite:FILE`, `postgres://…` or `mysql://…`; else the environment's EGO_STORE, else what ego.config.ts says. */
  readonly store?: string;
  /** The schema of the journal in Postgres. */
  readonly schema?: string;
}

/** A store whose schema is to be looked at, and the tables that its entities have. */
export interface Target {
  readonly migrations: StoreMigrations;
  /** As `EntityTable` of `@ego/runtime`; undefined if nobody said which entities there are. */
  readonly entities: readonly object[] | undefined;
}

/** @throws Failure if nobody says which store it is, or if it is none with a schema */
export async function targetOf(host: Host, options: StoreOptions): Promise<Target> {
  const address = options.store ?? host.env.EGO_STORE;
  if (address) return { migrations: await storeAt(host.cwd, address, options.schema), entities: undefined };
  if (options.schema !== undefined) throw new Failure("input", "--schema goes with --store postgres://… only.");
  const file = findConfig(host.cwd);
  if (file === undefined) {
    throw new Failure(
      "input",
      `There is no ego.config.ts in ${printableName(host.cwd)}, nor in a folder above it.
Name the store, as \`--store sqlite:bank.db\` or EGO_STORE=postgres://…, or write the file.`,
    );
  }
  const { store, entities } = await loadApp(file);
  const tables = entities.map((implementation, index) => {
    const { entity } = implementation as { entity?: { table?: object } };
    if (entity?.table === undefined) {
      throw new Failure("input", `entities[${index}] of ${printableName(file)} is no entity with its behavior.`);
    }
    return entity.table;
  });
  const { migrations } = store as { migrations?: StoreMigrations };
  if (migrations === undefined) {
    throw new Failure(
      "input",
      `The store of ${printableName(file)} has no schema to migrate: it is in memory, or one of your own without \`migrations\`.`,
    );
  }
  return { migrations, entities: tables };
}

/** What the parts of `@ego/runtime` export, as far as it is used here. */
interface RuntimeStores {
  sqliteStore(options: { readonly filename: string }): { readonly migrations?: StoreMigrations };
  postgresStore(options: { readonly connectionString: string; readonly schema?: string }): {
    readonly migrations: StoreMigrations;
  };
  mysqlStore(options: { readonly connectionString: string }): { readonly migrations: StoreMigrations };
}

async function storeAt(cwd: string, address: string, schema: string | undefined): Promise<StoreMigrations> {
  const [, scheme = ""] = /^([a-z]+):/.exec(address) ?? [];
  const postgres = scheme === "postgres" || scheme === "postgresql";
  if (schema !== undefined && !postgres) throw new Failure("input", "--schema goes with --store postgres://… only.");
  if (postgres) {
    const { postgresStore } = await loadRuntime<RuntimeStores>(cwd, "postgres");
    return postgresStore({ connectionString: address, ...(schema === undefined ? {} : { schema }) }).migrations;
  }
  if (scheme === "mysql" || scheme === "mariadb") {
    const { mysqlStore } = await loadRuntime<RuntimeStores>(cwd, "mysql");
    return mysqlStore({ connectionString: address.replace(/^mariadb:/, "mysql:") }).migrations;
  }
  const filename = address.slice("sqlite:".length).replace(/^\/\/(?=\/)/, "");
  if (scheme !== "sqlite" || filename === "" || filename === ":memory:") {
    // What was typed is not said again: it may hold a password.
    throw new Failure("input", "A store is named as sqlite:FILE, postgres://user:password@host/database or mysql://….");
  }
  const { sqliteStore } = await loadRuntime<RuntimeStores>(cwd, "sqlite");
  const { migrations } = sqliteStore({ filename: resolve(cwd, filename) });
  if (migrations === undefined) throw new Failure("environment", "This @ego/runtime is older than `ego migrate`.");
  return migrations;
}
