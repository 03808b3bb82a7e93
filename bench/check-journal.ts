import { fromBinary } from "@bufbuild/protobuf";
import type { Store, StoredEvent } from "@ego/runtime";
import { AccountCreditedSchema } from "../examples/bank/src/gen/bank/v1/account_pb.ts";
import { accountId } from "./scenario.ts";

const pageSize = 5_000;

/**
 * Reads the whole journal, past the engine, and compares it with what was acknowledged: credits of one cent per account.
 *
 * @param store open
 * @throws Error if an event is missing, was stored twice, or is where none can be
 */
export async function checkJournal(store: Store, credited: readonly number[]): Promise<void> {
  const stored = new Map<string, { revision: number; credits: number }>();
  for (let shard = 0; shard < store.events.shardCount; shard++) {
    let position = 0;
    for (;;) {
      const page = await store.events.read(shard, position, pageSize);
      for (const event of page) {
        if (event.position !== ++position)
          throw new Error(`shard ${shard} has ${event.position} after ${position - 1}`);
        count(stored, event);
      }
      if (page.length < pageSize) break;
    }
  }
  for (const [index, commands] of credited.entries()) {
    const credits = stored.get(accountId(index))?.credits ?? 0;
    if (credits !== commands) {
      throw new Error(`${accountId(index)} has ${credits} credits, and ${commands} were acknowledged`);
    }
  }
}

function count(stored: Map<string, { revision: number; credits: number }>, event: StoredEvent): void {
  const { entityId, revision, type, payload } = event;
  const entity = stored.get(entityId) ?? { revision: 0, credits: 0 };
  stored.set(entityId, entity);
  if (revision !== entity.revision + 1) throw new Error(`${entityId} has ${revision} after ${entity.revision}`);
  entity.revision = revision;
  if (type !== AccountCreditedSchema.typeName) return;
  if (payload === null) throw new Error(`${entityId} has nothing but a tombstone at ${revision}`);
  const { accountId: id, amountCents } = fromBinary(AccountCreditedSchema, payload);
  if (id !== entityId || amountCents !== 1n) throw new Error(`${entityId} has ${amountCents} credited to ${id}`);
  entity.credits++;
}
