import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { AccountCreditedSchema } from "../../../examples/bank/src/gen/bank/v1/account_pb.ts";
import { PostParcelSchema } from "../../../test/domain/gen/parcel/v1/parcel_commands_pb.ts";
import type { ParcelClient } from "../../../test/domain/gen/parcel/v1/parcel_ego.ts";
import { type ParcelBehavior, parcel } from "../../../test/domain/gen/parcel/v1/parcel_ego.ts";
import { Engine, type EntityRef } from "./engine.ts";
import { all, type Bank, freshId, startBank } from "./testdata/bank.ts";
import { type Journal, journalCases } from "./testdata/journals.ts";

/** What the handlers were given, for tests that change it. */
const seen: { state?: object; command?: object; label?: Uint8Array } = {};

const parcelBehavior: ParcelBehavior = {
  commands: {
    postParcel: ({ $typeName, $unknown, ...fields }, { emit }) => emit.parcelPosted(fields as never),
    scanParcel(command, { emit, state }) {
      seen.command = command;
      seen.state = state;
      return emit.parcelScanned(command.scan ? { scan: command.scan } : {});
    },
    redirectParcel: () => [],
    deliverParcel: (_, { emit }) => [emit.parcelScanned({ scan: { depot: "here" } }), emit.parcelDelivered()],
    attach(command, { emit, state }) {
      seen.label = state.label;
      return emit.attached({ label: command.label });
    },
  },
  events: {
    parcelScanned(event, state) {
      if (event.scan) state.scans.push(event.scan);
    },
    parcelRedirected() {},
    parcelDelivered(_, state) {
      state.delivered = true;
    },
  },
};

describe.each(journalCases)("on $name", ({ journal }) => {
  let journaled: Journal;
  let engine: Engine;
  let parcels: EntityRef<ParcelClient>;
  let bank: Bank;

  beforeAll(async () => {
    journaled = journal();
    engine = await Engine.start({ store: journaled.store(), entities: [parcel.implement(parcelBehavior)] });
    parcels = engine.entity(parcel);
    bank = await startBank(journaled.store());
  });
  afterAll(async () => {
    await engine.stop();
    await bank[Symbol.asyncDispose]();
    journaled[Symbol.dispose]();
  });

  async function posted(): Promise<{ readonly id: string; readonly client: ParcelClient }> {
    const id = freshId();
    const client = parcels.get(id);
    await client.postParcel({
      tags: { a: "1", b: "2" },
      destination: { case: "address", value: { street: "High Street", town: "Ely" } },
    });
    await client.scanParcel({ scan: { depot: "north", belt: 1 } });
    return { id, client };
  }

  test("a state is frozen all the way down, for the caller and for the handler", async () => {
    const { client } = await posted();
    const { state } = await client.scanParcel({ scan: { depot: "south" } });

    for (const one of [state, seen.state as typeof state]) {
      expect(Object.isFrozen(one)).toBe(true);
      expect(Object.isFrozen(one.tags)).toBe(true);
      expect(Object.isFrozen(one.scans)).toBe(true);
      expect(Object.isFrozen(one.scans[0])).toBe(true);
      expect(Object.isFrozen(one.destination)).toBe(true);
      expect(Object.isFrozen(one.destination.value)).toBe(true);
    }
    expect(Object.isFrozen(seen.command)).toBe(true);
  });

  test("bytes, which cannot be frozen, are the caller's and the handler's own", async () => {
    const { id, client } = await posted();
    const label = Uint8Array.of(1, 2, 3);
    const sent = client.attach({ label });
    label.fill(9);
    const { state } = await sent;
    expect(state.label).toEqual(Uint8Array.of(1, 2, 3));

    state.label.fill(8);
    await client.attach({ label: Uint8Array.of(1, 2, 3) });
    seen.label?.fill(7);
    const reply = await client.scanParcel({});
    reply.state.label.fill(6);

    expect((await engine.state(parcel, id)).state.label).toEqual(Uint8Array.of(1, 2, 3));
    const attached = (await all(engine.history(parcel, id))).flatMap((one) =>
      one.name === "attached" ? [one.event.label] : [],
    );
    expect(attached).toEqual([Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2, 3)]);
  });

  test("what the caller changes in its command after the call changes nothing", async () => {
    const { id, client } = await posted();
    const scan = { depot: "east", belt: 1 };
    const fields = { scan };
    const metadata: { [name: string]: string } = { actor: "ann" };
    const options = { commandId: "c", metadata };
    const message = create(PostParcelSchema, { tags: { x: "1" } });
    const other = freshId();

    const sent = client.scanParcel(fields, options);
    const posting = parcels.get(other).postParcel(message);
    scan.depot = "nowhere";
    metadata.actor = "eve";
    metadata.more = "x";
    Object.assign(options, { commandId: "d", expectedRevision: 99 });
    message.tags.x = "2";
    const reply = await sent;
    await posting;

    expect(reply.state.scans.at(-1)).toMatchObject({ depot: "east" });
    expect((await engine.state(parcel, other)).state.tags).toEqual({ x: "1" });
    const last = (await all(engine.history(parcel, id))).at(-1);
    expect(last).toMatchObject({ commandId: "c", metadata: { actor: "ann" }, event: { scan: { depot: "east" } } });
    expect(last?.metadata).toEqual({ actor: "ann", correlationId: "c", causationId: "c" });
  });

  test("what the caller keeps of its command is not frozen", async () => {
    const fields = { tags: { x: "1" }, destination: { case: "address" as const, value: { town: "Ely" } } };
    const message = create(PostParcelSchema, fields);

    await parcels.get(freshId()).postParcel(fields);
    await parcels.get(freshId()).postParcel(message);

    for (const one of [fields, message]) {
      expect(Object.isFrozen(one)).toBe(false);
      expect(Object.isFrozen(one.tags)).toBe(false);
      expect(Object.isFrozen(one.destination.value)).toBe(false);
    }
    expect(message.parcelId).toBe("");
  });

  test("maps of a repeated command may be built in another order of keys, over a restart too", async () => {
    const id = freshId();
    const first = await parcels.get(id).postParcel({ tags: { b: "2", a: "1", c: "3" } }, { commandId: "c" });
    await using second = await Engine.start({
      store: journaled.store(),
      entities: [parcel.implement(parcelBehavior)],
    });

    const again = await parcels.get(id).postParcel({ tags: { c: "3", a: "1", b: "2" } }, { commandId: "c" });
    const later = await second
      .entity(parcel)
      .get(id)
      .postParcel({ tags: { a: "1", b: "2", c: "3" } }, { commandId: "c" });

    expect(again).toEqual({ ...first, repeated: true });
    expect(later).toEqual({ ...first, repeated: true });
  });

  test("a constant event may be returned for every entity: each gets its own id, and the constant stays as it was", async () => {
    const constant = Object.freeze(create(AccountCreditedSchema, { amountCents: 3n }));
    const ann = await bank.opened();
    const bob = await bank.opened();
    for (const { id } of [ann, bob]) bank.script(id, { commands: { creditAccount: () => constant } });

    const [first, second] = await Promise.all([ann.client.creditAccount({}), bob.client.creditAccount({})]);

    expect(first.state).toMatchObject({ accountId: ann.id, balanceCents: 3n });
    expect(second.state).toMatchObject({ accountId: bob.id, balanceCents: 3n });
    for (const { id } of [ann, bob]) {
      expect((await all(bank.engine.history(account, id))).at(-1)?.event.accountId).toBe(id);
    }
    expect(constant.accountId).toBe("");
  });

  test("each reader of the history and of the stream has messages of its own", async () => {
    const { id, client } = await posted();
    await using one = engine.subscribe({ entities: [parcel] });
    await using other = engine.subscribe({ entities: [parcel] });
    await client.scanParcel({ scan: { depot: "west" } });

    const first = (await one.next()).value;
    if (first.name === "parcelScanned" && first.event.scan) first.event.scan.depot = "changed";
    const second = (await other.next()).value;
    const [, scanned] = await all(engine.history(parcel, id));
    if (scanned?.name === "parcelScanned" && scanned.event.scan) scanned.event.scan.depot = "changed";

    expect(second).toMatchObject({ event: { scan: { depot: "west" } } });
    const scans = (await engine.state(parcel, id)).state.scans.map((scan) => scan.depot);
    expect(scans).toEqual(["north", "west"]);
  });
});
