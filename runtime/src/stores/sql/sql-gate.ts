import type { ConnectionProvider, DatabaseConnection, Transaction } from "kysely";
import { EgoError } from "../../error/ego-error.ts";
import { orderedTransaction, transactionThrough } from "../../tables/ordered-transaction.ts";

/** A transaction as somebody else may have it for a while. */
export interface GatedTransaction<DB> {
  readonly tx: Transaction<DB>;
  /** The first statement that failed, whether or not somebody caught it; undefined if none did. */
  readonly failed: Failed | undefined;
  /** The statement whose failure ended the transaction, whether or not somebody caught it. */
  readonly ended: Failed | undefined;
  /** Lets what was asked for until now come to its end, and nothing after that. */
  close(): Promise<void>;
  /** Lets nothing begin any more, and waits for what has begun. */
  abort(): Promise<void>;
}

/** What somebody threw, whatever it is. */
export interface Failed {
  readonly failure: unknown;
}

/** What a gate looks at. */
export interface GateOptions {
  /** Whether the driver takes statements before those before are answered, and keeps their order. */
  readonly pipelines: boolean;
  /** Whether a failure takes back all that was done before it, so that nothing may follow. */
  endsTransaction(failure: unknown): boolean;
}

/**
 * Puts a gate before a transaction that is handed out: its connection goes back to the pool when the transaction is over,
 * and must take nothing then of somebody who did not wait. Statements go through in the order in which they were asked for.
 */
export function gatedTransaction<DB>(own: Transaction<DB>, options: GateOptions): GatedTransaction<DB> {
  const behind = (options.pipelines ? own : orderedTransaction(own)).getExecutor();
  const underWay = new Set<Promise<unknown>>();
  let state: "open" | "closed" | "aborted" = "open";
  let failed: Failed | undefined;
  let ended: Failed | undefined;

  const gate: ConnectionProvider = {
    provideConnection(consumer, abortable) {
      if (state !== "open") return Promise.reject(over());
      const watched = async (connection: DatabaseConnection) => {
        // It may have waited for its turn.
        if (state === "aborted") throw over();
        if (ended) throw ended.failure;
        try {
          return await consumer(connection);
        } catch (failure) {
          failed ??= { failure };
          if (options.endsTransaction(failure)) ended ??= { failure };
          throw failure;
        }
      };
      const call = behind.provideConnection(watched, abortable);
      const settled = call.then(nothing, nothing);
      underWay.add(settled);
      void settled.then(() => underWay.delete(settled));
      return call;
    },
  };

  async function drained(): Promise<void> {
    while (underWay.size > 0) await Promise.all(underWay);
  }

  return {
    tx: transactionThrough(own, gate),
    get failed() {
      return failed;
    },
    get ended() {
      return ended;
    },
    close() {
      state = "closed";
      return drained();
    },
    abort() {
      state = "aborted";
      return drained();
    },
  };
}

function nothing(): void {}

function over(): EgoError {
  return new EgoError(
    "invalid_argument",
    "The transaction of these events is over, and takes no statements any more: await each one before the handler returns.",
  );
}
