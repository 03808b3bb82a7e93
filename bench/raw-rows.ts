import { create, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { Engine, memoryStore, type StoredEvent } from "@ego/runtime";
import { accountBehavior } from "../examples/bank/src/account.ts";
import { account } from "../examples/bank/src/gen/bank/v1/account_ego.ts";
import { type AccountCredited, AccountCreditedSchema } from "../examples/bank/src/gen/bank/v1/account_pb.ts";
import { type Metadata, MetadataSchema } from "../runtime/src/gen/ego/journal/v1/journal_pb.ts";
import { accountId, metadata } from "./scenario.ts";

/** One row of the table of events, its values in the order of the columns. */
export type RawRow = readonly [
  shard: number,
  position: number,
  entityType: number,
  entityId: string,
  revision: number,
  eventType: number,
  payload: Uint8Array,
  metadata: Uint8Array,
  recordedAt: number,
  commandId: string,
];

/** The names of the columns, in that order. */
export const rawColumns = [
  "shard",
  "position",
  "entity_type",
  "entity_id",
  "revision",
  "event_type",
  "payload",
  "metadata",
  "recorded_at",
  "command_id",
] as const;

/** Makes the rows that the engine stores for credits of one account after another, at the least price. */
export interface RawRows {
  /** How many were made. */
  readonly count: number;
  /** The event of the last row. */
  readonly event: AccountCredited;
  /** The next row; event and metadata are made and encoded for it. */
  next(): RawRow;
}

/** Starts with the first row of each account. */
export async function rawRows(entities: number, shards: number): Promise<RawRows> {
  const said = await storedMetadata();
  const revisions = new Uint32Array(entities);
  const positions = new Uint32Array(shards);
  let count = 0;
  let event = create(AccountCreditedSchema);
  return {
    get event() {
      return event;
    },
    get count() {
      return count;
    },
    next() {
      const index = count++ % entities;
      const id = accountId(index);
      const shard = index % shards;
      event = create(AccountCreditedSchema, { accountId: id, amountCents: 1n });
      const about = create(MetadataSchema, said);
      const position = (positions[shard] ?? 0) + 1;
      const revision = (revisions[index] ?? 0) + 1;
      positions[shard] = position;
      revisions[index] = revision;
      return [
        shard,
        position,
        1,
        id,
        revision,
        2,
        toBinary(AccountCreditedSchema, event),
        toBinary(MetadataSchema, about),
        Date.now(),
        crypto.randomUUID(),
      ];
    },
  };
}

/** What the engine stores about a command of the benchmark, without the type of the message: fields for `create`. */
async function storedMetadata(): Promise<Omit<Metadata, keyof Message>> {
  const store = memoryStore();
  await using engine = await Engine.start({ store, entities: [account.implement(accountBehavior)] });
  await engine.entity(account).get(accountId(0)).openAccount({ ownerEmail: "ann@example.org" }, { metadata });
  const [opened] = (await store.events.load(account.table.name, accountId(0))) as [StoredEvent];
  const { $typeName, $unknown, ...fields } = fromBinary(MetadataSchema, opened.metadata);
  return fields;
}
