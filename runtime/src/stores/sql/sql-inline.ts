import type { Kysely, Transaction } from "kysely";
import type { Append, AppendResult, ShardPosition } from "../../journal/event-store.ts";
import type { JournalEvent } from "../../journal/journal-cursor.ts";
import type { InlineAppended, InlineProjection, ProjectionVersion } from "../../journal/projection-store.ts";
import { prepareRows } from "../../tables/writer.ts";
import type { JournalDatabase } from "./schema.ts";
import type { FailureKind } from "./sql-journal.ts";
import { type Attempt, declined, type ProjectIn, projectingIn } from "./sql-projecting.ts";
import { plainBytes, plainText } from "./sql-values.ts";

/** So many events that it missed in a shard a version is given in the transaction of an append, and no more. */
export const maxMissed = 1_000;

/** What a handler threw in the transaction of an append: nothing that the database did. */
export class InlineFailure extends Error {
  constructor(cause: unknown) {
    super("a projection failed in the transaction of an append", { cause });
  }
}

/**
 * Projects what was stored in a transaction, which holds the locks of its shards. Called once in each try.
 *
 * @throws InlineFailure what a handler threw; else a failure of the database, as the driver throws it
 */
export type ProjectInline = (trx: Transaction<JournalDatabase>, stored: readonly JournalEvent[]) => Promise<void>;

/** Projects the tries of a batch, of which one is committed, if any. */
export interface InlineTries {
  readonly project: ProjectInline;
  /** What became of the batch, when that is known. */
  appended(results: readonly AppendResult[]): InlineAppended;
}

/** Makes what projects a batch inline. */
export async function projectingInline(
  db: Kysely<JournalDatabase>,
  kindOf: (failure: unknown) => FailureKind | undefined,
  inline: readonly InlineProjection[],
): Promise<InlineTries> {
  await prepareRows(db);
  /** Of the last try: what is stored was stored by that. */
  let projected: ProjectionVersion[] = [];

  async function project(
    projectIn: ProjectIn,
    trx: Transaction<JournalDatabase>,
    { name, version, project: handle }: InlineProjection,
    byShard: ReadonlyMap<number, readonly JournalEvent[]>,
  ): Promise<boolean> {
    const attempt: Attempt = { working: false };
    let events: readonly JournalEvent[] = [];
    const projecting = {
      of: { name, version },
      shards: [...byShard.keys()],
      plan: async (own: Transaction<JournalDatabase>, positions: ReadonlyMap<number, number>) => {
        const found = await toBeDone(own, byShard, positions);
        ({ events } = found);
        return found.moves;
      },
      work: (transaction: Parameters<InlineProjection["project"]>[1]) =>
        events.length === 0 ? Promise.resolve() : handle(events, transaction),
    };
    try {
      await projectIn(trx, projecting, attempt);
      return events.length > 0;
    } catch (failure) {
      if (failure === declined) return false;
      if (attempt.ended) throw attempt.ended.failure;
      throw attempt.thrown?.failure === failure ? new InlineFailure(failure) : failure;
    }
  }

  return {
    async project(trx, stored) {
      projected = [];
      const byShard = Map.groupBy(
        stored.toSorted((a, b) => a.shard - b.shard || a.position - b.position),
        ({ shard }) => shard,
      );
      const projectIn = projectingIn(trx, kindOf);
      for (const one of inline) {
        if (await project(projectIn, trx, one, byShard)) projected.push({ name: one.name, version: one.version });
      }
    },
    appended(results) {
      // An append without events is stored at 0, in no transaction.
      const isCommitted = results.some((result) => result.stored && result.position > 0);
      return { results, projected: isCommitted ? projected : [] };
    },
  };
}

/** The events of a batch that were stored. */
export function storedOf(batch: readonly Append[], results: readonly AppendResult[]): readonly JournalEvent[] {
  return batch.flatMap((append, index) => {
    const result = results[index];
    if (!result?.stored) return [];
    const { shard, entityType, entityId, expectedRevision, events, metadata, recordedAt, commandId } = append;
    const before = result.position - events.length;
    return events.map(({ type, payload }, at) => ({
      shard,
      position: before + at + 1,
      entityType,
      entityId,
      revision: expectedRevision + at + 1,
      type,
      payload,
      metadata,
      recordedAt,
      commandId,
    }));
  });
}

/** What a version has to do in shards, of which events were stored just now, and where its offsets are then. */
async function toBeDone(
  trx: Transaction<JournalDatabase>,
  byShard: ReadonlyMap<number, readonly JournalEvent[]>,
  positions: ReadonlyMap<number, number>,
): Promise<{ readonly events: readonly JournalEvent[]; readonly moves: readonly ShardPosition[] }> {
  const events: JournalEvent[] = [];
  const moves: ShardPosition[] = [];
  for (const [shard, stored] of byShard) {
    const offset = positions.get(shard) ?? 0;
    const before = (stored[0] as JournalEvent).position - 1;
    const missed = before - offset;
    if (missed < 0 || missed > maxMissed) {
      // Too much for those who wait for the append: it is read on by its runner, which also finds what cannot be.
      moves.push({ shard, position: offset });
      continue;
    }
    if (missed > 0) events.push(...(await eventsBetween(trx, shard, offset, before)));
    events.push(...stored);
    moves.push({ shard, position: before + stored.length });
  }
  return { events, moves };
}

/** The events of a shard behind one position, up to another. */
async function eventsBetween(
  trx: Transaction<JournalDatabase>,
  shard: number,
  after: number,
  to: number,
): Promise<readonly JournalEvent[]> {
  const rows = await trx
    .selectFrom("ego_events as e")
    .innerJoin("ego_types as of", "of.id", "e.entity_type")
    .innerJoin("ego_types as what", "what.id", "e.event_type")
    .select(["e.position", "of.name as entity", "e.entity_id", "e.revision", "what.name as type", "e.payload"])
    .select(["e.metadata", "e.recorded_at"])
    .select((eb) => {
      // It is with the first event of a command only, of which this may be another one.
      const first = eb
        .selectFrom("ego_events as c")
        .select("c.command_id")
        .whereRef("c.entity_id", "=", "e.entity_id")
        .whereRef("c.entity_type", "=", "e.entity_type")
        .whereRef("c.revision", "<", "e.revision")
        .where("c.command_id", "is not", null)
        .orderBy("c.revision", "desc")
        .limit(1);
      return eb.fn.coalesce("e.command_id", first).as("command_id");
    })
    .where("e.shard", "=", shard)
    .where("e.position", ">", after)
    .where("e.position", "<=", to)
    .orderBy("e.position")
    .execute();
  return rows.map((row) => ({
    shard,
    position: Number(row.position),
    entityType: plainText(row.entity),
    entityId: plainText(row.entity_id),
    revision: Number(row.revision),
    type: plainText(row.type),
    payload: row.payload === null ? null : plainBytes(row.payload),
    metadata: plainBytes(row.metadata),
    recordedAt: Number(row.recorded_at),
    commandId: plainText(row.command_id),
  }));
}
