import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { accountBehavior } from "../../../examples/bank/src/account.ts";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import {
  AccountClosedSchema,
  AccountCreditedSchema,
  AccountDebitedSchema,
  AccountOpenedSchema,
  AccountSchema,
} from "../../../examples/bank/src/gen/bank/v1/account_pb.ts";
import type { Implementation } from "../codegen/entity.ts";
import type { EventStore, NewEvent, StoredEvent } from "../journal/event-store.ts";
import { shardOf } from "../journal/hash.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { compileEntity } from "./compiled-entity.ts";
import { EntitySnapshots } from "./entity-snapshots.ts";
import { eventPages, pageSize } from "./event-pages.ts";
import { recover } from "./recover.ts";

const compiled = compileEntity(account.implement(accountBehavior, { snapshotEvery: 1 }) as unknown as Implementation);

const makers: Readonly<Record<string, (amountCents: bigint) => NewEvent>> = {
  opened: () => ({
    type: AccountOpenedSchema.typeName,
    payload: toBinary(AccountOpenedSchema, create(AccountOpenedSchema, { ownerEmail: "ann@example.org" })),
  }),
  credited: (amountCents) => ({
    type: AccountCreditedSchema.typeName,
    payload: toBinary(AccountCreditedSchema, create(AccountCreditedSchema, { amountCents })),
  }),
  debited: (amountCents) => ({
    type: AccountDebitedSchema.typeName,
    payload: toBinary(AccountDebitedSchema, create(AccountDebitedSchema, { amountCents })),
  }),
  closed: () => ({ type: AccountClosedSchema.typeName, payload: new Uint8Array(0) }),
};

const anyEvent = fc
  .tuple(fc.constantFrom(...Object.keys(makers)), fc.bigInt({ min: 0n, max: 2n ** 40n }))
  .map(([name, cents]) => makers[name]?.(cents) ?? expect.fail(name));

test("a snapshot and the events behind it give what all events give: at every cut, of every history", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEvent, { minLength: 1, maxLength: 12 }), async (events) => {
      const store = memoryStore();
      const shard = shardOf("account", "a", store.events.shardCount);
      const append = { entityType: "account", entityId: "a", shard, expectedRevision: 0, events };
      await store.events.append([{ ...append, metadata: new Uint8Array(0), commandId: "c", recordedAt: 1 }]);
      const snapshots = store.snapshots ?? expect.fail("memory has snapshots");
      const reported: unknown[] = [];
      const report = (failure: unknown) => reported.push(failure);
      const source = { entity: compiled, entityId: "a", events: store.events, report, snapshots: undefined };
      const whole = await recover(source, undefined);

      for (let cut = 1; cut <= events.length; cut++) {
        const then = (await recover(source, undefined, { to: cut })) ?? expect.fail();
        expect(then.revision).toBe(cut);
        const payload = toBinary(AccountSchema, then.state as never);
        await snapshots.delete("account", "a");
        await snapshots.save([
          {
            entityType: "account",
            entityId: "a",
            revision: cut,
            schemaHash: compiled.stateHash,
            payload,
            recordedAt: 1,
          },
        ]);
        const seen: number[] = [];
        const withBase = { ...source, snapshots: new EntitySnapshots(compiled, "a", snapshots, report) };
        const recovered = await recover(withBase, ({ revision }) => seen.push(revision));
        expect(recovered).toEqual({ ...whole, base: cut });
        expect(seen).toEqual(events.map((_, n) => n + 1).slice(cut));
      }
      expect(reported).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

/** A journal of one entity that has as many events as one likes, made when they are asked for. */
function endlessEvents(count: number) {
  const { type, payload } = makers.credited?.(1n) ?? expect.fail();
  const asked: { readonly from: number; readonly limit: number }[] = [];
  const events: Pick<EventStore, "load"> = {
    async load(entityType, entityId, { from = 1, to = count, limit = count } = {}) {
      asked.push({ from, limit });
      const length = Math.max(0, Math.min(count, to) - from + 1);
      return Array.from({ length: Math.min(length, limit) }, (_, index): StoredEvent => {
        const revision = from + index;
        const common = { shard: 0, position: revision, entityType, entityId, revision, type, payload };
        return { ...common, metadata: new Uint8Array(0), recordedAt: 0, commandId: `c-${revision}` };
      });
    },
  };
  return { events: events as EventStore, asked };
}

test("a million events are read by the page, the next one ahead, and never more than two are there", async () => {
  const count = 1_000_000;
  const { events, asked } = endlessEvents(count);
  let applied = 0;
  let ahead = 0;
  const source = {
    entity: compiled,
    entityId: "a",
    events,
    report: (failure: unknown) => expect.fail(String(failure)),
    snapshots: undefined,
  };
  const recovered = await recover(source, ({ revision }) => {
    applied = revision;
    ahead = Math.max(ahead, (asked.at(-1)?.from ?? 0) - applied);
  });

  expect(recovered).toMatchObject({ revision: count, base: 0, state: { balanceCents: BigInt(count) } });
  expect(asked.every(({ limit }) => limit === pageSize)).toBe(true);
  // While the first event of a page is applied, the next page is asked for, and not one behind that.
  expect(ahead).toBe(pageSize);
  expect(asked.length).toBe(count / pageSize + 1);
});

async function pagesOf(pages: AsyncIterable<readonly StoredEvent[]>): Promise<(readonly StoredEvent[])[]> {
  const found: (readonly StoredEvent[])[] = [];
  for await (const page of pages) found.push(page);
  return found;
}

test("whoever stops in the middle of the pages asks for no more, and a page that fails then is nobody's", async () => {
  const { events, asked } = endlessEvents(10 * pageSize);
  for await (const page of eventPages((range) => events.load("account", "a", range), 1)) {
    expect(page).toHaveLength(pageSize);
    break;
  }
  expect(asked).toHaveLength(2);

  const failing = {
    ...events,
    load: async (...[type, id, range]: Parameters<EventStore["load"]>) => {
      if ((range?.from ?? 1) > 1) throw new Error("connection reset");
      return events.load(type, id, range);
    },
  };
  for await (const _ of eventPages((range) => failing.load("account", "a", range), 1)) break;
  await expect(pagesOf(eventPages((range) => failing.load("account", "a", range), 1))).rejects.toThrow(
    "connection reset",
  );
});

test("no page is asked for behind the last revision that is wanted", async () => {
  const { events, asked } = endlessEvents(10 * pageSize);
  for (const [from, to, pages] of [
    [1, pageSize, 1],
    [1, pageSize + 1, 2],
    [5, 4, 0],
    [3, 3, 1],
  ] as const) {
    asked.length = 0;
    const read = (await pagesOf(eventPages((range) => events.load("account", "a", range), from, to))).flat();
    expect([read.length, asked.length]).toEqual([to - from + 1, pages]);
  }
});
