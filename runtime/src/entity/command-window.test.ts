import { describe, expect, test } from "vitest";
import type { EventStore, NewEvent } from "../journal/event-store.ts";
import { encodeMetadata } from "../journal/metadata.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { CommandWindow } from "./command-window.ts";
import { pageSize } from "./event-pages.ts";

const day = 24 * 60 * 60 * 1_000;
const now = 100 * day;

/** Stores commands of one entity, each with so many events. */
async function journalOf(
  commands: readonly { count?: number; at?: number }[],
): Promise<{ events: EventStore; head: number }> {
  const { events } = memoryStore();
  let head = 0;
  for (const [i, { count = 1, at = now }] of commands.entries()) {
    const made: NewEvent[] = Array.from({ length: count }, () => ({ type: "t", payload: new Uint8Array(0) }));
    const metadata = encodeMetadata(undefined, BigInt(i));
    const append = { entityType: "account", entityId: "a", shard: 3, expectedRevision: head, events: made, metadata };
    await events.append([{ ...append, commandId: `c-${i}`, recordedAt: at }]);
    head += count;
  }
  return { events, head };
}

const windowOf = ({ events, head }: { events: EventStore; head: number }) =>
  CommandWindow.ofEvents(events, "account", "a", head, now);

describe("the window of an entity's commands", () => {
  test("of none is empty", async () => {
    expect((await windowOf({ events: memoryStore().events, head: 0 })).get("c-0")).toBeUndefined();
  });

  test("has the revision and position of a command's last event", async () => {
    const window = await windowOf(await journalOf([{ count: 2 }, { count: 1 }, { count: 3 }]));

    expect(window.get("c-0")).toEqual({ revision: 2, position: 2, recordedAt: now, fingerprint: 0n });
    expect(window.get("c-1")).toMatchObject({ revision: 3, position: 3, fingerprint: 1n });
    expect(window.get("c-2")).toMatchObject({ revision: 6, position: 6, fingerprint: 2n });
    expect(window.get("c-3")).toBeUndefined();
  });

  test("is read over pages, also where a page ends within a command", async () => {
    const commands = Array.from({ length: 900 }, () => ({ count: 7 }));
    const window = await windowOf(await journalOf(commands));

    expect(900 * 7).toBeGreaterThan(3 * pageSize);
    for (let i = 0; i < 900; i++) expect(window.get(`c-${i}`)).toMatchObject({ revision: (i + 1) * 7 });
  });

  test("has a command whose events are more than a page", async () => {
    const window = await windowOf(await journalOf([{ count: 1 }, { count: 2 * pageSize + 1 }, { count: 1 }]));

    expect(window.get("c-0")).toMatchObject({ revision: 1 });
    expect(window.get("c-1")).toMatchObject({ revision: 2 * pageSize + 2 });
    expect(window.get("c-2")).toMatchObject({ revision: 2 * pageSize + 3 });
  });

  test("has the latest 1,000 commands, read or added, and forgets the oldest first", async () => {
    const window = await windowOf(await journalOf(Array.from({ length: 1_005 }, () => ({}))));
    expect(window.get("c-4")).toBeUndefined();
    expect(window.get("c-5")).toBeDefined();

    window.add("new", { revision: 1_006, position: 1_006, recordedAt: now, fingerprint: undefined });

    expect(window.get("new")).toBeDefined();
    expect(window.get("c-5")).toBeUndefined();
    expect(window.get("c-6")).toBeDefined();
  });

  test("ends with a page that goes back more than seven days", async () => {
    const old = { at: now - 8 * day, count: pageSize };
    const window = await windowOf(await journalOf([{ at: now - 9 * day }, old, { at: now - 6 * day }, {}]));

    expect(window.get("c-0")).toBeUndefined();
    expect(window.get("c-2")).toBeDefined();
    expect(window.get("c-3")).toBeDefined();
  });

  test("goes back past events that are in flight and not stored yet", async () => {
    const { events, head } = await journalOf([{}, {}]);
    const window = await windowOf({ events, head: head + 3 * pageSize });

    expect(window.get("c-0")).toMatchObject({ revision: 1 });
    expect(window.get("c-1")).toMatchObject({ revision: 2 });
  });

  test("of a durable state is made of its receipts", async () => {
    const { states } = memoryStore();
    const change = { entityType: "item", entityId: "a", state: null, payload: new Uint8Array(0), recordedAt: now };
    for (let i = 0; i < 3; i++) {
      const metadata = encodeMetadata(undefined, BigInt(i));
      await states?.save([{ ...change, metadata, commandId: `c-${i}`, expectedRevision: i }]);
    }
    if (!states) throw new Error("the store in memory has states");

    const window = await CommandWindow.ofStates(states, "item", "a");

    expect(window.get("c-1")).toEqual({ revision: 2, position: 2, recordedAt: now, fingerprint: 1n });
    expect(window.get("c-3")).toBeUndefined();
  });
});
