import { accountBehavior } from "../../../../examples/bank/src/account.ts";
import {
  type AccountAppliers,
  type AccountBehavior,
  type AccountClient,
  type AccountHandlers,
  account,
} from "../../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import {
  type InventoryItemClient,
  type InventoryItemHandlers,
  inventoryItem,
} from "../../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { inventoryBehavior } from "../../../../examples/inventory/src/inventory.ts";
import type { Tuning } from "../../codegen/tuning.ts";
import type { EgoError } from "../../error/ego-error.ts";
import type { Store } from "../../journal/store.ts";
import { Engine, type EntityRef } from "../engine.ts";
import type { AnyImplementation, EngineOptions } from "../options.ts";

/** Methods that one entity has instead of the example's. */
export interface Script {
  readonly commands?: Partial<AccountHandlers>;
  readonly events?: Partial<AccountAppliers>;
  readonly item?: Partial<InventoryItemHandlers>;
}

/** One failure that the engine logged. */
export interface Logged {
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** An engine with accounts and items whose methods a test can replace, one entity at a time. */
export interface Bank extends AsyncDisposable {
  readonly engine: Engine;
  readonly accounts: EntityRef<AccountClient>;
  readonly items: EntityRef<InventoryItemClient>;
  readonly log: readonly Logged[];
  /** An id that no test has used. */
  fresh(): string;
  script(id: string, script: Script): void;
  /** An account with money in it: revision 2, or 1 if there is none. */
  opened(cents?: bigint): Promise<{ readonly id: string; readonly client: AccountClient }>;
}

let ids = 0;

/** An id that was never used before in this process. */
export function freshId(): string {
  return `e-${++ids}`;
}

/** Starts an engine. Scripts may be shared between engines; `accountTuning` is for accounts alone. */
export async function startBank(
  store: Store,
  options: Partial<EngineOptions> & { readonly tuning?: Tuning } = {},
  scripts: Map<string, Script> = new Map(),
  accountTuning: Tuning = {},
): Promise<Bank> {
  const { tuning, ...rest } = options;
  const log: Logged[] = [];
  const engine = await Engine.start({
    store,
    entities: [scriptedAccount(scripts, { ...tuning, ...accountTuning }), scriptedItem(scripts, tuning)],
    logger: {
      error: (message, facts) => log.push({ message, facts }),
      warn: (message, facts) => log.push({ message, facts }),
    },
    ...rest,
  });
  const accounts = engine.entity(account);
  return {
    engine,
    accounts,
    items: engine.entity(inventoryItem),
    log,
    fresh: freshId,
    script: (id, script) => scripts.set(id, script),
    async opened(cents = 0n) {
      const id = freshId();
      const client = accounts.get(id);
      await client.openAccount({ ownerEmail: "ann@example.org", openingCents: cents });
      return { id, client };
    },
    [Symbol.asyncDispose]: () => engine.stop(),
  };
}

function scriptedAccount(scripts: ReadonlyMap<string, Script>, tuning: Tuning): AnyImplementation {
  const { commands, events } = accountBehavior;
  const commandsOf = (id: string): AccountHandlers => ({ ...commands, ...scripts.get(id)?.commands });
  const eventsOf = (id: string): AccountAppliers => ({ ...events, ...scripts.get(id)?.events });
  const behavior: AccountBehavior = {
    commands: {
      openAccount: (command, context) => commandsOf(context.entityId).openAccount(command, context),
      creditAccount: (command, context) => commandsOf(context.entityId).creditAccount(command, context),
      debitAccount: (command, context) => commandsOf(context.entityId).debitAccount(command, context),
      closeAccount: (command, context) => commandsOf(context.entityId).closeAccount(command, context),
    },
    events: {
      accountCredited: (event, state) => eventsOf(event.accountId).accountCredited(event, state),
      accountDebited: (event, state) => eventsOf(event.accountId).accountDebited(event, state),
      accountClosed: (event, state) => eventsOf(event.accountId).accountClosed(event, state),
    },
  };
  return account.implement(behavior, tuning);
}

function scriptedItem(scripts: ReadonlyMap<string, Script>, tuning: Tuning | undefined): AnyImplementation {
  const of = (id: string): InventoryItemHandlers => ({ ...inventoryBehavior.commands, ...scripts.get(id)?.item });
  return inventoryItem.implement(
    {
      commands: {
        describeItem: (command, context) => of(context.entityId).describeItem(command, context),
        addStock: (command, context) => of(context.entityId).addStock(command, context),
        takeStock: (command, context) => of(context.entityId).takeStock(command, context),
        discontinueItem: (command, context) => of(context.entityId).discontinueItem(command, context),
      },
    },
    tuning,
  );
}

/** The failure that a promise ends with, as an `EgoError`. */
export async function failureOf(promise: PromiseLike<unknown>): Promise<EgoError> {
  try {
    await promise;
  } catch (failure) {
    return failure as EgoError;
  }
  throw new Error("A failure was expected, and there was none");
}

/** All that an async iterable has to give. */
export async function all<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of iterable) found.push(one);
  return found;
}
