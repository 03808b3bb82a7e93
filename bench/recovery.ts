// npm run bench:recovery [-- --store sqlite --events 10000 --rounds 5]: entities read from their events, beside a bare
// select, decode and fold of the same rows. Writes bench/results/recovery.json and .svg, and the table in
// docs/benchmarks.md, unless only some rows were asked for.
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Append, Engine, type EventStore, type Snapshot, shardOf } from "@ego/runtime";
import { Client } from "pg";
import { accountBehavior } from "../examples/bank/src/account.ts";
import { account } from "../examples/bank/src/gen/bank/v1/account_ego.ts";
import { type Account, AccountCreditedSchema, AccountSchema } from "../examples/bank/src/gen/bank/v1/account_pb.ts";
import { stateHashOf } from "../runtime/src/entity/state-hash.ts";
import { openPlaces, type Place, storeAt } from "./place.ts";
import { writePlot } from "./plot.ts";
import { progressOf, rateOf } from "./progress.ts";
import { median, rounded, run, tableOf, writeResults } from "./results.ts";
import { accountId } from "./scenario.ts";

/** Where the state of an entity comes from. */
interface Source {
  readonly name: string;
  /** What the engine is told about the entity. */
  readonly tuning: Parameters<typeof account.implement>[1];
}

/** All events, from the first on; or the newest snapshot, and those behind it. */
const sources: readonly Source[] = [
  { name: "events", tuning: {} },
  { name: "a snapshot", tuning: { snapshotEvery: 1_000 } },
];
/** Events behind the snapshot: half of `snapshotEvery`, as there are on average. */
const behindSnapshot = 500;

/** Of each entity; and how many entities, one after another, a run reads. */
const sizes = [
  { events: 1, entities: 500 },
  { events: 10_000, entities: 10 },
  { events: 1_000_000, entities: 1 },
];

/** Rows of a page: as many as the engine reads. */
const page = 2_000;
const columns = "revision, event_type, payload";

const { values: options } = parseArgs({
  options: {
    store: { type: "string" },
    events: { type: "string" },
    rounds: { type: "string", default: "5" },
  },
});
const rounds = Number(options.rounds);
const named = (text: string | undefined, value: string | number) =>
  text === undefined || text.split(",").includes(String(value));
const cases = (["sqlite", "postgres"] as const)
  .filter((store) => named(options.store, store))
  .flatMap((store) => sizes.filter(({ events }) => named(options.events, events)).map((size) => ({ store, ...size })));

await using places = await openPlaces(cases.map(({ store }) => store));
const sourcesOf = (events: number) => (events > behindSnapshot ? sources : sources.slice(0, 1));
const progress = progressOf(cases.reduce((sum, { events }) => sum + sourcesOf(events).length, 0));
const rows = [];
for (const { store, events, entities } of cases) {
  const place = places.next();
  await fill(store, place, events, entities);
  for (const source of sourcesOf(events)) {
    progress.begin(`${store}, ${events} events of ${entities} entities, from ${source.name}`);
    const engine: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < rounds; round++) {
      bare.push(await (store === "sqlite" ? bareSqlite : barePostgres)(place, events, entities));
      engine.push(await recover(store, place, events, entities, source));
    }
    const ratio = rounded(median(bare.map((ms, round) => ms / (engine[round] ?? Number.NaN))), 3);
    rows.push({
      store,
      from: source.name,
      events,
      entities,
      msPerEntity: rounded(median(engine) / entities, 3),
      eventsPerSecond: Math.round((events * entities * 1_000) / median(engine)),
      bareEventsPerSecond: Math.round((events * entities * 1_000) / median(bare)),
      ratio,
    });
    progress.end(`${rateOf((events * entities * 1_000) / median(engine))} events/s, ${ratio.toFixed(2)} of bare`);
  }
}

const markdown = tableOf(
  ["store", "from", "events of an entity", "ms per entity", "events/s", "bare events/s", "ratio"],
  rows.map((row) => [
    row.store,
    row.from,
    row.events,
    row.msPerEntity,
    row.eventsPerSecond,
    row.bareEventsPerSecond,
    row.ratio.toFixed(2),
  ]),
);
if (cases.length < 2 * sizes.length) console.log(markdown.join("\n"));
else {
  const plot = writePlot("recovery", {
    title: "Recovery of an entity beside a bare select, decode and fold",
    unit: "events per second",
    series: ["engine", "bare"],
    groups: rows.map((row) => ({
      label: `${row.store}, ${row.events.toLocaleString("en")}, ${row.from}`,
      values: [row.eventsPerSecond, row.bareEventsPerSecond],
    })),
  });
  writeResults(
    "recovery",
    { ...run(), rounds, rows },
    [plot, "", ...markdown],
    `; medians of ${rounds} interleaved runs`,
  );
}

/** Stores the events of each entity, past the engine. */
async function fill(kind: "sqlite" | "postgres", place: Place, events: number, entities: number): Promise<void> {
  const store = storeAt(kind, place);
  await store.open?.([account.table]);
  for (let index = 0; index < entities; index++) {
    await fillOne(store.events, accountId(index), events);
    if (events > behindSnapshot) await store.snapshots?.save([snapshotOf(accountId(index), events - behindSnapshot)]);
  }
  await store.close?.();
}

function snapshotOf(entityId: string, revision: number): Snapshot {
  const state = create(AccountSchema, { accountId: entityId, balanceCents: BigInt(revision) });
  const payload = toBinary(AccountSchema, state);
  const schemaHash = stateHashOf(AccountSchema, 1);
  return { entityType: account.table.name, entityId, revision, schemaHash, payload, recordedAt: Date.now() };
}

async function fillOne(journal: EventStore, entityId: string, events: number): Promise<void> {
  const payload = toBinary(
    AccountCreditedSchema,
    create(AccountCreditedSchema, { accountId: entityId, amountCents: 1n }),
  );
  const shard = shardOf(account.table.name, entityId, journal.shardCount);
  const atOnce = 10_000;
  for (let from = 0; from < events; from += atOnce) {
    const batch = Array.from({ length: Math.min(atOnce, events - from) }, (_, index): Append => {
      return {
        entityType: account.table.name,
        entityId,
        shard,
        expectedRevision: from + index,
        events: [{ type: AccountCreditedSchema.typeName, payload }],
        metadata: new Uint8Array(0),
        commandId: crypto.randomUUID(),
        recordedAt: Date.now(),
      };
    });
    await journal.append(batch);
  }
}

/** Milliseconds in which an engine that was just started reads the entities, one after another. */
async function recover(
  kind: "sqlite" | "postgres",
  place: Place,
  events: number,
  entities: number,
  { tuning }: Source,
): Promise<number> {
  await using engine = await Engine.start({
    store: storeAt(kind, place),
    entities: [account.implement(accountBehavior, tuning)],
  });
  // The connection is made, and the code compiled, before anything is measured.
  await engine.state(account, "nobody");
  const started = performance.now();
  for (let index = 0; index < entities; index++) {
    const { state, revision } = await engine.state(account, accountId(index));
    check(state, revision, events);
  }
  return performance.now() - started;
}

type Columns = { readonly revision: number | string; readonly payload: Uint8Array };

async function bareSqlite({ filename }: Place, events: number, entities: number): Promise<number> {
  const db = new DatabaseSync(filename);
  const type = typeOf(db.prepare("select id from ego_types where name = ?").get(account.table.name));
  const select = db.prepare(
    `select ${columns} from ego_events where entity_id = ? and entity_type = ? and revision > ? order by revision limit ${page}`,
  );
  const ms = await bare(events, entities, async (id, after) => select.all(id, type, after) as unknown as Columns[]);
  db.close();
  return ms;
}

async function barePostgres({ url, schema }: Place, events: number, entities: number): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(`select id from ${schema}.ego_types where name = $1`, [account.table.name]);
  const type = typeOf(rows[0]);
  const text = `select ${columns} from ${schema}.ego_events where entity_id = $1 and entity_type = $2 and revision > $3 order by revision limit ${page}`;
  const ms = await bare(events, entities, async (id, after) => {
    const { rows } = await client.query({ name: "bare", text, values: [id, type, after] });
    return rows as Columns[];
  });
  await client.end();
  return ms;
}

function typeOf(row: unknown): number {
  return Number((row as { readonly id: number }).id);
}

async function bare(
  events: number,
  entities: number,
  read: (id: string, after: number) => Promise<readonly Columns[]>,
): Promise<number> {
  await read("nobody", 0);
  const started = performance.now();
  for (let index = 0; index < entities; index++) {
    const state = create(AccountSchema, { accountId: accountId(index) });
    let revision = 0;
    for (;;) {
      const rows = await read(accountId(index), revision);
      for (const row of rows) {
        accountBehavior.events.accountCredited(fromBinary(AccountCreditedSchema, row.payload), state);
        revision = Number(row.revision);
      }
      if (rows.length < page) break;
    }
    check(state, revision, events);
  }
  return performance.now() - started;
}

function check({ balanceCents }: Account, revision: number, events: number): void {
  if (revision === events && balanceCents === BigInt(events)) return;
  throw new Error(`an entity of ${events} events was read at revision ${revision} with ${balanceCents}`);
}
