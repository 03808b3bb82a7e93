import { resolve } from "node:path";
import { Failure } from "../failure.ts";
import type { StoreMigrations } from "../migrate/schema.ts";
import { printableName } from "../terminal/printable.ts";
import { loadRuntime } from "./runtime.ts";

/** How the user says which store it is. */
export interface StoreOptions {
  /** `sqlite:FILE`, `postgres://…` or `mysql://…`; else the environment's EGO_STORE, else what ego.config.ts says. */
  readonly store?: string;
  /** The schema of the journal in Postgres. */
  readonly schema?: string;
}

/** A store of `@ego/runtime`, not opened, as far as it is used here: this package is compiled without it. */
export interface NamedStore {
  readonly name?: string;
  readonly migrations?: StoreMigrations;
  open?(entities: readonly object[]): Promise<void>;
  openToRead?(entities: readonly object[]): Promise<void>;
  close?(): Promise<void>;
}

/** @throws Failure if that names no store, or if a package is missing */
export async function storeAt(cwd: string, address: string, schema: string | undefined): Promise<NamedStore> {
  const [, scheme = ""] = /^([a-z]+):/.exec(address) ?? [];
  const postgres = scheme === "postgres" || scheme === "postgresql";
  if (schema !== undefined && !postgres) throw new Failure("input", "--schema goes with --store postgres://… only.");
  if (postgres) {
    const { postgresStore } = await loadRuntime<RuntimeStores>(cwd, "postgres");
    return postgresStore({ connectionString: address, ...(schema === undefined ? {} : { schema }) });
  }
  if (scheme === "mysql" || scheme === "mariadb") {
    const { mysqlStore } = await loadRuntime<RuntimeStores>(cwd, "mysql");
    return mysqlStore({ connectionString: address.replace(/^mariadb:/, "mysql:") });
  }
  const filename = address.slice("sqlite:".length).replace(/^\/\/(?=\/)/, "");
  if (scheme !== "sqlite" || filename === "" || filename === ":memory:") {
    // What was typed is not said again: it may hold a password.
    throw new Failure("input", "A store is named as sqlite:FILE, postgres://user:password@host/database or mysql://….");
  }
  const { sqliteStore } = await loadRuntime<RuntimeStores>(cwd, "sqlite");
  return sqliteStore({ filename: resolve(cwd, filename) });
}

/** That there is nothing that says which store it is. */
export function noStoreNamed(cwd: string): Failure {
  return new Failure(
    "input",
    `There is no ego.config.ts in ${printableName(cwd)}, nor in a folder above it.
Go to the folder of your project; or name the store, as \`--store sqlite:bank.db\` or EGO_STORE=postgres://…, or write the file.`,
  );
}

/** What the parts of `@ego/runtime` export, as far as it is used here. */
interface RuntimeStores {
  sqliteStore(options: { readonly filename: string }): NamedStore;
  postgresStore(options: { readonly connectionString: string; readonly schema?: string }): NamedStore;
  mysqlStore(options: { readonly connectionString: string }): NamedStore;
}
