import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Engine, type EngineOptions, type Store } from "@ego/runtime";
import { sqliteStore } from "@ego/runtime/sqlite";
import { main } from "../../cli/src/main.ts";
import { fakeHost } from "../../cli/src/testdata/fake-host.ts";
import { temporaryFolder } from "../../cli/src/testdata/temporary-folder.ts";
import { accountBehavior } from "../../examples/bank/src/account.ts";
import { type AccountClient, account } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { type InventoryItemClient, inventoryItem } from "../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { inventoryBehavior } from "../../examples/inventory/src/inventory.ts";

export const root: string = join(import.meta.dirname, "../..");

const config = 'export default { app: () => import("./src/app.ts") };\n';

/** The application: a bank, a shop, parcels with sensitive fields, and a bank whose event had other names. */
const app = `import { entity } from "@ego/runtime/codegen";
import { sqliteStore } from "@ego/runtime/sqlite";
import { accountBehavior } from ${JSON.stringify(join(root, "examples/bank/src/account.ts"))};
import { account } from ${JSON.stringify(join(root, "examples/bank/src/gen/bank/v1/account_ego.ts"))};
import { inventoryItem } from ${JSON.stringify(join(root, "examples/inventory/src/gen/shop/v1/inventory_ego.ts"))};
import { inventoryBehavior } from ${JSON.stringify(join(root, "examples/inventory/src/inventory.ts"))};
import { delivery } from ${JSON.stringify(join(root, "test/golden/gen/golden/shop/v1/warehouse_ego.ts"))};

const stored = { accountCredited: { type: "bank.v2.Credited", aliases: ["bank.v0.Paid"] } };
const renamed = entity({ ...account.table, name: "renamed", stored });
const deliveryBehavior = {
  commands: { sendParcel: () => [], handOver: () => [] },
  events: { handedOver: (_, state) => void (state.done = true) },
};

export const store = sqliteStore({ filename: new URL("../bank.db", import.meta.url).pathname });
export const entities = [
  account.implement(accountBehavior),
  renamed.implement(accountBehavior),
  delivery.implement(deliveryBehavior),
  inventoryItem.implement(inventoryBehavior),
];
`;

/** A project whose store is `bank.db`, which is not there yet; with these files, in place of those of its name. */
export function journalProject(files: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder({
    "package.json": '{ "type": "module" }',
    "ego.config.ts": config,
    "src/app.ts": app,
    ...files,
  });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** What a verb printed. */
export interface Ran {
  readonly exitCode: number;
  /** To both streams. */
  readonly printed: string;
}

/** `ego` in this process. */
export async function ego(cwd: string, ...args: readonly string[]): Promise<Ran> {
  const host = fakeHost(cwd);
  const exitCode = await main(args, host);
  return { exitCode, printed: host.printed.join("\n") };
}

/** The lines of JSON that a verb printed. */
export async function egoJson(cwd: string, ...args: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  const { exitCode, printed } = await ego(cwd, ...args, "--json");
  if (exitCode > 1) throw new Error(printed);
  return printed.split("\n").map((line) => JSON.parse(line));
}

/** An engine of the bank and the shop. */
export interface RunningBank extends AsyncDisposable {
  account(id: string): AccountClient;
  item(id: string): InventoryItemClient;
  readonly store: Store;
}

export const start: number = Date.parse("2026-08-01T12:00:00Z");

/** Starts an engine on a store. */
export async function runningBank(store: Store, options: Partial<EngineOptions> = {}): Promise<RunningBank> {
  const engine = await Engine.start({
    store,
    entities: [account.implement(accountBehavior), inventoryItem.implement(inventoryBehavior)],
    ...options,
  });
  return {
    store,
    account: (id) => engine.entity(account).get(id),
    item: (id) => engine.entity(inventoryItem).get(id),
    [Symbol.asyncDispose]: () => engine.stop(),
  };
}

/** A clock that stands still until it is set. */
export function settableClock(): { now: () => number; set(seconds: number): void } {
  let time = start;
  return {
    now: () => time,
    set(seconds) {
      time = start + seconds * 1_000;
    },
  };
}

/** The store of a project's file. */
export function fileStore(cwd: string): Store {
  return sqliteStore({ filename: join(cwd, "bank.db") });
}

/** Changes a project's file by SQL. */
export function changed(cwd: string, ...statements: readonly string[]): void {
  const database = new DatabaseSync(join(cwd, "bank.db"));
  for (const statement of statements) database.exec(statement);
  database.close();
}
