import { DatabaseSync } from "node:sqlite";
import { fromBinary } from "@bufbuild/protobuf";
import { Engine } from "@ego/runtime";
import { Client } from "pg";
import { accountBehavior } from "../examples/bank/src/account.ts";
import { balancesProjection } from "../examples/bank/src/balances.ts";
import { account, balances } from "../examples/bank/src/gen/bank/v1/account_ego.ts";
import { AccountCreditedSchema } from "../examples/bank/src/gen/bank/v1/account_pb.ts";
import type { FilledJournal } from "./journal-fill.ts";
import { storeAt } from "./place.ts";

/** Events in one transaction, of both. */
const batchSize = 500;

/** Projects a filled journal into `balances`, and answers the seconds that it took from the start of the engine. */
export async function projectWithEngine(journal: FilledJournal): Promise<number> {
  const started = performance.now();
  const engine = await Engine.start({
    store: storeAt(journal.store, journal.place),
    entities: [account.implement(accountBehavior)],
    projections: [balances.implement(balancesProjection, { batchSize })],
  });
  await using stream = engine.subscribe({ from: "now" });
  await engine.projection(balances).caughtUpTo(await stream.positions(), { timeoutMs: 3_600_000 });
  const seconds = (performance.now() - started) / 1_000;
  stream.close();
  await engine.stop();
  await check(journal, "balances");
  return seconds;
}

/** Does the same by a bare loop: selects, decodes, upserts one row for each event, and moves an offset, in the same batches. */
export async function projectBare(journal: FilledJournal): Promise<number> {
  const seconds = await (journal.store === "sqlite" ? bareSqlite(journal) : barePostgres(journal));
  await check(journal, "raw_balances");
  return seconds;
}

async function bareSqlite({ place, shards }: FilledJournal): Promise<number> {
  const db = new DatabaseSync(place.filename);
  db.exec("pragma journal_mode = wal; pragma synchronous = full");
  db.exec(
    "create table raw_balances (account_id text primary key, owner_email text not null default '', balance_cents bigint not null default 0, closed int not null default 0)",
  );
  db.exec("create index raw_balances_cents on raw_balances (balance_cents)");
  db.exec("create table raw_offsets (shard int primary key, position int not null)");
  const select = db.prepare(
    "select position, entity_id, payload from ego_events where shard = ? and position > ? order by position limit ?",
  );
  const upsert = db.prepare(
    "insert into raw_balances (account_id, balance_cents) values (?, ?) on conflict (account_id) do update set balance_cents = raw_balances.balance_cents + excluded.balance_cents",
  );
  const move = db.prepare(
    "insert into raw_offsets values (?, ?) on conflict (shard) do update set position = excluded.position",
  );
  const started = performance.now();
  for (let shard = 0; shard < shards; shard++) {
    for (let after = 0; ; ) {
      const rows = select.all(shard, after, batchSize);
      if (rows.length === 0) break;
      db.exec("begin immediate");
      for (const row of rows) {
        const { accountId, amountCents } = fromBinary(AccountCreditedSchema, row.payload as Uint8Array);
        upsert.run(accountId, amountCents);
      }
      after = Number(rows.at(-1)?.position);
      move.run(shard, after);
      db.exec("commit");
    }
  }
  const seconds = (performance.now() - started) / 1_000;
  db.close();
  return seconds;
}

async function barePostgres({ place: { url, schema }, shards }: FilledJournal): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`set search_path to ${schema}`);
  await client.query(
    "create table raw_balances (account_id text primary key, owner_email text not null default '', balance_cents bigint not null default 0, closed int not null default 0)",
  );
  await client.query("create index on raw_balances (balance_cents)");
  await client.query("create table raw_offsets (shard int primary key, position bigint not null)");
  const started = performance.now();
  for (let shard = 0; shard < shards; shard++) {
    for (let after = 0; ; ) {
      const { rows } = await client.query({
        name: "select",
        text: "select position, entity_id, payload from ego_events where shard = $1 and position > $2 order by position limit $3",
        values: [shard, after, batchSize],
      });
      if (rows.length === 0) break;
      await client.query("begin");
      for (const row of rows) {
        const { accountId, amountCents } = fromBinary(AccountCreditedSchema, row.payload);
        await client.query({
          name: "upsert",
          text: "insert into raw_balances as old (account_id, balance_cents) values ($1, $2) on conflict (account_id) do update set balance_cents = old.balance_cents + excluded.balance_cents",
          values: [accountId, amountCents],
        });
      }
      after = Number(rows.at(-1).position);
      await client.query({
        name: "move",
        text: "insert into raw_offsets values ($1, $2) on conflict (shard) do update set position = excluded.position",
        values: [shard, after],
      });
      await client.query("commit");
    }
  }
  const seconds = (performance.now() - started) / 1_000;
  await client.end();
  return seconds;
}

/** @throws Error if the table does not have each event once */
async function check({ store, place, entities, eventsEach }: FilledJournal, table: string): Promise<void> {
  const wrong = `select count(*) as n, sum(case when balance_cents = ${eventsEach} then 0 else 1 end) as wrong from`;
  let found: { n: unknown; wrong: unknown };
  if (store === "sqlite") {
    const db = new DatabaseSync(place.filename, { readOnly: true });
    found = db.prepare(`${wrong} ${table}`).get() as typeof found;
    db.close();
  } else {
    const client = new Client({ connectionString: place.url });
    await client.connect();
    found = (await client.query(`${wrong} ${place.schema}.${table}`)).rows[0];
    await client.end();
  }
  if (Number(found.n) !== entities || Number(found.wrong) !== 0) {
    throw new Error(`${table} has ${found.n} rows, ${found.wrong} of them wrong, for ${entities} entities`);
  }
}
