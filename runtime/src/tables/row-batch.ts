import type { DatabaseConnection } from "kysely";
import type { RowBatch } from "../codegen/projected-rows.ts";
import type { AnyDatabase } from "./dialects/dialect.ts";
import type { RowStatement, RowWrite, RowWrites } from "./row-writes.ts";
import { rowsTogether } from "./rows-together.ts";
import type { TableSession } from "./table-session.ts";
import type { SqlValue } from "./table-shape.ts";
import { isPrepared, prepareRows } from "./writer.ts";

/** Statements in an order, each with its parameters. */
export interface StatementList {
  /** Their texts, each once. */
  readonly texts: readonly string[];
  /** How many parameters each of the texts has. */
  readonly counts: readonly number[];
  /**
   * For each text, one that does the same for `rowsTogether` statements in a row, all or none of them, with the parameters of
   * one behind those of the other; each then changes one row.
   */
  readonly together: readonly (string | undefined)[];
  /** For each statement, the place of its text. */
  readonly steps: readonly number[];
  /** The parameters of one statement behind those of the other. */
  readonly values: readonly SqlValue[];
}

/** What came of statements: of all, or of those before one that failed. */
export interface StatementsDone {
  /** How many rows each of them changed. */
  readonly changes: ArrayLike<number>;
  /** What the next one failed with, as its driver throws it. */
  readonly failed: { readonly failure: unknown } | undefined;
}

/** A connection that runs many statements in one go. */
export interface ManyConnection extends DatabaseConnection {
  /** Runs statements one after the other, until one fails; in a transaction. */
  runMany(list: StatementList): Promise<StatementsDone>;
}

/** An adapter of Kysely, which a Kysely shares with its transactions, may say that their connections are such. */
export interface ManyAdapter {
  readonly runsMany: true;
}

/** What writes rows. */
export interface RowRunner {
  run(write: RowWrite): Promise<void>;
  /**
   * Writes `rowsTogether` rows by one statement; not given if each is to be a statement of its own.
   *
   * @param parameters of one row behind those of the other
   */
  runTogether?(statement: RowStatement, parameters: readonly SqlValue[]): Promise<void>;
}

/**
 * Writes of rows that are handed over together: in one go past Kysely, if the database has connections for that, else
 * statement by statement.
 */
export function rowBatch({ db, table }: TableSession, writes: RowWrites, runner: RowRunner): RowBatch {
  const keyLength = table.shape.key.length;
  const send: Send =
    "runsMany" in db.getExecutor().adapter
      ? (given) => runMany(db, given)
      : (given) => runGroups(runner.runTogether ? groupsOf(given, keyLength) : given.map((write) => [write]), runner);
  let given: RowWrite[] = [];
  return {
    upsert(key, fields) {
      given.push(writes.upsert(key, fields));
    },
    increment(key, numbers) {
      given.push(writes.increment(key, numbers));
    },
    remove(key) {
      given.push(writes.remove(key));
    },
    send() {
      const sent = given;
      given = [];
      return sent.length === 0 ? nothing : send(sent);
    },
  };
}

const nothing: Promise<undefined> = Promise.resolve(undefined);

type Send = (writes: readonly RowWrite[]) => ReturnType<RowBatch["send"]>;

/** Writes that are one statement, of one row or of `rowsTogether`. */
type Group = readonly RowWrite[];

/** Whatever follows each other and is the same but for its values, if its keys differ: Postgres changes a row once in a statement. */
function groupsOf(writes: readonly RowWrite[], keyLength: number): readonly Group[] {
  const groups: Group[] = [];
  let group: RowWrite[] = [];
  const keys = new Set<string>();
  const singly = () => {
    for (const write of group) groups.push([write]);
  };
  const begin = () => {
    group = [];
    keys.clear();
  };
  for (const write of writes) {
    const { statement, parameters } = write;
    const key = statement.together && keyText(parameters, keyLength);
    if (group[0]?.statement !== statement || (key !== undefined && keys.has(key))) {
      singly();
      begin();
    }
    group.push(write);
    if (key === undefined) continue;
    keys.add(key);
    if (group.length < rowsTogether) continue;
    groups.push(group);
    begin();
  }
  singly();
  return groups;
}

/** The parameters of the key come first. */
function keyText(parameters: readonly SqlValue[], keyLength: number): string {
  return parameters.slice(0, keyLength).map(partText).join("\0");
}

function partText(value: SqlValue): string {
  const text = value instanceof Uint8Array ? Buffer.from(value).toString("hex") : String(value);
  return `${text.length}:${text}`;
}

/** All are handed over before the first is awaited. */
async function runGroups(groups: readonly Group[], { run, runTogether }: RowRunner): ReturnType<Send> {
  const outcomes = await Promise.allSettled(
    groups.map((group) => {
      const [first] = group as readonly [RowWrite];
      if (group.length === 1 || !runTogether) return run(first);
      return runTogether(
        first.statement,
        group.flatMap(({ parameters }) => parameters),
      );
    }),
  );
  let index = 0;
  for (const [at, outcome] of outcomes.entries()) {
    const { length = 0 } = groups[at] ?? [];
    if (outcome.status === "rejected") return { index: length === 1 ? index : undefined, failure: outcome.reason };
    index += length;
  }
  return undefined;
}

async function runMany(db: AnyDatabase, writes: readonly RowWrite[]): ReturnType<Send> {
  let at = 0;
  try {
    if (!isPrepared(db)) await prepareRows(db);
    return await db.getExecutor().provideConnection(async (connection) => {
      const { changes, failed } = await (connection as ManyConnection).runMany(listOf(writes));
      for (; at < changes.length; at++) {
        const failure = writes[at]?.statement.refusal(changes[at] ?? 0);
        if (failure) return { index: at, failure };
      }
      // Whoever stands before the connection is to see it.
      if (failed) throw failed.failure;
      return undefined;
    });
  } catch (failure) {
    return { index: at, failure: writes[at]?.statement.failureOf(failure) ?? failure };
  }
}

function listOf(writes: readonly RowWrite[]): StatementList {
  const places = new Map<RowStatement, number>();
  const texts: string[] = [];
  const counts: number[] = [];
  const together: (string | undefined)[] = [];
  const steps: number[] = [];
  const values: SqlValue[] = [];
  for (const { statement, parameters } of writes) {
    let place = places.get(statement);
    if (place === undefined) {
      place = texts.push(statement.query.sql) - 1;
      places.set(statement, place);
      counts.push(parameters.length);
      together.push(statement.together?.sql);
    }
    steps.push(place);
    for (const value of parameters) values.push(value);
  }
  return { texts, counts, together, steps, values };
}
