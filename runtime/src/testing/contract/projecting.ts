import type {
  DeadLetter,
  ProjectionRecord,
  ProjectionStore,
  ProjectionTransaction,
  ProjectionVersion,
} from "../../journal/projection-store.ts";
import type { Bench } from "./bench.ts";
import { ContractError } from "./contract-error.ts";

/** A version of the projection of a case, as it is added. */
export function recordOf({ type }: Bench, fields: Partial<ProjectionRecord> = {}): ProjectionRecord {
  return {
    name: type,
    version: 1,
    role: "live",
    wanted: "running",
    failure: undefined,
    parts: 2,
    begunAt: 1_700_000_000_000,
    ...fields,
  };
}

/** Adds the projection of a case, with 0 as the offset of each of some shards. */
export function added(
  bench: Bench,
  fields: Partial<ProjectionRecord> = {},
  offsets: readonly number[] = [0, 0, 0, 0],
): Promise<ProjectionRecord> {
  return bench.projections.add(recordOf(bench, fields), offsets, undefined);
}

/** The projections of another store on the journal. */
export async function anotherOf(bench: Bench): Promise<ProjectionStore> {
  const { projections } = await bench.another();
  if (projections) return projections;
  throw new ContractError("another store on the journal has no projections", "projections", undefined);
}

/** What a call threw; undefined if it threw nothing. */
export function thrownBy(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (failure: unknown) => failure,
  );
}

/** A letter of a position. */
export function letterOf(
  shard: number,
  position: number,
  fields: Partial<Pick<DeadLetter, "failure" | "attempts">> = {},
): DeadLetter {
  return {
    shard,
    position,
    entityType: "account",
    entityId: `a-${shard}-${position}`,
    revision: position,
    eventType: "bank.v1.Credited",
    failure: "the handler failed",
    attempts: 1,
    failedAt: 1_700_000_000_000 + position,
    ...fields,
  };
}

/** Advances one shard of a version by one event, and buries it: what is written beside the offset. */
export function buryNext(
  projections: ProjectionStore,
  of: ProjectionVersion,
  shard: number,
  from: number,
): Promise<boolean> {
  return projections.advance(of, [{ shard, from, to: from + 1 }], ({ bury }) => bury(letterOf(shard, from + 1)));
}

/**
 * Is at work in a transaction for as long as it takes others to do something beside it. Nothing is waited for: where there
 * is one connection, they have their turn when the transaction is over.
 */
export async function busyIn({ bury }: Pick<ProjectionTransaction, "bury">, letter: DeadLetter): Promise<void> {
  for (let n = 0; n < 30; n++) await bury(letter);
}
