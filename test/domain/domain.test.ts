import { EgoError, Engine, memoryStore, RejectedError, type Store } from "@ego/runtime";
import { given } from "@ego/runtime/testing";
import { describe, expect, test } from "vitest";
import { depotBehavior } from "./depot.ts";
import { depot } from "./gen/depot/v1/depot_ego.ts";
import { parcel } from "./gen/parcel/v1/parcel_ego.ts";
import { Size } from "./gen/parcel/v1/parcel_pb.ts";
import { parcelBehavior } from "./parcel.ts";

const parcels = parcel.implement(parcelBehavior);
const depots = depot.implement(depotBehavior);
const start = (store: Store = memoryStore()) => Engine.start({ store, entities: [parcels, depots] });
const address = { street: "Hauptstraße 1", town: "Bern", country: "CH" };

describe("an event-sourced entity over two files", () => {
  test("copies every kind of field of a derived event, and survives a restart", async () => {
    const store = memoryStore();
    await using first = await start(store);
    const sent = first.entity(parcel).get("p-1");
    await sent.postParcel({
      size: Size.BOX,
      weightGrams: 9_007_199_254_740_993n,
      destination: { case: "address", value: address },
      tags: { fragile: "yes" },
      note: "",
    });
    await sent.scanParcel({ scan: { depot: "north", belt: 3 } });
    await sent.attach({ label: new Uint8Array([0, 255]) });
    const { state, revision } = await sent.deliverParcel();
    await first.stop();

    expect(revision).toBe(5);
    expect(state).toMatchObject({
      parcelId: "p-1",
      size: Size.BOX,
      weightGrams: 9_007_199_254_740_993n,
      destination: { case: "address", value: address },
      tags: { fragile: "yes" },
      note: "",
      label: new Uint8Array([0, 255]),
      scans: [
        { depot: "north", belt: 3 },
        { depot: "door", belt: 0 },
      ],
      delivered: true,
    });
    await using second = await start(store);
    expect(await second.state(parcel, "p-1")).toEqual({ state, revision });
  });

  test("throws a rejection, or returns it, typed", async () => {
    await using engine = await start();
    const sent = engine.entity(parcel).get("p-2");
    const pallet = { size: Size.PALLET, destination: { case: "lockerCode", value: "A7" } } as const;
    await expect(sent.postParcel(pallet)).rejects.toBeInstanceOf(RejectedError);
    const outcome = await sent.postParcel(pallet).outcome();
    expect(outcome.case).toBe("tooBig");
    if (outcome.case === "tooBig") expect(outcome.rejection.largest).toBe(Size.BOX);
    expect(await engine.entityExists(parcel, "p-2")).toBe(false);
  });

  test("does nothing where the handler returns nothing", async () => {
    await using engine = await start();
    const sent = engine.entity(parcel).get("p-3");
    const { revision } = await sent.postParcel({ size: Size.LETTER });
    expect((await sent.redirectParcel({})).revision).toBe(revision);
  });

  test("keeps its preconditions", async () => {
    await using engine = await start();
    const sent = engine.entity(parcel).get("p-4");
    await expect(sent.deliverParcel()).rejects.toMatchObject({ code: "not_found" });
    await sent.postParcel({});
    await expect(sent.postParcel({})).rejects.toMatchObject({ code: "already_exists" });
    await expect(sent.postParcel({ parcelId: "p-5" })).rejects.toBeInstanceOf(EgoError);
  });

  test("is told by a scenario without an engine", () =>
    given(parcels, parcel.events.parcelPosted({ size: Size.PALLET }))
      .when.redirectParcel({ destination: { case: "lockerCode", value: "A7" } })
      .rejects(parcel.rejections.tooBig({ size: Size.PALLET, largest: Size.BOX })));
});

describe("a durable entity in another package", () => {
  test("saves, keeps and removes, with an integer as id", async () => {
    const store = memoryStore();
    await using engine = await start(store);
    const sent = engine.entity(depot).get("42");
    const registered = await sent.registerDepot({ name: "North", capacity: 10, location: address });
    expect(registered.revision).toBe(1);
    expect(registered.state).toMatchObject({
      depotNumber: 42n,
      name: "North",
      open: true,
      serial: 18_446_744_073_709_551_615n,
      location: address,
      contact: { case: "email", value: "depot@example.org" },
    });
    expect((await sent.storeParcels({ kind: "box", count: 4 })).state.stock).toEqual({ box: 4 });
    expect((await sent.storeParcels({ kind: "box", count: 0 })).revision).toBe(2);
    const outcome = await sent.storeParcels({ kind: "letter", count: 7 }).outcome();
    expect(outcome).toMatchObject({ case: "depotIsFull", rejection: { room: 6 } });
    const before = await engine.state(depot, "42");
    await engine.stop();

    await using second = await start(store);
    expect(await second.state(depot, "42")).toEqual(before);
    await second.entity(depot).get("42").closeDepot();
    await expect(second.entity(depot).get("42").closeDepot()).rejects.toMatchObject({ code: "not_found" });
  });

  test("refuses an id that is no integer", async () => {
    await using engine = await start();
    expect(() => engine.entity(depot).get("north")).toThrow("whole number");
  });
});
