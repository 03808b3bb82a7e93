import { Failure } from "../failure.ts";
import { isPending, pendingIn, type SchemaStatus } from "../migrate/schema.ts";
import { entityTable, findConfig, loadApp } from "../project/app.ts";
import { loadRuntime } from "../project/runtime.ts";
import { type NamedStore, noStoreNamed, type StoreOptions, storeAt } from "../project/store-at.ts";
import type { Host } from "../terminal/host.ts";
import { printable, printableName } from "../terminal/printable.ts";
import type { JournalTools, OpenStore } from "./tools.ts";

/** One entity of the application. */
export interface AppEntity {
  readonly name: string;
  readonly durable: boolean;
  /** As `EntityTable` of `@ego/runtime`. */
  readonly table: object;
  /** As `Implementation` of `@ego/runtime`. */
  readonly implementation: object;
}

/** A journal that is open to be read. */
export interface Journal {
  /** Where it is: without the password. */
  readonly place: string;
  readonly store: OpenStore;
  readonly tools: JournalTools;
  /** Undefined where there is no ego.config.ts, so that nobody says which entities there are. */
  readonly entities: readonly AppEntity[] | undefined;
  /** As `AnyProjection` of `@ego/runtime`: what the application exports; undefined where there is no ego.config.ts. */
  readonly projections: readonly object[] | undefined;
}

/** Which journal is opened. */
export interface JournalChoice extends StoreOptions {
  /** The entity whose durable states are read. */
  readonly stateOf?: string;
  /** Opens it to write, too. */
  readonly write?: boolean;
}

/**
 * Opens the journal of a project, and closes it when the work is done. It creates and migrates nothing.
 *
 * @throws Failure if nobody says which store it is, if there is no journal, or if it is not up to date; or if the runtime
 *   refuses what the work does
 */
export async function withJournal<T>(
  host: Host,
  choice: JournalChoice,
  work: (journal: Journal) => Promise<T>,
): Promise<T> {
  const { store, entities, projections } = await sourceOf(host, choice);
  const tables = entities?.filter(({ name, durable }) => durable && name === choice.stateOf).map(({ table }) => table);
  const { openToRead } = store;
  if (openToRead === undefined) throw unreadable(store);
  const status = await answered("environment", async () => {
    const found = await store.migrations?.status(tables ?? []);
    if (found) checkStatus(found);
    await (choice.write && store.open ? store.open([]) : openToRead.call(store, tables ?? []));
    return found;
  });
  try {
    const tools = await loadRuntime<JournalTools>(host.cwd, "tools");
    const place = status ? `${status.store}, ${status.place}` : (store.name ?? "the store");
    return await answered("input", () => work({ place, store: store as OpenStore, tools, entities, projections }));
  } finally {
    await store.close?.();
  }
}

/** The store that is meant; whichever it is, what the entities are is said by ego.config.ts. */
async function sourceOf(
  host: Host,
  { store: named, schema }: StoreOptions,
): Promise<Pick<Journal, "entities" | "projections"> & { readonly store: NamedStore }> {
  const address = named ?? host.env.EGO_STORE;
  if (!address && schema !== undefined) throw new Failure("input", "--schema goes with --store postgres://… only.");
  const file = findConfig(host.cwd);
  if (file === undefined) {
    if (!address) throw noStoreNamed(host.cwd);
    return { store: await storeAt(host.cwd, address, schema), entities: undefined, projections: undefined };
  }
  const app = await loadApp(host, file);
  const entities = app.entities.map((implementation, index): AppEntity => {
    const table = entityTable(file, app.entities, index);
    const { name, kind } = table as { readonly name: string; readonly kind: string };
    return { name, durable: kind === "durable", table, implementation };
  });
  const store = address ? await storeAt(host.cwd, address, schema) : app.store;
  return { store, entities, projections: app.projections ?? [] };
}

function unreadable({ name = "The store", migrations }: NamedStore): Failure {
  if (migrations) {
    const way = "Update @ego/runtime, if the store is one of its own";
    return new Failure(
      "environment",
      `${printableName(name)} cannot be read from here: it lacks \`openToRead\`. ${way}.`,
    );
  }
  return new Failure(
    "input",
    `${printableName(name)} cannot be read from here: a store in memory has no journal outside of its process, and one of your own needs \`openToRead\`.`,
  );
}

function checkStatus(status: SchemaStatus): void {
  const place = `${status.store}, ${printableName(status.place)}`;
  if (status.format === undefined) {
    throw new Failure(
      "environment",
      `There is no journal in ${place}. An engine makes one when it starts, and so does \`ego migrate up\`.`,
    );
  }
  if (pendingIn(status) === 0) return;
  const pending = status.migrations.filter(isPending).map(({ name }) => printableName(name));
  const tables = status.tables.map(({ name }) => `table ${printableName(name)}`);
  throw new Failure(
    "environment",
    `The journal in ${place} is not up to date: ${[...pending, ...tables].join(", ")}. Run \`ego migrate up\`; \`ego migrate status\` says more.`,
  );
}

/** What is wrong with the project's code, or with what was typed, and not with the store. */
const mistakes: readonly unknown[] = [
  "already_exists",
  "conflict",
  "handler_failed",
  "invalid_argument",
  "not_found",
  "unsupported",
];

/**
 * What the runtime refuses is for the user: it says what is wrong and what to do. Anything else is a bug.
 *
 * @param mistaken whose fault it is, where the runtime says that it is a mistake
 */
async function answered<T>(mistaken: "input" | "environment", work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "EgoError") throw error;
    const { code } = error as Error & { readonly code?: string };
    throw new Failure(mistakes.includes(code) ? mistaken : "environment", printable(error.message));
  }
}
