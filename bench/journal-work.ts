import type { Append, Store } from "@ego/runtime";
import { account } from "../examples/bank/src/gen/bank/v1/account_ego.ts";
import { AccountCreditedSchema } from "../examples/bank/src/gen/bank/v1/account_pb.ts";
import { type FilledJournal, filledEntity } from "./journal-fill.ts";
import { storeAt } from "./place.ts";

/** Events that are read of a shard at once. */
export const pageOfShard = 100;

/** Milliseconds of one operation: means of a run. */
export interface Costs {
  readonly append: number;
  readonly load: number;
  readonly read: number;
}

/** A journal at work, its answers checked. */
export interface WorkingJournal {
  /** Does each operation so many times, on entities all over the journal. */
  costs(times: number): Promise<Costs>;
  close(): Promise<void>;
}

/** Opens a filled journal as an engine does. */
export async function openWorking(journal: FilledJournal): Promise<WorkingJournal> {
  const store: Store = storeAt(journal.store, journal.place);
  await store.open?.([account.table]);
  const appended = new Map<number, number>();
  // Steps that share no factor with the number of entities, a multiple of 256, meet each of them.
  let at = 0;
  const next = () => {
    at = (at + 7_919) % journal.entities;
    return at;
  };
  const revisionOf = (index: number) => journal.eventsEach + (appended.get(index) ?? 0);

  async function append(): Promise<void> {
    const index = next();
    const { id, shard } = filledEntity(journal, index);
    const one: Append = {
      entityType: account.table.name,
      entityId: id,
      shard,
      expectedRevision: revisionOf(index),
      events: [{ type: AccountCreditedSchema.typeName, payload: new Uint8Array(20) }],
      metadata: new Uint8Array(0),
      commandId: crypto.randomUUID(),
      recordedAt: Date.now(),
    };
    const [result] = await store.events.append([one]);
    if (!result?.stored) throw new Error(`${id} was refused: ${JSON.stringify(result)}`);
    appended.set(index, (appended.get(index) ?? 0) + 1);
  }

  async function load(): Promise<void> {
    const index = next();
    const events = await store.events.load(account.table.name, filledEntity(journal, index).id);
    const revision = events.at(-1)?.revision;
    if (events.length !== revisionOf(index) || revision !== revisionOf(index)) {
      throw new Error(`entity ${index} has ${events.length} events up to ${revision}, not ${revisionOf(index)}`);
    }
  }

  async function read(): Promise<void> {
    const index = next();
    const { shard } = filledEntity(journal, index);
    const from = Math.floor((journal.events / journal.shards - pageOfShard) * (index / journal.entities));
    const events = await store.events.read(shard, from, pageOfShard);
    if (events.length !== pageOfShard || events.some(({ position }, i) => position !== from + i + 1)) {
      throw new Error(`shard ${shard} has ${events.length} events behind ${from}`);
    }
  }

  async function mean(times: number, work: () => Promise<void>): Promise<number> {
    const started = performance.now();
    for (let done = 0; done < times; done++) await work();
    return (performance.now() - started) / times;
  }

  return {
    costs: async (times) => ({
      append: await mean(times, append),
      load: await mean(times, load),
      read: await mean(times, read),
    }),
    close: async () => store.close?.(),
  };
}
