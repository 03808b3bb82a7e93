import { afterEach, describe, expect, test, vi } from "vitest";
import { type ParcelBehavior, parcel } from "../../../test/domain/gen/parcel/v1/parcel_ego.ts";
import type { Parcel } from "../../../test/domain/gen/parcel/v1/parcel_pb.ts";
import { accountV1 } from "../../../test/evolution/account-v1.ts";
import { accountV3 } from "../../../test/evolution/account-v3.ts";
import { account as v1 } from "../../../test/evolution/v1/gen/savings/v1/account_v1_ego.ts";
import { type AccountUpcasters, account as v3 } from "../../../test/evolution/v3/gen/savings/v1/account_v3_ego.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { given } from "../testing/given.ts";
import { Engine } from "./engine.ts";
import { failureOf } from "./testdata/bank.ts";

interface Methods {
  readonly commands?: Partial<ParcelBehavior["commands"]>;
  readonly events?: Partial<ParcelBehavior["events"]>;
}

const behavior = ({ commands, events }: Methods = {}): ParcelBehavior => ({
  commands: {
    postParcel: ({ destination, tags }, { emit }) => emit.parcelPosted({ destination, tags }),
    scanParcel: ({ scan }, { emit }) => emit.parcelScanned(scan ? { scan } : {}),
    redirectParcel: ({ destination }, { emit }) => emit.parcelRedirected({ destination }),
    deliverParcel: (_, { emit }) => [emit.parcelScanned({ scan: { depot: "door" } }), emit.parcelDelivered()],
    attach: ({ label }, { emit }) => emit.attached({ label }),
    ...commands,
  },
  events: {
    // What the state has of an event is its own from then on.
    parcelScanned({ scan }, state) {
      if (scan) state.scans.push(scan);
    },
    parcelRedirected({ destination }, state) {
      state.destination = destination;
    },
    parcelDelivered(_, state) {
      state.delivered = true;
      for (const scan of state.scans) scan.belt = 7;
      if (state.destination.case === "address") state.destination.value.town = "home";
    },
    ...events,
  },
});

const address = { case: "address" as const, value: { town: "Ely" } };

/** One parcel, posted, with a scan and a label, of an engine with these methods. */
async function posted(methods: Methods, options: { readonly strict?: boolean } = {}) {
  const store = memoryStore();
  const start = () =>
    Engine.start({ store, entities: [parcel.implement(behavior(methods))], logger: silent, ...options });
  const engine = await start();
  const client = engine.entity(parcel).get("p");
  await client.postParcel({ destination: address, tags: { a: "1" } });
  return { client, engine, start };
}

const silent = { error() {}, warn() {} };

afterEach(() => vi.unstubAllEnvs());

const mutable = (state: Readonly<Parcel>): Parcel => state as Parcel;

describe.each([{ strict: false }, { strict: true }])("with %j", (options) => {
  test.each<[string, (state: Parcel) => void]>([
    ["pushes into a list", (state) => state.scans.push({ ...state.scans[0] } as never)],
    ["changes what is in a list", ({ scans }) => Object.assign(scans[0] as object, { depot: "x" })],
    ["changes a map", ({ tags }) => Object.assign(tags, { a: "2" })],
    ["changes what a oneof holds", ({ destination }) => Object.assign(destination.value as object, { town: "x" })],
  ])("a handler that %s of the state fails, and the state stays", async (_, change) => {
    const { client, engine } = await posted(
      {
        commands: {
          redirectParcel(_, { state }) {
            change(mutable(state));
            return [];
          },
        },
      },
      options,
    );
    await client.scanParcel({ scan: { depot: "north" } });
    const failure = await failureOf(client.redirectParcel({}));
    expect(failure).toMatchObject({ code: "handler_failed" });
    expect(failure.message).toContain("State and command are frozen here");
    const { state } = await engine.state(parcel, "p");
    expect(state.scans).toMatchObject([{ depot: "north" }]);
    expect(state).toMatchObject({ tags: { a: "1" }, destination: address });
    await engine.stop();
  });

  test("a state may go on with what it has of an event, in the same command, the next one, and a replay", async () => {
    const { client, engine, start } = await posted({}, options);
    await client.scanParcel({ scan: { depot: "north" } });
    await client.redirectParcel({ destination: address });
    const { state } = await client.deliverParcel();
    await engine.stop();
    await using again = await start();
    for (const one of [state, (await again.state(parcel, "p")).state]) {
      expect(one.scans).toMatchObject([
        { depot: "north", belt: 7 },
        { depot: "door", belt: 7 },
      ]);
      expect(one.destination).toMatchObject({ value: { town: "home" } });
    }
  });
});

/** Methods that change what they should not, each with the command that runs it, and what is said. */
const wrong: readonly { what: string; methods: Methods; said: string }[] = [
  {
    what: "an applier that changes its event",
    methods: {
      events: {
        attached(event, state) {
          state.label = event.label;
          event.parcelId = "other";
        },
      },
    },
    said: "The event is frozen here: an applier changes the state, and nothing else.",
  },
  {
    what: "an applier that changes bytes of its event",
    methods: { events: { attached: (event) => void event.label.fill(9) as undefined } },
    said: "It changed bytes of the event.",
  },
  {
    what: "a handler that changes bytes of the state",
    methods: {
      commands: {
        attach({ label }, { state, emit }) {
          state.label.fill(9);
          return emit.attached({ label });
        },
      },
    },
    said: "It changed bytes of the state.",
  },
  {
    what: "a handler that changes bytes of its command, later",
    methods: {
      commands: {
        async attach({ label }, { emit }) {
          await Promise.resolve();
          return emit.attached({ label: label.reverse() });
        },
      },
    },
    said: "It changed bytes of the command.",
  },
];

describe.each(wrong)("$what", ({ methods, said }) => {
  const label = Uint8Array.of(1, 2, 3);

  test("goes unnoticed by default, and fails where it is strict", async () => {
    const { client, engine } = await posted(methods);
    await client.attach({ label });
    await client.attach({ label });
    await engine.stop();

    const strict = await posted(methods, { strict: true });
    // Of the state, the first label is the first that can be changed.
    const failures = await Promise.allSettled([strict.client.attach({ label }), strict.client.attach({ label })]);
    const reasons = failures.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    expect(reasons.at(-1)).toMatchObject({ code: "handler_failed", message: expect.stringContaining(said) });
    await strict.engine.stop();
  });

  test("fails under `ego dev`, whose EGO_DEV=1 is what is said where the program says nothing", async () => {
    vi.stubEnv("EGO_DEV", "1");
    const { client, engine } = await posted(methods);
    const failures = await Promise.allSettled([client.attach({ label }), client.attach({ label })]);
    expect(failures.some(({ status }) => status === "rejected")).toBe(true);
    await engine.stop();
    const told = await posted(methods, { strict: false });
    await told.client.attach({ label });
    await told.client.attach({ label });
    await told.engine.stop();
  });

  test("fails in a scenario", async () => {
    const entity = parcel.implement(behavior(methods));
    const run = given(entity, parcel.events.parcelPosted(), parcel.events.attached({ label })).when.attach({ label });
    await expect(run.emits(parcel.events.attached({ label }))).rejects.toThrow(said);
  });
});

test("an upcaster that changes the old event fails where it is strict", async () => {
  const store = memoryStore();
  await using old = await Engine.start({ store, entities: [v1.implement(accountV1)] });
  await old.entity(v1).get("ann").openAccount({ owner: "Ann" });
  await old.entity(v1).get("ann").putIn({ cents: 5n });
  const { moneyPutInV1 } = accountV3.upcasts;
  const upcasts: AccountUpcasters = {
    ...accountV3.upcasts,
    moneyPutInV1: (event) => moneyPutInV1(Object.assign(event, { cents: 6n })),
  };
  const start = (strict: boolean) =>
    Engine.start({ store, entities: [v3.implement({ ...accountV3, upcasts })], logger: silent, strict });
  await using lenient = await start(false);
  await lenient.state(v3, "ann");
  await using strict = await start(true);
  expect((await failureOf(strict.state(v3, "ann"))).message).toContain(
    "The event is frozen here: an upcaster returns what is new.",
  );
});

test("strict is a yes or no", async () => {
  const options = { store: memoryStore(), entities: [], strict: "yes" as never };
  await expect(Engine.start(options)).rejects.toThrow("takes true or false for `strict`");
});
