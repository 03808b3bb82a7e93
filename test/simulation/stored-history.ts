import { fromBinary } from "@bufbuild/protobuf";
import type { Store, StoredEvent } from "@ego/runtime";
import {
  AccountClosedSchema,
  AccountCreditedSchema,
  AccountDebitedSchema,
  AccountOpenedSchema,
} from "../../examples/bank/src/gen/bank/v1/account_pb.ts";
import { InventoryItemSchema } from "../../examples/inventory/src/gen/shop/v1/inventory_pb.ts";
import { MetadataSchema } from "../../runtime/src/gen/ego/journal/v1/journal_pb.ts";
import { nothing, wordsOf } from "./model.ts";

/** What one command left in the journal. */
export interface StoredCommand {
  readonly id: string;
  /** The attempt by which it was sent. */
  readonly attempt: number;
  readonly commandId: string | null;
  /** The revisions before and after it. */
  readonly from: number;
  readonly to: number;
  /** Of its last event, or of the version that it made. */
  readonly position: number;
  readonly recordedAt: number;
  /** In the words of the model; undefined for the versions of a durable state before the last one. */
  readonly events: readonly string[] | undefined;
}

/**
 * Reads the commands of an account from the journal, with nothing of ego but the generated messages.
 *
 * @param problems what is not as a journal has to be is told here
 */
export async function storedOfAccount(store: Store, id: string, problems: string[]): Promise<readonly StoredCommand[]> {
  const commands: StoredCommand[] = [];
  let revision = 0;
  let last: StoredEvent | undefined;
  for (const event of await store.events.load("account", id)) {
    if (event.revision !== ++revision) problems.push(`hole: ${id} has revision ${event.revision} as its ${revision}.`);
    const attempt = attemptOf(event.metadata);
    const before = commands.at(-1);
    if (event.commandId !== null || !before) {
      commands.push({
        id,
        attempt,
        commandId: event.commandId,
        from: revision - 1,
        to: revision,
        position: event.position,
        recordedAt: event.recordedAt,
        events: [wordsOfEvent(event)],
      });
    } else {
      if (attempt !== before.attempt || event.position !== (last?.position ?? 0) + 1) {
        problems.push(`torn: revision ${revision} of ${id} does not follow the event before it`);
      }
      const events = [...(before.events ?? []), wordsOfEvent(event)];
      commands[commands.length - 1] = { ...before, to: revision, position: event.position, events };
    }
    last = event;
  }
  return commands;
}

/** Reads the commands of an item. Of a durable state only the last version is there. */
export async function storedOfItem(store: Store, id: string, problems: string[]): Promise<readonly StoredCommand[]> {
  const { states } = store as Required<Store>;
  const receipts = (await states.receipts("inventory_item", id, 1_000_000)).toReversed();
  const stored = await states.load("inventory_item", id);
  if ((stored?.revision ?? 0) !== receipts.length) {
    problems.push(`hole: ${id} has revision ${stored?.revision} and ${receipts.length} receipts`);
  }
  return receipts.map(({ revision, commandId, metadata, recordedAt, position = 0 }, index) => {
    if (revision !== index + 1) problems.push(`hole: ${id} has revision ${revision} as its ${index + 1}.`);
    const from = index;
    const events = index === receipts.length - 1 ? [wordsOfState(stored?.state ?? null)] : undefined;
    return { id, attempt: attemptOf(metadata), commandId, from, to: from + 1, position, recordedAt, events };
  });
}

/** Checks that each shard has the positions 1, 2, 3 … */
export async function checkPositions(store: Store, problems: string[]): Promise<void> {
  for (let shard = 0; shard < store.events.shardCount; shard++) {
    for (const [index, { position }] of (await store.events.read(shard, 0, 1_000_000)).entries()) {
      if (position !== index + 1) problems.push(`hole: shard ${shard} has position ${position} as its ${index + 1}.`);
    }
  }
  for (const [shard, last] of ((await store.states?.lastPositions?.()) ?? []).entries()) {
    const versions = (await store.states?.readShards?.([{ shard, position: 0 }], 1_000_000)) ?? [];
    if (versions.length !== last || versions.some(({ position }, index) => position !== index + 1)) {
      problems.push(`hole: the versions of shard ${shard} are not 1 to ${last}.`);
    }
  }
}

function attemptOf(metadata: Uint8Array): number {
  return Number(fromBinary(MetadataSchema, metadata).custom.attempt);
}

function wordsOfEvent({ type, payload }: StoredEvent): string {
  if (payload === null) throw new Error(`${type} has no payload: nothing was to be removed`);
  switch (type) {
    case AccountOpenedSchema.typeName:
      return `opened for ${fromBinary(AccountOpenedSchema, payload).ownerEmail}`;
    case AccountCreditedSchema.typeName:
      return `credited ${fromBinary(AccountCreditedSchema, payload).amountCents}`;
    case AccountDebitedSchema.typeName:
      return `debited ${fromBinary(AccountDebitedSchema, payload).amountCents}`;
    case AccountClosedSchema.typeName:
      return "closed";
    default:
      return `unknown ${type}`;
  }
}

function wordsOfState(state: unknown): string {
  if (!(state instanceof Uint8Array)) return wordsOf(nothing);
  const { title, onHand } = fromBinary(InventoryItemSchema, state);
  return wordsOf({ name: title, amount: onHand, closed: false });
}
