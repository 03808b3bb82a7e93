import { setTimeout as sleep } from "node:timers/promises";
import { Engine, projection, type Store } from "@ego/runtime";
import { Client } from "pg";
import { accountBehavior } from "../examples/bank/src/account.ts";
import { account } from "../examples/bank/src/gen/bank/v1/account_ego.ts";
import { type Place, storeAt } from "./place.ts";

/** Commands per second that are sent. */
const wanted = 1_000;
const entities = 200;

/** How long after its commit an event came to a handler, in milliseconds, while so many commands were stored. */
export interface Delay {
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
}

/** The delay of a projection, whose handler does nothing. */
export async function delayOf(kind: "sqlite" | "postgres", place: Place, seconds: number): Promise<Delay> {
  const delays = new Delays();
  const engine = await Engine.start({
    store: delays.timed(storeAt(kind, place)),
    entities: [account.implement(accountBehavior)],
    projections: [
      projection<typeof account>({
        name: "delays",
        entities: [account],
        handle: async ({ shard, position }) => delays.handled(shard, position),
      }),
    ],
  });
  const perSecond = await load(engine, seconds);
  await using stream = engine.subscribe({ from: "now" });
  await engine.projection("delays").caughtUpTo(await stream.positions());
  stream.close();
  await engine.stop();
  return delays.after(perSecond, seconds);
}

/**
 * The delay of a bare loop on Postgres under the same load: it is woken by each commit, reads what is new by one statement,
 * and moves its offsets in one transaction, with everything that has come meanwhile.
 */
export async function rawDelayOf(place: Place, seconds: number): Promise<Delay> {
  const delays = new Delays();
  const store = delays.timed(storeAt("postgres", place));
  const engine = await Engine.start({ store, entities: [account.implement(accountBehavior)] });
  const client = new Client({ connectionString: place.url });
  await client.connect();
  await client.query(`set search_path to ${place.schema}`);
  await client.query("create table raw_offsets (shard int primary key, position bigint not null)");
  const following = follow(client, delays);
  const perSecond = await load(engine, seconds);
  await engine.stop();
  delays.end();
  await following;
  await client.end();
  return delays.after(perSecond, seconds);
}

async function follow(client: Client, delays: Delays): Promise<void> {
  const positions = new Map<number, number>();
  for (let shards = await delays.next(); shards.length > 0; shards = await delays.next()) {
    const { rows } = await client.query({
      name: "select",
      text: `select e.shard, e.position, e.entity_id, e.payload
               from unnest($1::int[], $2::bigint[]) as known (shard, position)
               join ego_events e on e.shard = known.shard and e.position > known.position
              order by e.shard, e.position`,
      values: [shards, shards.map((shard) => positions.get(shard) ?? 0)],
    });
    await client.query("begin");
    for (const { shard, position } of rows) {
      delays.handled(shard, Number(position));
      positions.set(shard, Number(position));
    }
    await client.query({
      name: "move",
      text: `insert into raw_offsets select * from unnest($1::int[], $2::bigint[])
             on conflict (shard) do update set position = excluded.position`,
      values: [shards, shards.map((shard) => positions.get(shard) ?? 0)],
    });
    await client.query("commit");
  }
}

/** Sends the commands, and answers how many were answered in a second. */
async function load(engine: Engine, seconds: number): Promise<number> {
  const accounts = engine.entity(account);
  await Promise.all(Array.from({ length: entities }, (_, n) => accounts.get(`a-${n}`).openAccount({})));
  const started = performance.now();
  const answers: Promise<unknown>[] = [];
  for (let sent = 0; sent < wanted * seconds; ) {
    const due = Math.min(wanted * seconds, ((performance.now() - started) / 1_000) * wanted);
    for (; sent < due; sent++) answers.push(accounts.get(`a-${sent % entities}`).creditAccount({ amountCents: 1n }));
    await sleep(1);
  }
  await Promise.all(answers);
  return answers.length / ((performance.now() - started) / 1_000);
}

/** Notes when events were stored, and when somebody had them. */
class Delays {
  readonly #committed = new Map<string, number>();
  readonly #delays: number[] = [];
  readonly #shards = new Set<number>();
  #ended = false;
  #wake: (() => void) | undefined;

  /** A store that notes when an append was answered, for each of its events. */
  timed(store: Store): Store {
    const append: Store["events"]["append"] = async (batch) => {
      const results = await store.events.append(batch);
      const now = performance.now();
      for (const [index, result] of results.entries()) {
        const { shard = 0, events = [] } = batch[index] ?? {};
        if (!result.stored) continue;
        this.#shards.add(shard);
        for (let n = 0; n < events.length; n++) this.#committed.set(`${shard}:${result.position - n}`, now);
      }
      this.#wake?.();
      return results;
    };
    const events = new Proxy(store.events, {
      get: (target, name) => (name === "append" ? append : Reflect.get(target, name)),
    });
    return new Proxy(store, { get: (target, name) => (name === "events" ? events : Reflect.get(target, name)) });
  }

  handled(shard: number, position: number): void {
    const at = this.#committed.get(`${shard}:${position}`);
    if (at !== undefined) this.#delays.push(performance.now() - at);
  }

  /** Shards in which something was stored since the last time; waits for some, and gives none at the end. */
  async next(): Promise<readonly number[]> {
    while (this.#shards.size === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const shards = [...this.#shards];
    this.#shards.clear();
    return shards;
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** @throws Error if somebody did not have all of them */
  after(perSecond: number, seconds: number): Delay {
    const delays = this.#delays.toSorted((a, b) => a - b);
    if (delays.length < wanted * seconds) throw new Error(`only ${delays.length} events were handed over`);
    const at = (share: number) => delays[Math.floor(delays.length * share)] ?? Number.NaN;
    return { p50: at(0.5), p99: at(0.99), perSecond };
  }
}
