import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import type { CommandMetadata, Metadata } from "../codegen/metadata.ts";
import { causedBy, recordedId } from "../journal/caused-by.ts";
import { shardOf } from "../journal/hash.ts";
import { all, type Bank, failureOf, freshId, type Script, startBank } from "./testdata/bank.ts";
import { type Journal, journalCases } from "./testdata/journals.ts";

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const given: CommandMetadata = {
  correlationId: "k",
  causationId: "mail/m-1/1",
  actor: "ann",
  tenant: "t1",
  traceparent,
  tracestate: "vendor=1",
  region: "eu",
};

describe.each(journalCases)("metadata, on $name", ({ journal, shards }) => {
  let journaled: Journal;
  let bank: Bank;
  const scripts = new Map<string, Script>();

  beforeAll(async () => {
    journaled = journal();
    bank = await startBank(journaled.store(), {}, scripts);
  });
  afterAll(async () => {
    await bank[Symbol.asyncDispose]();
    journaled[Symbol.dispose]();
  });

  test("reaches the handler, the live stream and the history of a journal that is opened again", async () => {
    const id = freshId();
    const seen: Metadata[] = [];
    bank.script(id, {
      commands: {
        openAccount(_, { emit, metadata }) {
          seen.push(metadata);
          return [emit.accountOpened(), emit.accountCredited({ amountCents: 1n })];
        },
      },
    });
    await using stream = bank.engine.subscribe({ entities: [account] });
    await bank.accounts.get(id).openAccount({}, { metadata: given });
    for (let i = 0; i < 2; i++) seen.push((await stream.next()).value.metadata);
    await using again = await startBank(journaled.store());
    for (const event of await all(again.engine.history(account, id))) seen.push(event.metadata);

    expect(seen).toEqual([given, given, given, given, given]);
    expect(Object.isFrozen(seen[0])).toBe(true);
  });

  test("of a durable state reaches its handler, the live stream, and the stream of an engine that missed it", async () => {
    const id = freshId();
    const handled: Metadata[] = [];
    bank.script(id, {
      item: {
        describeItem({ title }, { save, metadata }) {
          handled.push(metadata);
          return save({ title });
        },
      },
    });
    const item = bank.items.get(id);
    await item.describeItem({ title: "Pen" });
    await using here = bank.engine.subscribe({ entities: [inventoryItem] });
    await using elsewhere = await startBank(journaled.store(), {}, scripts);
    await using there = elsewhere.engine.subscribe({ entities: [inventoryItem] });

    await elsewhere.items.get(id).describeItem({ title: "Ink" }, { metadata: given });
    await item.describeItem({ title: "Cap" });

    expect((await there.next()).value).toMatchObject({ revision: 2, metadata: given });
    // Found in the store, by the command that was refused because of it.
    const missed = (await here.next()).value;
    expect(missed).toMatchObject({ revision: 2, state: { title: "Ink" } });
    expect(missed.metadata).toEqual(given);
    const { metadata, commandId } = (await here.next()).value;
    expect(metadata).toEqual({ correlationId: commandId, causationId: commandId });
    expect(handled).toContainEqual(given);
  });

  test("of a command that says nothing begins a conversation", async () => {
    const { id, client } = await bank.opened();
    const commands: { readonly commandId: string; readonly metadata: Metadata }[] = [];
    bank.script(id, {
      commands: {
        creditAccount(_, { emit, metadata, commandId }) {
          commands.push({ metadata, commandId });
          return emit.accountCredited({ amountCents: 1n });
        },
      },
    });
    await client.creditAccount({});
    await client.creditAccount({}, { commandId: "c-1" });
    await client.creditAccount({}, { metadata: { actor: "ann", tenant: undefined } });

    const [, ...events] = await all(bank.engine.history(account, id));

    expect(commands.map(({ commandId }) => commandId)).toEqual(events.map(({ commandId }) => commandId));
    for (const { metadata, commandId } of [...commands, ...events]) {
      expect(metadata).toMatchObject({ correlationId: commandId, causationId: commandId });
      expect(metadata).not.toHaveProperty("tenant");
    }
    expect(events.map(({ metadata }) => metadata.actor)).toEqual([undefined, undefined, "ann"]);
  });

  test("leads from a command over its event to the next command, and back", async () => {
    const { id: ann, client } = await bank.opened(9n);
    const { id: bob, client: bobs } = await bank.opened();
    const metadata = { actor: "ann", tenant: "t1", traceparent, tracestate: "vendor=1", region: "eu" };
    await client.debitAccount({ amountCents: 5n }, { commandId: "first", metadata });
    const debited = (await all(bank.engine.history(account, ann))).at(-1);
    if (!debited) throw new Error("there is no event");

    await bobs.creditAccount({ amountCents: 5n }, { commandId: "second", metadata: causedBy(debited) });
    const credited = (await all(bank.engine.history(account, bob))).at(-1);

    expect(recordedId(debited)).toBe(`account/${ann}/3`);
    expect(credited).toMatchObject({ commandId: "second" });
    expect(credited?.metadata).toEqual({
      correlationId: "first",
      causationId: `account/${ann}/3`,
      actor: "ann",
      tenant: "t1",
      traceparent,
      tracestate: "vendor=1",
    });
  });

  test("of a command that a handler sends follows from the command that is handled", async () => {
    const { id, client } = await bank.opened();
    const { id: other, client: others } = await bank.opened();
    bank.script(id, {
      commands: {
        async creditAccount({ amountCents }, context) {
          await others.creditAccount({ amountCents }, { metadata: { ...causedBy(context), region: "eu" } });
          return [];
        },
      },
    });

    await client.creditAccount(
      { amountCents: 1n },
      { commandId: "first", metadata: { actor: "ann", correlationId: "k" } },
    );

    const { metadata } = (await all(bank.engine.history(account, other))).at(-1) ?? {};
    expect(metadata).toEqual({ correlationId: "k", causationId: "first", actor: "ann", region: "eu" });
  });

  test("that journals of before have in one map is read as it was meant", async () => {
    const store = journaled.store();
    await store.open?.([account.table, inventoryItem.table]);
    const id = freshId();
    const [actor, ann, note, text] = ["actor", "ann", "note", "x"].map((one) => Buffer.from(one).toString("hex"));
    await store.events.append([
      {
        entityType: "account",
        entityId: id,
        shard: shardOf("account", id, shards),
        expectedRevision: 0,
        events: [{ type: "bank.v1.AccountOpened", payload: new Uint8Array(0) }],
        metadata: Buffer.from(`0a0c0a05${actor}1203${ann}0a090a04${note}1201${text}`, "hex"),
        commandId: "c",
        recordedAt: 1,
      },
    ]);

    const events = await all(bank.engine.history(account, id));

    expect(events.map(({ metadata }) => metadata)).toEqual([
      { correlationId: "c", causationId: "c", actor: "ann", note: "x" },
    ]);
    await store.close?.();
  });

  test("counts for a command that comes again as far as its actor goes", async () => {
    const { client } = await bank.opened();
    const send = (metadata: CommandMetadata) => client.creditAccount({ amountCents: 1n }, { commandId: "c", metadata });
    const first = await send(given);

    expect(await send({ actor: "ann" })).toEqual({ ...first, repeated: true });
    expect((await failureOf(send({ ...given, actor: "bob" }))).code).toBe("invalid_argument");
    expect((await failureOf(send({ tenant: "t1" }))).code).toBe("invalid_argument");
  });

  test("is refused before anything is decided if it is wrong", async () => {
    const { id, client } = await bank.opened();

    const failure = await failureOf(client.creditAccount({ amountCents: 1n }, { metadata: { traceparent: "ann" } }));

    expect(failure).toMatchObject({ code: "invalid_argument" });
    expect(failure.message).toContain("metadata.traceparent");
    expect((await bank.engine.state(account, id)).revision).toBe(1);
  });
});
