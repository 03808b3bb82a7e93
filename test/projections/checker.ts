// Compares the read model with the journal, with SQL of its own: nothing of ego but the generated messages is in here.
import { fromBinary } from "@bufbuild/protobuf";
import {
  AccountClosedSchema,
  AccountCreditedSchema,
  AccountDebitedSchema,
  AccountOpenedSchema,
} from "../../examples/bank/src/gen/bank/v1/account_pb.ts";
import type { Connection, Row } from "./query.ts";

/** What can be wrong. */
export type ProblemKind = "missing" | "less" | "more" | "else" | "surplus" | "offset" | "letter" | "stopped";

/** What the checker found. */
export interface Verdict {
  readonly events: number;
  readonly rows: number;
  /** How many problems of each kind. */
  readonly problems: Readonly<Partial<Record<ProblemKind, number>>>;
  /** The first few, in words. */
  readonly examples: readonly string[];
}

interface Balance {
  ownerEmail: string;
  cents: bigint;
  closed: boolean;
}

/** Folds all events, and compares what comes out with the rows of `balances`, and the offsets with the heads. */
export async function check({ query }: Connection): Promise<Verdict> {
  const problems: { readonly kind: ProblemKind; readonly what: string }[] = [];
  const note = (kind: ProblemKind, what: string) => problems.push({ kind, what });
  const events = await query(
    `select e.entity_id, e.payload, t.name as type
     from ego_events e join ego_types t on t.id = e.event_type order by e.entity_id, e.revision`,
  );
  const expected = new Map<string, Balance>();
  for (const event of events) {
    const id = String(event.entity_id);
    const balance = expected.get(id) ?? { ownerEmail: "", cents: 0n, closed: false };
    expected.set(id, balance);
    apply(balance, event);
  }

  const rows = await query("select * from balances");
  for (const row of rows) {
    const id = String(row.account_id);
    const balance = expected.get(id);
    if (!balance) {
      note("surplus", `${id} has a row, and no event`);
      continue;
    }
    expected.delete(id);
    const cents = BigInt(row.balance_cents as string | number);
    if (cents !== balance.cents) {
      note(cents < balance.cents ? "less" : "more", `${id} has ${cents} instead of ${balance.cents}`);
    }
    const other = { ownerEmail: row.owner_email, closed: Boolean(row.closed) };
    if (other.ownerEmail !== balance.ownerEmail || other.closed !== balance.closed) {
      note("else", `${id} is ${JSON.stringify(other)}`);
    }
  }
  for (const id of expected.keys()) note("missing", `${id} has events, and no row`);

  const heads = await query("select shard, max(position) as position from ego_events group by shard");
  const positions = new Map(heads.map(({ shard, position }) => [Number(shard), Number(position)]));
  for (const { shard, position } of await query(
    "select o.shard, o.position from ego_offsets o join ego_projections p on p.name = o.projection and p.version = o.version where p.role = 'live'",
  )) {
    const head = positions.get(Number(shard)) ?? 0;
    if (Number(position) !== head) note("offset", `of shard ${shard}, ${position}, is not its end, ${head}`);
  }
  for (const { entity_id, failure } of await query("select entity_id, failure from ego_dead_letters")) {
    note("letter", `of ${entity_id}: ${failure}`);
  }
  for (const { failure } of await query("select failure from ego_projections where failure is not null")) {
    note("stopped", String(failure));
  }
  return {
    events: events.length,
    rows: rows.length,
    problems: Object.fromEntries(
      [...Map.groupBy(problems, ({ kind }) => kind)].map(([kind, found]) => [kind, found.length]),
    ),
    examples: problems.slice(0, 20).map(({ kind, what }) => `${kind}: ${what}`),
  };
}

function apply(balance: Balance, { type, payload }: Row): void {
  const bytes = payload as Uint8Array;
  switch (type) {
    case AccountOpenedSchema.typeName:
      balance.ownerEmail = fromBinary(AccountOpenedSchema, bytes).ownerEmail;
      return;
    case AccountCreditedSchema.typeName:
      balance.cents += fromBinary(AccountCreditedSchema, bytes).amountCents;
      return;
    case AccountDebitedSchema.typeName:
      balance.cents -= fromBinary(AccountDebitedSchema, bytes).amountCents;
      return;
    case AccountClosedSchema.typeName:
      balance.closed = true;
      return;
    default:
      throw new Error(`${type} is no event of an account`);
  }
}
