import type { Append } from "../../journal/event-store.ts";
import { positionOf } from "./bench.ts";
import { type ContractCase, casesOf, type Trial } from "./contract-case.ts";
import { expectSame } from "./expectations.ts";

const allBytes = Uint8Array.from({ length: 256 }, (_, n) => n);
const noise = (length: number) => Uint8Array.from({ length }, (_, n) => (n * 31 + (n >> 8)) % 256);

const payloads: Readonly<Record<string, Uint8Array>> = {
  none: new Uint8Array(0),
  "a single zero": Uint8Array.of(0),
  "all values": allBytes,
  "a part of a larger buffer": allBytes.subarray(10, 20),
  "what is no UTF-8": Uint8Array.of(0xff, 0xfe, 0xc0, 0x80),
  "an escape of text formats": new TextEncoder().encode("\\x00\\000'\"\\"),
  "255": noise(255),
  "64 KiB less one": noise(65_535),
  "64 KiB": noise(65_536),
  "64 KiB and one": noise(65_537),
  "one mebibyte": noise(1 << 20),
};

/** What an event carries: it comes back exactly, and nobody can change it. */
export const contentCases: readonly ContractCase[] = casesOf("content", {
  ...Object.fromEntries(
    Object.entries(payloads).map(([what, payload]): [string, Trial] => [
      `bytes come back exactly: ${what}`,
      async (bench) => {
        const append = bench.append("a", 0, { events: [{ type: "t", payload }] });
        const position = positionOf((await bench.events.append([append]))[0]);
        expectSame((await bench.load("a"))[0]?.payload, payload, "load");
        expectSame((await bench.events.read(append.shard, position - 1, 1))[0]?.payload, payload, "read");
      },
    ]),
  ),

  "bytes of several events come back each in its place": async (bench) => {
    const events = Object.values(payloads).map((payload, n) => ({ type: `t-${n}`, payload }));
    await bench.events.append([bench.append("a", 0, { events })]);
    const stored = await bench.load("a");
    expectSame(
      stored.map(({ type, payload }) => ({ type, payload })),
      events,
      "the events",
    );
  },

  "metadata is stored with each event of a command": async (bench) => {
    await bench.events.append([
      bench.append("a", 0, { count: 3, metadata: allBytes.subarray(3, 6) }),
      bench.append("a", 3, { metadata: new Uint8Array(0) }),
      bench.append("b", 0, { metadata: allBytes }),
    ]);
    const three = Uint8Array.of(3, 4, 5);
    const stored = [...(await bench.load("a")), ...(await bench.load("b"))];
    expectSame(
      stored.map((event) => event.metadata),
      [three, three, three, new Uint8Array(0), allBytes],
      "metadata",
    );
  },

  "metadata of 64 KiB and one comes back exactly": async (bench) => {
    await bench.events.append([bench.append("a", 0, { metadata: noise(65_537) })]);
    expectSame((await bench.load("a"))[0]?.metadata, noise(65_537), "metadata");
  },

  "times come back exactly, from the epoch to the year 9999": async (bench) => {
    const times = [0, 1, 1_700_000_000_123, 253_402_300_799_999];
    await bench.events.append(times.map((recordedAt, n) => bench.append("a", n, { recordedAt })));
    expectSame(
      (await bench.load("a")).map((event) => event.recordedAt),
      times,
      "times",
    );
  },

  "what else an append has, as the engine's do, is not stored": async (bench) => {
    const message = { amountCents: 1n, itself: {} };
    message.itself = message;
    const append = bench.append("a", 0);
    const event = { type: "t", payload: Uint8Array.of(1), message };
    await bench.events.append([{ ...append, events: [event], message } as Append]);
    const fields = Object.keys((await bench.load("a"))[0] ?? {});
    expectSame(fields.includes("message"), false, `a field of the port's only, of ${fields.join(", ")}`);
  },

  "command ids come back exactly, up to 255 bytes": async (bench) => {
    const commandIds = ["x", " x ", "X", "a\u0308", "'; --", "😀".repeat(63), "x".repeat(255)];
    await bench.events.append(commandIds.map((commandId, n) => bench.append("a", n, { commandId })));
    expectSame(
      (await bench.load("a")).map((event) => event.commandId),
      commandIds,
      "command ids",
    );
  },

  "event types that differ in case only are different": async (bench) => {
    const types = ["bank.v1.Credited", "bank.v1.credited", "bank.v1.CREDITED", "__proto__"];
    const events = types.map((type) => ({ type, payload: new Uint8Array(0) }));
    await bench.events.append([bench.append("a", 0, { events })]);
    expectSame(
      (await bench.load("a")).map((event) => event.type),
      types,
      "types",
    );
  },

  "three hundred names of event types are kept apart": async (bench) => {
    const types = Array.from({ length: 300 }, (_, n) => `${bench.type}.v1.Type${n}`);
    await bench.events.append([
      bench.append("a", 0, { events: types.map((type) => ({ type, payload: new Uint8Array(0) })) }),
    ]);
    expectSame(
      (await bench.load("a")).map((event) => event.type),
      types,
      "types",
    );
  },

  "a name that came first with what was refused is kept like any other": async (bench) => {
    const events = [{ type: `${bench.type}.v1.New`, payload: new Uint8Array(0) }];
    await bench.events.append([bench.append("a", 3, { events }), bench.append("b", 0)]);
    const wrong = bench.append("c", 0, { events, shard: bench.events.shardCount });
    await bench.events.append([wrong]).catch(() => undefined);
    await bench.events.append([bench.append("d", 0, { events })]);
    expectSame((await bench.load("d"))[0]?.type, `${bench.type}.v1.New`, "the type");
  },

  "nobody changes what is stored by the bytes that were given": async (bench) => {
    const append = ownBytes(bench.append("a", 0));
    await bench.events.append([append]);
    append.metadata.fill(0);
    append.events[0]?.payload.fill(0);
    expectSame(bytesOf(await bench.load("a")), [Uint8Array.of(1, 2, 3), Uint8Array.of(4)], "payload and metadata");
  },

  "nobody changes what is stored by a Buffer that was given, whose slices are not copies": async (bench) => {
    const payload = Buffer.from([1, 2, 3]);
    const metadata = Buffer.from([4]);
    await bench.events.append([bench.append("a", 0, { events: [{ type: "t", payload }], metadata })]);
    payload.fill(0);
    metadata.fill(0);
    expectSame(bytesOf(await bench.load("a")), [Uint8Array.of(1, 2, 3), Uint8Array.of(4)], "payload and metadata");
  },

  "nobody changes what is stored by the bytes that load gave": async (bench) => {
    await bench.events.append([ownBytes(bench.append("a", 0))]);
    const [event] = await bench.load("a");
    event?.payload?.fill(9);
    event?.metadata.fill(9);
    expectSame(bytesOf(await bench.load("a")), [Uint8Array.of(1, 2, 3), Uint8Array.of(4)], "payload and metadata");
  },

  "nobody changes what is stored by the bytes that read gave": async (bench) => {
    const append = ownBytes(bench.append("a", 0));
    const position = positionOf((await bench.events.append([append]))[0]);
    const [event] = await bench.events.read(append.shard, position - 1, 1);
    event?.payload?.fill(9);
    event?.metadata.fill(9);
    expectSame(bytesOf(await bench.load("a")), [Uint8Array.of(1, 2, 3), Uint8Array.of(4)], "payload and metadata");
  },

  "what was loaded is not changed by what is stored later": async (bench) => {
    await bench.events.append([bench.append("a", 0)]);
    const loaded = await bench.load("a");
    await bench.events.append([bench.append("a", 1)]);
    expectSame(loaded.length, 1, "events loaded before");
  },
});

/** The append with bytes that nobody else has. */
function ownBytes(append: Append): Append {
  return { ...append, events: [{ type: "t", payload: Uint8Array.of(1, 2, 3) }], metadata: Uint8Array.of(4) };
}

function bytesOf([event]: readonly { readonly payload: Uint8Array | null; readonly metadata: Uint8Array }[]) {
  return [event?.payload, event?.metadata];
}
