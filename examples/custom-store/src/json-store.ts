import { type FileHandle, open } from "node:fs/promises";
import { type Append, type AppendResult, EgoError, type Store, type StoredEvent } from "@ego/runtime";

/** A store in a file that has one line of JSON for each transaction. One program opens it, and has all of it in memory. */
export function jsonStore(filename: string): Store {
  const shards = Array.from({ length: 16 }, (): StoredEvent[] => []);
  const entities = new Map<string, StoredEvent[]>();
  let file: FileHandle | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function shardAt(shard: number): StoredEvent[] {
    const found = shards[shard];
    if (found) return found;
    throw new EgoError("invalid_argument", `The journal has no shard ${shard}.`);
  }

  function add(event: StoredEvent): void {
    const key = keyOf(event.entityType, event.entityId);
    entities.set(key, entities.get(key) ?? []);
    entities.get(key)?.push(event);
    shardAt(event.shard).push(event);
  }

  async function store(batch: readonly Append[]): Promise<readonly AppendResult[]> {
    for (const { shard } of batch) shardAt(shard);
    const added: StoredEvent[] = [];
    const refused = new Set<string>();
    const results = batch.map((append): AppendResult => {
      const { entityType, entityId, shard, events, metadata, recordedAt } = append;
      if (events.length === 0) return { stored: true, position: 0 };
      const key = keyOf(entityType, entityId);
      const head =
        (entities.get(key)?.length ?? 0) + added.filter((e) => keyOf(e.entityType, e.entityId) === key).length;
      if (append.expectedRevision !== head || refused.has(key)) {
        refused.add(key); // and with it all that follows in the batch
        return { stored: false, head };
      }
      const end = shardAt(shard).length + added.filter((event) => event.shard === shard).length;
      for (const [n, { type, payload }] of events.entries()) {
        const common = { shard, entityType, entityId, type, payload, metadata, recordedAt };
        const commandId = n === 0 ? append.commandId : null;
        added.push(copy({ ...common, position: end + n + 1, revision: head + n + 1, commandId }));
      }
      return { stored: true, position: end + events.length };
    });
    if (added.length > 0) await write(`${JSON.stringify(added, bytesToText)}\n`);
    for (const event of added) add(event); // seen only now: it is on the disk
    return results;
  }

  async function write(line: string): Promise<void> {
    const writing = file;
    if (!writing) throw new EgoError("unavailable", `${filename} is not open.`);
    try {
      await writing.appendFile(line);
      await writing.datasync();
    } catch (cause) {
      file = undefined; // whether the line is there, opening again will tell
      await writing.close();
      throw new EgoError("unavailable", `${filename} cannot be written.`, { cause });
    }
  }

  return {
    async open() {
      file = await open(filename, "a+");
      const text = await file.readFile("utf8");
      const lines = text.split("\n").slice(0, -1);
      // What has no end is of a transaction that nobody was told about.
      await file.truncate(Buffer.byteLength(text.slice(0, text.lastIndexOf("\n") + 1)));
      for (const line of lines) for (const event of JSON.parse(line, textToBytes)) add(event);
    },
    async close() {
      await last;
      await file?.close();
      file = undefined;
    },
    events: {
      shardCount: shards.length,
      append(batch) {
        const stored = last.then(() => store(batch)); // in the order in which they were sent
        last = stored.catch(() => undefined);
        return stored;
      },
      async load(entityType, entityId, { from = 1, to = Infinity, limit = Infinity } = {}) {
        const history = entities.get(keyOf(entityType, entityId)) ?? [];
        const found = history.filter(({ revision }) => revision >= from && revision <= to);
        return found.slice(0, Math.max(limit, 0)).map(copy);
      },
      async read(shard, afterPosition, limit) {
        const found = shardAt(shard).slice(Math.max(afterPosition, 0));
        return found.slice(0, Math.max(limit, 0)).map(copy);
      },
    },
  };
}

const keyOf = (entityType: string, entityId: string) => JSON.stringify([entityType, entityId]);

/** The event with bytes of its own: what is stored, nobody changes. */
const copy = (event: StoredEvent): StoredEvent => ({
  ...event,
  payload: event.payload && new Uint8Array(event.payload),
  metadata: new Uint8Array(event.metadata),
});

const bytesToText = (_: string, value: unknown) =>
  value instanceof Uint8Array ? { base64: Buffer.from(value).toString("base64") } : value;

const textToBytes = (_: string, value: { base64?: string } | null) =>
  typeof value?.base64 === "string" ? new Uint8Array(Buffer.from(value.base64, "base64")) : value;
