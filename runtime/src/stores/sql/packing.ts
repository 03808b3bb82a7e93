import type { Append, AppendResult, AppliedEvent, StoredEvent } from "../../journal/event-store.ts";
import type { StateChange } from "../../journal/state-store.ts";
import type { SqlValue } from "../../tables/table-shape.ts";

// Between threads every object costs, and every string; so a batch travels as one buffer of bytes and one of numbers, both
// handed over without a copy, and few strings.

/**
 * Appends on their way to a worker. Numbers, per append: type, shard, expected revision, time, events, bytes of
 * metadata; then per event: type, bytes of payload.
 */
export interface PackedAppends {
  /** Names of entities and messages; the types above are indexes into it. */
  readonly names: readonly string[];
  readonly ids: readonly string[];
  readonly commandIds: readonly string[];
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Events on their way back. Numbers, per event: shard, position, type of entity, revision, type, time, bytes of
 * payload (-1 if it was removed), bytes of metadata, length of the id and of the command's (-1 if it has none).
 */
export interface PackedEvents {
  readonly names: readonly string[];
  /** The id and the command's of each event, one behind the other. */
  readonly ids: string;
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a replay needs of events. Numbers, per event: revision, type, bytes of payload (-1 if it was removed). */
export interface PackedPayloads {
  readonly names: readonly string[];
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Changes of states on their way to a worker. Numbers, per change: type, expected revision, time, removed (0 or 1),
 * bytes of payload, bytes of metadata.
 */
export interface PackedChanges {
  readonly names: readonly string[];
  readonly ids: readonly string[];
  readonly commandIds: readonly string[];
  /** Rows of typed tables, and keys of removed ones; null for entities without a table. */
  readonly rows: readonly (readonly SqlValue[] | null)[];
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Packs appends. The bytes are copied, so the caller's stay its own. */
export function packAppends(batch: readonly Append[]): PackedAppends {
  let eventCount = 0;
  let byteCount = 0;
  for (const { events, metadata } of batch) {
    eventCount += events.length;
    byteCount += metadata.length;
    for (const event of events) byteCount += event.payload.length;
  }
  const names = dictionary();
  const ids: string[] = [];
  const commandIds: string[] = [];
  const numbers = new Float64Array(batch.length * 6 + eventCount * 2);
  const bytes = new Uint8Array(byteCount);
  let at = 0;
  let offset = 0;
  for (const append of batch) {
    ids.push(append.entityId);
    commandIds.push(append.commandId);
    numbers[at++] = names.indexOf(append.entityType);
    numbers[at++] = append.shard;
    numbers[at++] = append.expectedRevision;
    numbers[at++] = append.recordedAt;
    numbers[at++] = append.events.length;
    numbers[at++] = append.metadata.length;
    bytes.set(append.metadata, offset);
    offset += append.metadata.length;
    for (const { type, payload } of append.events) {
      numbers[at++] = names.indexOf(type);
      numbers[at++] = payload.length;
      bytes.set(payload, offset);
      offset += payload.length;
    }
  }
  return { names: names.names, ids, commandIds, numbers, bytes };
}

/** Packs changes of states; `rowOf` gives the row of an entity that has a table, else null. */
export function packChanges(
  batch: readonly StateChange[],
  rowOf: (change: StateChange) => readonly SqlValue[] | null,
): PackedChanges {
  const rows = batch.map(rowOf);
  const payloadOf = (change: StateChange, index: number) => (rows[index] === null ? change.payload : nothing);
  const byteCount = batch.reduce(
    (sum, change, index) => sum + payloadOf(change, index).length + change.metadata.length,
    0,
  );
  const names = dictionary();
  const numbers = new Float64Array(batch.length * 6);
  const bytes = new Uint8Array(byteCount);
  let at = 0;
  let offset = 0;
  for (const [index, change] of batch.entries()) {
    const payload = payloadOf(change, index);
    numbers[at++] = names.indexOf(change.entityType);
    numbers[at++] = change.expectedRevision;
    numbers[at++] = change.recordedAt;
    numbers[at++] = change.state === null ? 1 : 0;
    numbers[at++] = payload.length;
    numbers[at++] = change.metadata.length;
    bytes.set(payload, offset);
    bytes.set(change.metadata, offset + payload.length);
    offset += payload.length + change.metadata.length;
  }
  const ids = batch.map((change) => change.entityId);
  const commandIds = batch.map((change) => change.commandId);
  return { names: names.names, ids, commandIds, rows, numbers, bytes };
}

/** Events as the journal has them, before they are packed. */
export type EventRow = readonly [
  shard: number,
  position: number,
  entityType: number,
  entityId: string,
  revision: number,
  type: number,
  payload: Uint8Array | null,
  metadata: Uint8Array,
  recordedAt: number,
  commandId: string | null,
];

const numbersOfEvent = 10;

/** Packs rows of the journal; `nameOf` tells the names of types. */
export function packEvents(rows: readonly EventRow[], nameOf: (type: number) => string): PackedEvents {
  const names = dictionary();
  const ids: string[] = [];
  const numbers = new Float64Array(rows.length * numbersOfEvent);
  const bytes = new Uint8Array(rows.reduce((sum, row) => sum + (row[6]?.length ?? 0) + row[7].length, 0));
  let at = 0;
  let offset = 0;
  for (const [
    shard,
    position,
    entityType,
    entityId,
    revision,
    type,
    payload,
    metadata,
    recordedAt,
    commandId,
  ] of rows) {
    ids.push(entityId);
    if (commandId !== null) ids.push(commandId);
    numbers[at++] = shard;
    numbers[at++] = position;
    numbers[at++] = names.indexOf(nameOf(entityType));
    numbers[at++] = revision;
    numbers[at++] = names.indexOf(nameOf(type));
    numbers[at++] = recordedAt;
    numbers[at++] = payload?.length ?? -1;
    numbers[at++] = metadata.length;
    numbers[at++] = entityId.length;
    numbers[at++] = commandId?.length ?? -1;
    if (payload) {
      bytes.set(payload, offset);
      offset += payload.length;
    }
    bytes.set(metadata, offset);
    offset += metadata.length;
  }
  return { names: names.names, ids: ids.join(""), numbers, bytes };
}

/** As much of an event as a replay needs, before it is packed. */
export type PayloadRow = readonly [revision: number, type: number, payload: Uint8Array | null];

/** Packs payloads; `nameOf` tells the names of types. */
export function packPayloads(rows: readonly PayloadRow[], nameOf: (type: number) => string): PackedPayloads {
  const names = dictionary();
  const numbers = new Float64Array(rows.length * 3);
  const bytes = new Uint8Array(rows.reduce((sum, row) => sum + (row[2]?.length ?? 0), 0));
  let at = 0;
  let offset = 0;
  for (const [revision, type, payload] of rows) {
    numbers[at++] = revision;
    numbers[at++] = names.indexOf(nameOf(type));
    numbers[at++] = payload?.length ?? -1;
    if (!payload) continue;
    bytes.set(payload, offset);
    offset += payload.length;
  }
  return { names: names.names, numbers, bytes };
}

/** Unpacks payloads of one entity. They are views of the one buffer, which is nobody else's. */
export function unpackPayloads(packed: PackedPayloads, entityId: string): readonly AppliedEvent[] {
  const number = numbersOf(packed.numbers);
  const take = bytesOf(packed.bytes);
  return Array.from({ length: packed.numbers.length / 3 }, () => {
    const revision = number();
    const type = packed.names[number()] ?? broken();
    const length = number();
    return { entityId, revision, type, payload: length < 0 ? null : take(length) };
  });
}

/** Unpacks events. Their bytes are views of the one buffer, which is nobody else's. */
export function unpackEvents(packed: PackedEvents): readonly StoredEvent[] {
  const number = numbersOf(packed.numbers);
  const take = bytesOf(packed.bytes);
  const name = (index: number) => packed.names[index] ?? broken();
  let read = 0;
  const id = (length: number) => {
    const start = read;
    read += length;
    return packed.ids.slice(start, read);
  };
  return Array.from({ length: packed.numbers.length / numbersOfEvent }, () => {
    const shard = number();
    const position = number();
    const entityType = name(number());
    const revision = number();
    const type = name(number());
    const recordedAt = number();
    const payloadLength = number();
    const metadataLength = number();
    const entityId = id(number());
    const commandIdLength = number();
    const commandId = commandIdLength < 0 ? null : id(commandIdLength);
    const payload = payloadLength < 0 ? null : take(payloadLength);
    const metadata = take(metadataLength);
    return { shard, position, entityType, entityId, revision, type, payload, metadata, recordedAt, commandId };
  });
}

/** An answer as one number: a position, or, negative, what `refusal` made of the head. */
export function unpackAppendResults(numbers: Float64Array): readonly AppendResult[] {
  return Array.from(numbers, (number) =>
    number < 0 ? { stored: false, head: -number - 1 } : { stored: true, position: number },
  );
}

/** A refusal as a number. */
export function refusal(head: number): number {
  return -head - 1;
}

/** Reads numbers one after another. */
export function numbersOf(numbers: Float64Array): () => number {
  let at = 0;
  return () => numbers[at++] ?? broken();
}

/** Cuts bytes off, one piece after another, without a copy. */
export function bytesOf(bytes: Uint8Array): (length: number) => Uint8Array {
  let offset = 0;
  return (length) => {
    const start = offset;
    offset += length;
    return bytes.subarray(start, offset);
  };
}

const nothing = new Uint8Array(0);

function broken(): never {
  throw new RangeError("A packed batch is shorter than it says. This is a bug of the store.");
}

function dictionary(): { readonly names: string[]; indexOf(name: string): number } {
  const names: string[] = [];
  const indexes = new Map<string, number>();
  // Most batches repeat a name many times in a row.
  let lastName: string | undefined;
  let lastIndex = -1;
  return {
    names,
    indexOf(name) {
      if (name === lastName) return lastIndex;
      let index = indexes.get(name);
      if (index === undefined) {
        index = names.push(name) - 1;
        indexes.set(name, index);
      }
      lastName = name;
      lastIndex = index;
      return index;
    },
  };
}
