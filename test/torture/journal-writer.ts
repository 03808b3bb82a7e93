import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { fromBinary } from "@bufbuild/protobuf";
import { Engine, type Store, type StoredEvent, shardOf } from "@ego/runtime";
import { accountBehavior } from "../../examples/bank/src/account.ts";
import { account } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";
import {
  AccountClosedSchema,
  AccountCreditedSchema,
  AccountDebitedSchema,
  AccountOpenedSchema,
} from "../../examples/bank/src/gen/bank/v1/account_pb.ts";
import { inventoryItem } from "../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { inventoryBehavior } from "../../examples/inventory/src/inventory.ts";
import { readOf } from "./client.ts";
import type { Final, JournalEvent } from "./evidence.ts";
import type { JournalLine } from "./journal-lines.ts";
import type { Fact } from "./model.ts";
import type { Plan, Planned } from "./plan.ts";

const pageSize = 2_000;
/** Entities that are read at once. */
const atOnce = 200;

/**
 * Writes down what is stored: the events of every shard, the receipts of durable states, and what an engine that was
 * just started makes of them.
 */
export async function writeJournal(store: Store, plan: Plan, path: string): Promise<void> {
  await using engine = await Engine.start({
    store,
    entities: [account.implement(accountBehavior), inventoryItem.implement(inventoryBehavior)],
  });
  const file = createWriteStream(path, { flags: "wx" });
  for await (const line of linesOfStore(engine, store, plan)) {
    if (!file.write(`${JSON.stringify(line)}\n`)) await once(file, "drain");
  }
  file.end();
  await once(file, "close");
}

async function* linesOfStore(engine: Engine, store: Store, plan: Plan): AsyncGenerator<JournalLine> {
  const { events, states } = store;
  for (let shard = 0; shard < events.shardCount; shard++) {
    for (let after = 0; ; ) {
      const page = await events.read(shard, after, pageSize);
      for (const stored of page) yield { event: eventOf(stored) };
      const last = page.at(-1);
      if (page.length < pageSize || !last) break;
      after = last.position;
    }
  }
  for (const some of groupsOf(entitiesOf(plan))) {
    const receipts = await Promise.all(
      some.map(async ({ kind, entityId }) => {
        if (kind === "account") return [];
        const newestFirst = (await states?.receipts("inventory_item", entityId, plan.commands)) ?? [];
        const shard = shardOf("inventory_item", entityId, events.shardCount);
        return newestFirst.toReversed().map(({ revision, commandId, recordedAt, position = 0 }) => ({
          shard,
          position,
          entityId,
          revision,
          commandId,
          recordedAt,
        }));
      }),
    );
    for (const version of receipts.flat()) yield { version };
    const finals = await Promise.all(
      some.map(async ({ kind, entityId }): Promise<Final> => {
        const answer = await readOf(engine, { kind, entityId });
        if (answer.kind !== "accepted")
          throw new Error(`${kind} ${entityId} cannot be read: ${JSON.stringify(answer)}`);
        return { kind, entityId, revision: answer.revision, state: answer.state };
      }),
    );
    for (const final of finals) yield { final };
  }
}

/** The entities that the plan has commands for. */
function entitiesOf(plan: Plan): readonly Pick<Planned, "kind" | "entityId">[] {
  const found = new Map<string, Pick<Planned, "kind" | "entityId">>();
  for (let number = 0; number < plan.commands; number++) {
    const { kind, entityId } = plan.command(number);
    found.set(`${kind} ${entityId}`, { kind, entityId });
  }
  return [...found.values()];
}

function* groupsOf<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += atOnce) yield all.slice(from, from + atOnce);
}

function eventOf(stored: StoredEvent): JournalEvent {
  const { shard, position, entityId, revision, commandId, recordedAt } = stored;
  return { shard, position, entityId, revision, commandId, recordedAt, fact: factOf(stored) };
}

function factOf({ type, payload }: StoredEvent): Fact {
  if (payload === null) throw new Error(`${type} has no payload: nothing was to be removed`);
  switch (type) {
    case AccountOpenedSchema.typeName:
      return ["opened", fromBinary(AccountOpenedSchema, payload).ownerEmail];
    case AccountCreditedSchema.typeName:
      return ["credited", Number(fromBinary(AccountCreditedSchema, payload).amountCents)];
    case AccountDebitedSchema.typeName:
      return ["debited", Number(fromBinary(AccountDebitedSchema, payload).amountCents)];
    case AccountClosedSchema.typeName:
      return ["closed"];
    default:
      throw new Error(`The journal has an event of type ${type}, which nobody sent`);
  }
}
