import type { CompiledQuery, QueryResult } from "kysely";
import { EgoError, type EgoErrorCode } from "../../error/ego-error.ts";
import type { ManyConnection, StatementList, StatementsDone } from "../../tables/row-batch.ts";
import type { PackedAppends } from "./packing.ts";
import type { WorkerClient } from "./sqlite-client.ts";
import type { SqliteInput } from "./sqlite-database.ts";
import { isSqliteFailure } from "./sqlite-failure.ts";
import type { Operations, QueriesReply, QueryReply } from "./sqlite-protocol.ts";
import { failureFromWorker } from "./sqlite-worker-failure.ts";

// Numbers of sessions are never used again, also not in a worker that replaces a dead one.
let sessions = 0;

/** Statements that are one request as long as its message has not gone. */
interface Group {
  readonly session: number;
  readonly sql: string;
  readonly turn: number;
  readonly sets: (readonly SqliteInput[])[];
  readonly replies: Promise<QueriesReply>;
}

/** A connection as Kysely sees it: outside of a transaction, or in one of its own. */
export class WorkerConnection implements ManyConnection {
  readonly #client: () => WorkerClient;
  readonly #idleLimitMs: number | undefined;
  #session: number | undefined;
  /** Why the transaction takes no more statements. */
  #over: readonly [EgoErrorCode, string] | undefined;
  /** What became of the file or the worker in the transaction, whether or not somebody caught it. */
  #lost: unknown;
  #idle: NodeJS.Timeout | undefined;
  #asked = 0;
  #group: Group | undefined;

  constructor(client: () => WorkerClient, idleLimitMs: number | undefined) {
    this.#client = client;
    this.#idleLimitMs = idleLimitMs;
  }

  /**
   * Waits for its turn, and for the write lock.
   *
   * @throws EgoError `unavailable` if another process keeps the lock for longer than the store waits
   */
  async begin(): Promise<void> {
    const session = ++sessions;
    await this.#ask("begin", session);
    this.#session = session;
    this.#over = undefined;
    this.#lost = undefined;
    if (this.#idleLimitMs !== undefined) this.#idle = setTimeout(() => this.#giveUp(), this.#idleLimitMs).unref();
  }

  async commit(): Promise<void> {
    this.#check();
    await this.#ask("commit", this.#end("invalid_argument", "it was committed. Await every statement before that."));
  }

  /**
   * Rolls back.
   *
   * @throws EgoError `unavailable` or `data_loss` if the file or the worker failed in the transaction: whatever its function
   *   threw may follow from that, and Kysely throws this instead. `deadline_exceeded` if it had been given up
   */
  async rollback(): Promise<void> {
    if (this.#over === undefined) {
      const session = this.#end("invalid_argument", "it was rolled back. Await every statement before that.");
      await this.#ask("rollback", session);
    }
    if (this.#lost !== undefined) throw this.#lost;
  }

  /** Appends events in the transaction. */
  append(batch: PackedAppends): Promise<Float64Array<ArrayBuffer>> {
    this.#check();
    const session = this.#session;
    if (session === undefined) throw new EgoError("internal", "Events are appended in a transaction.");
    return this.#ask("appendIn", { session, batch });
  }

  /** Runs a statement whose answer says nothing. */
  async run(query: CompiledQuery): Promise<void> {
    await this.executeQuery(query);
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    this.#check();
    const inputs = parameters.map(inputOf);
    const session = this.#session;
    const reply = await (session === undefined
      ? this.#ask("query", { session, sql, parameters: inputs })
      : this.#askInSession(session, sql, inputs));
    if ("rows" in reply) return { rows: reply.rows as Row[] };
    return { rows: [], numAffectedRows: BigInt(reply.changes), insertId: BigInt(reply.lastInsertRowid) };
  }

  /** One statement after the other is asked for many times: those of one message are one request. */
  async #askInSession(session: number, sql: string, inputs: readonly SqliteInput[]): Promise<QueryReply> {
    const { turn } = this.#client();
    let group = this.#group;
    if (group === undefined || group.sql !== sql || group.turn !== turn || group.session !== session) {
      const sets: (readonly SqliteInput[])[] = [];
      group = { session, sql, turn, sets, replies: this.#ask("queries", { session, sql, sets }) };
      this.#group = group;
    }
    const index = group.sets.push(inputs) - 1;
    const replies = await group.replies;
    if (replies instanceof Float64Array) {
      return { changes: replies[index * 2] ?? 0, lastInsertRowid: replies[index * 2 + 1] ?? 0 };
    }
    const reply = replies[index];
    if (reply === undefined) throw new EgoError("internal", "The worker did not answer for each of the statements.");
    if ("failure" in reply) throw this.#failed(failureFromWorker(reply.failure));
    return reply;
  }

  async runMany({ texts, counts, together, steps, values }: StatementList): Promise<StatementsDone> {
    this.#check();
    const session = this.#session;
    if (session === undefined) throw new EgoError("internal", "Many statements are for a transaction.");
    // What is asked later is to be done later, also if it is a statement that was asked before.
    this.#group = undefined;
    const list = { session, texts, counts, together, steps, values: values.map(inputOf) };
    const { changes, failure } = await this.#ask("statements", list);
    return { changes, failed: failure && { failure: this.#failed(failureFromWorker(failure)) } };
  }

  /** All rows at once: they come from another thread. */
  async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    yield await this.executeQuery<Row>(query);
  }

  #check(): void {
    if (this.#over === undefined) return;
    const [code, text] = this.#over;
    throw new EgoError(code, `The transaction is over: ${text}`);
  }

  /** Nothing is asked in the session any more. */
  #end(code: EgoErrorCode, text: string): number {
    clearTimeout(this.#idle);
    this.#idle = undefined;
    this.#over = [code, text];
    return this.#session ?? 0;
  }

  /** Rolls back a transaction that nobody seems to go on with. */
  #giveUp(): void {
    if (this.#asked > 0) {
      this.#idle?.refresh();
      return;
    }
    const text = `nothing was asked in it for ${this.#idleLimitMs} ms, while others waited for it. It was rolled back.`;
    const session = this.#end("deadline_exceeded", text);
    this.#lost = new EgoError("deadline_exceeded", `The transaction is over: ${text}`);
    void this.#ask("rollback", session).catch(() => undefined);
  }

  /** What came of a statement, as it is thrown. */
  #failed(cause: unknown): unknown {
    const failure = statementFailure(cause);
    if (isLost(failure)) this.#lost ??= failure;
    return failure;
  }

  async #ask<Kind extends "appendIn" | "begin" | "query" | "queries" | "statements" | "commit" | "rollback">(
    kind: Kind,
    body: Operations[Kind]["request"],
  ): Promise<Operations[Kind]["reply"]> {
    this.#asked++;
    try {
      return await this.#client().ask(kind, body);
    } catch (cause) {
      throw this.#failed(cause);
    } finally {
      this.#asked--;
      this.#idle?.refresh();
    }
  }
}

/** Whether the file or the worker failed, not the statement. */
function isLost(failure: unknown): boolean {
  return failure instanceof EgoError && (failure.code === "unavailable" || failure.code === "data_loss");
}

/** What a statement did wrong, as the driver throws it; other failures as they are. */
function statementFailure(failure: unknown): unknown {
  if (isLost(failure) || !(failure instanceof EgoError) || !isSqliteFailure(failure.cause)) return failure;
  return failure.cause;
}

/** A parameter as it is sent. What cannot be sent, or bound, would fail all that is sent with it. */
function inputOf(value: unknown, index: number): SqliteInput {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "bigint") {
    return value;
  }
  // A part of a buffer would take the whole buffer along.
  if (value instanceof Uint8Array) return value.byteLength === value.buffer.byteLength ? value : new Uint8Array(value);
  throw new EgoError(
    "invalid_argument",
    `Parameter ${index + 1} of a statement is ${typeof value === "object" ? `an object (${value.constructor?.name})` : `of type ${typeof value}`}. SQLite takes null, numbers, bigints, strings and Uint8Array.`,
  );
}
