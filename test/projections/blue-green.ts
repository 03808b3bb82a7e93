import { DatabaseSync } from "node:sqlite";
import { Engine, type ProjectionRole } from "@ego/runtime";
import { Client } from "pg";
import { type FilledJournal, filledEntity, fillJournal } from "../../bench/journal-fill.ts";
import { type Place, storeAt } from "../../bench/place.ts";
import { accountBehavior } from "../../examples/bank/src/account.ts";
import { balancesProjection } from "../../examples/bank/src/balances.ts";
import { account, balances } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { random } from "../torture/random.ts";

/** What is to be done. */
export interface BlueGreenOptions {
  readonly store: "sqlite" | "postgres";
  readonly place: Place;
  /** Events that are there before the first command, about. */
  readonly events: number;
  readonly onStep?: (step: string) => void;
}

/** What was done, and what was wrong. */
export interface BlueGreenResult {
  readonly events: number;
  /** Commands that were answered meanwhile. */
  readonly commands: number;
  /** Rows that were asked for, and given. */
  readonly answers: number;
  /** What each step took, in seconds. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

/** Queries at a time: one statement. */
const rowsAtOnce = 16;
const writers = 4;
/** The longest time for a version to catch up. */
const timeoutMs = 3_600_000;

/**
 * Builds a read model beside the live one, promotes it, goes back, and promotes it again, while commands are carried out
 * and rows are asked for all the time by somebody else.
 */
export async function blueGreen({ store, place, events: about, onStep }: BlueGreenOptions): Promise<BlueGreenResult> {
  const journal = await fillJournal(store, place, about);
  const expected = new Sums(journal);
  await using engine = await Engine.start({
    store: storeAt(store, place),
    entities: [account.implement(accountBehavior)],
    projections: [balances.implement(balancesProjection)],
  });
  await caughtUp(engine);
  const ref = engine.projection(balances);
  await using rows = await openRows(store, place);
  const problems: string[] = [];
  const seconds: Record<string, number> = {};
  const querier = new Querier(rows, expected, problems);

  let stopped = false;
  let commands = 0;
  const writing = Array.from({ length: writers }, async (_, writer) => {
    for (let n = 0; !stopped; n++) {
      // An account for each writer alone: what was stored in which order is known.
      const index = (random(writer, n) % Math.floor(journal.entities / writers)) * writers + writer;
      const cents = expected.next(index);
      await engine.entity(account).get(filledEntity(journal, index).id).creditAccount({ amountCents: cents });
      commands++;
    }
  });
  const querying = querier.run(() => stopped);

  async function step(name: string, run: () => Promise<unknown>, swaps = false): Promise<void> {
    onStep?.(name);
    const started = performance.now();
    const answersBefore = querier.answers;
    querier.mayGoBack = swaps;
    await run();
    // What was asked before the step ended has been answered.
    await querier.answered();
    querier.mayGoBack = false;
    seconds[name] = Number(((performance.now() - started) / 1_000).toFixed(2));
    if (querier.answers === answersBefore) problems.push(`${name}: nobody asked meanwhile`);
  }
  async function roles(...wanted: readonly ProjectionRole[]): Promise<void> {
    const found = (await ref.versions()).map(({ role }) => role);
    if (found.join() !== wanted.join()) problems.push(`the versions are ${found.join()} instead of ${wanted.join()}`);
  }
  try {
    await step("build", () => ref.build());
    await roles("live", "building");
    await step("promote", () => ref.promote({ timeoutMs }), true);
    await roles("previous", "live");
    await step("rollback", () => ref.rollback({ timeoutMs }), true);
    await roles("live", "previous");
    await step("promote again", () => ref.promote({ timeoutMs }), true);
    await roles("previous", "live");
  } finally {
    stopped = true;
    await Promise.all([...writing, querying]);
  }

  await caughtUp(engine);
  // The one that was live goes on as well.
  while ((await ref.versions()).some(({ lag }) => lag.events > 0)) await new Promise(setImmediate);
  for (const table of ["balances", "balances__v1"]) problems.push(...(await expected.check(rows, table)));
  await ref.discard();
  await roles("live");
  if (await rows.has("balances__v1")) problems.push("the table of the old version is still there");
  problems.push(...(await expected.check(rows, "balances")));
  return { events: journal.events, commands, answers: querier.answers, seconds, problems: problems.slice(0, 20) };
}

async function caughtUp(engine: Engine): Promise<void> {
  await using stream = engine.subscribe({ from: "now" });
  await engine.projection(balances).caughtUpTo(await stream.positions(), { timeoutMs });
}

/** What the balance of each account was behind each of its events. */
class Sums {
  readonly #journal: FilledJournal;
  /** By account, the balance behind each command of this run. Before them, each event was one cent. */
  readonly #behind = new Map<string, bigint[]>();

  constructor(journal: FilledJournal) {
    this.#journal = journal;
  }

  get accounts(): number {
    return this.#journal.entities;
  }

  idOf(index: number): string {
    return filledEntity(this.#journal, index).id;
  }

  /** The cents of the next command to an account: no two sums of events are the same, but by their order. */
  next(index: number): bigint {
    const id = this.idOf(index);
    const sums = this.#behind.get(id) ?? [];
    this.#behind.set(id, sums);
    const cents = BigInt(1_000 + sums.length);
    sums.push(this.last(id) + cents);
    return cents;
  }

  /** Whether a balance is that behind one of the account's first events. */
  isPrefix(id: string, cents: bigint): boolean {
    const filled = BigInt(this.#journal.eventsEach);
    return (cents >= 1n && cents <= filled) || (this.#behind.get(id)?.includes(cents) ?? false);
  }

  last(id: string): bigint {
    return this.#behind.get(id)?.at(-1) ?? BigInt(this.#journal.eventsEach);
  }

  /** What is wrong with a table that has caught up. */
  async check(rows: Rows, table: string): Promise<readonly string[]> {
    const found = await rows.all(table);
    const wrong = [...found].filter(([id, cents]) => cents !== this.last(id));
    const problems = wrong.map(([id, cents]) => `${table}: ${id} has ${cents} instead of ${this.last(id)}`);
    if (found.size !== this.accounts) problems.push(`${table}: ${found.size} rows instead of ${this.accounts}`);
    return problems;
  }
}

/** Asks for rows on and on, and looks at each of them. */
class Querier {
  answers = 0;
  /** Whether tables are being exchanged: what is in flight in one may be done in the other. */
  mayGoBack = false;
  readonly #rows: Rows;
  readonly #expected: Sums;
  readonly #problems: string[];
  readonly #last = new Map<string, bigint>();
  #waiters: (() => void)[] = [];

  constructor(rows: Rows, expected: Sums, problems: string[]) {
    this.#rows = rows;
    this.#expected = expected;
    this.#problems = problems;
  }

  async run(isOver: () => boolean): Promise<void> {
    for (let turn = 0; !isOver(); turn++) {
      const waiters = this.#waiters;
      this.#waiters = [];
      const ids = Array.from({ length: rowsAtOnce }, (_, n) =>
        this.#expected.idOf(random(turn, n) % this.#expected.accounts),
      );
      try {
        const found = await this.#rows.of([...new Set(ids)]);
        for (const id of ids) this.#look(id, found.get(id));
      } catch (failure) {
        this.#problems.push(`a query failed: ${failure}`);
      }
      for (const resolve of waiters) resolve();
      await new Promise(setImmediate);
    }
    for (const resolve of this.#waiters) resolve();
  }

  /** Resolves when a query that begins after this call has been answered. */
  answered(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  #look(id: string, cents: bigint | undefined): void {
    this.answers++;
    if (cents === undefined) {
      this.#problems.push(`${id} has no row any more`);
      return;
    }
    if (!this.#expected.isPrefix(id, cents)) this.#problems.push(`${id} has ${cents}, which it never had`);
    const before = this.#last.get(id) ?? 0n;
    if (cents < before && !this.mayGoBack) this.#problems.push(`${id} went back from ${before} to ${cents}`);
    this.#last.set(id, cents);
  }
}

/** Rows of the read model, by a connection that knows nothing of ego. */
interface Rows extends AsyncDisposable {
  /** Balances by account. */
  of(ids: readonly string[]): Promise<ReadonlyMap<string, bigint>>;
  all(table: string): Promise<ReadonlyMap<string, bigint>>;
  has(table: string): Promise<boolean>;
}

async function openRows(store: "sqlite" | "postgres", { filename, url, schema }: Place): Promise<Rows> {
  const balancesOf = (found: readonly Readonly<Record<string, unknown>>[]) =>
    new Map(found.map((row) => [String(row.account_id), BigInt(row.balance_cents as string | number)]));
  if (store === "sqlite") {
    const database = new DatabaseSync(filename, { readOnly: true, timeout: 30_000 });
    // Prepared once, as a program does that knows nothing of what happens to the table.
    const find = database.prepare(
      "select account_id, balance_cents from balances where account_id in (select value from json_each(?))",
    );
    return {
      of: async (ids) => balancesOf(find.all(JSON.stringify(ids))),
      all: async (table) => balancesOf(database.prepare(`select account_id, balance_cents from ${table}`).all()),
      has: async (table) => database.prepare("select 1 from sqlite_schema where name = ?").get(table) !== undefined,
      [Symbol.asyncDispose]: async () => database.close(),
    };
  }
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`set search_path to ${schema}`);
  const text = "select account_id, balance_cents from balances where account_id = any ($1)";
  return {
    of: async (ids) => balancesOf((await client.query({ name: "find", text, values: [ids] })).rows),
    all: async (table) => balancesOf((await client.query(`select account_id, balance_cents from ${table}`)).rows),
    has: async (table) => (await client.query("select to_regclass($1) as found", [table])).rows[0].found !== null,
    [Symbol.asyncDispose]: () => client.end(),
  };
}
