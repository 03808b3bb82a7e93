import type { EntityTable } from "../codegen/entity.ts";
import type { EventStore } from "../journal/event-store.ts";
import type { ProjectionStore } from "../journal/projection-store.ts";
import { stateShards } from "../journal/state-shards.ts";
import type { StateStore } from "../journal/state-store.ts";
import type { AuditReport, Violation } from "./audit-finding.ts";
import { auditProjections, progressOf } from "./audit-projections.ts";
import { auditShard } from "./audit-shard.ts";
import { auditVersions } from "./audit-versions.ts";
import { TypeTally } from "./type-tally.ts";
import { missingLock } from "./violations.ts";

/** How far an audit is. */
export interface AuditProgress {
  /** Shards that are done. */
  readonly shard: number;
  readonly shards: number;
  /** Events so far. */
  readonly events: number;
}

/** What an audit gives while it runs. */
export type AuditStep =
  | { readonly kind: "progress"; readonly progress: AuditProgress }
  | { readonly kind: "violation"; readonly violation: Violation };

/** What else an audit looks at. */
export interface AuditOptions {
  /** The entities whose types are known; undefined if nobody says which there are. */
  readonly tables?: readonly EntityTable[] | undefined;
  /** Whose offsets are looked at. */
  readonly projections?: ProjectionStore | undefined;
  /** Durable states, the places of whose versions are looked at. */
  readonly states?: StateStore | undefined;
}

/**
 * Looks whether a whole journal is as it has to be, shard by shard and page by page: positions of a shard and revisions of
 * an entity dense from 1 on and in one order, each event in the shard of its entity, no command twice, all lock rows
 * there; positions of versions of durable states dense too; no projection further than the journal. Engines may write
 * meanwhile.
 *
 * In memory is what one shard needs: some 170 bytes for each of its entities, and up to 32 for each of their commands.
 *
 * @throws EgoError as the store does where it cannot be reached
 */
export async function* auditJournal(
  events: EventStore,
  { tables, projections, states }: AuditOptions = {},
): AsyncGenerator<AuditStep, AuditReport> {
  const { shardCount: shards } = events;
  const types = tables && new TypeTally(tables);
  const heads: number[] = [];
  // Before the events: engines go on meanwhile, and none is further now than what is found then.
  const progress = projections && (await progressOf(projections));
  let [eventCount, entityCount, violations] = [0, 0, 0];

  for (const shard of (await events.missingLocks?.()) ?? []) {
    violations++;
    yield { kind: "violation", violation: missingLock(shard) };
  }
  for (let shard = 0; shard < shards; shard++) {
    const audit = auditShard(events, shard, (event) => types?.take(event));
    let step = await audit.next();
    for (; !step.done; step = await audit.next()) {
      const { value } = step;
      if (value.kind === "violation") {
        violations++;
        yield value;
      } else {
        yield { kind: "progress", progress: { shard, shards, events: eventCount + value.events } };
      }
    }
    const { events: count, entities, head } = step.value;
    eventCount += count;
    entityCount += entities;
    heads.push(head);
    yield { kind: "progress", progress: { shard: shard + 1, shards, events: eventCount } };
  }
  const versions = stateShards(states, shards);
  const audited = versions && (await auditVersions(versions, shards));
  for (const shard of (await states?.missingLocks?.()) ?? []) {
    violations++;
    yield { kind: "violation", violation: missingLock(shards + shard) };
  }
  for (const violation of audited?.violations ?? []) {
    violations++;
    yield { kind: "violation", violation };
  }
  const ends = { events: heads, versions: audited?.heads ?? [] };
  for (const violation of (projections && progress && (await auditProjections(projections, progress, ends))) ?? []) {
    violations++;
    yield { kind: "violation", violation };
  }
  return { shards, events: eventCount, entities: entityCount, violations, unknownTypes: types?.unknown(), heads };
}
