import { EgoError, type EventStore, type StateStore, type Store } from "@ego/runtime";

/** Ways in which a batch can go wrong. */
export type Accident = "none" | "fails before" | "fails after" | "comes late";

/**
 * A store whose batches go wrong in a given order, over and over: nothing is stored and it fails, all is stored and
 * it fails, or it is stored some turns later.
 */
export function unreliable(store: Store, accidents: readonly Accident[]): Store {
  let batches = 0;
  async function through<Result>(commit: () => Promise<Result>): Promise<Result> {
    const accident = accidents[batches++ % accidents.length] ?? "none";
    if (accident === "fails before") throw new Error("connection refused");
    if (accident === "comes late") for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
    const results = await commit();
    if (accident === "fails after") throw new EgoError("unavailable", "connection reset");
    return results;
  }
  const { events, states } = store;
  const brokenEvents: EventStore = {
    get shardCount() {
      return events.shardCount;
    },
    append: (batch) => through(() => events.append(batch)),
    load: events.load.bind(events),
    read: events.read.bind(events),
  };
  if (!states) return { events: brokenEvents };
  const brokenStates: StateStore = {
    load: states.load.bind(states),
    save: (batch) => through(() => states.save(batch)),
    receipts: states.receipts.bind(states),
  };
  return { events: brokenEvents, states: brokenStates };
}
