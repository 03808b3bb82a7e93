import type { SqlConnection } from "./sql-driver.ts";
import type { FailureKind } from "./sql-journal.ts";

/** A connection for one kind of work: made when it is first needed, and again when it broke. */
export interface PinnedConnection<Connection extends SqlConnection> {
  /** Runs work that may go again: on a new connection, if this one breaks. */
  run<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /** Connects, if it is not connected. */
  connected(): Promise<Connection>;
  /** Whether there is no connection that works. */
  readonly lost: boolean;
  /** Makes a new connection for what comes next: this one may be to a server that is no longer the right one. */
  renew(): void;
  close(): Promise<void>;
}

/** `connect` waits for a server that is gone. */
export function pinnedConnection<Connection extends SqlConnection>(
  connect: () => Promise<Connection>,
  kindOf: (failure: unknown) => FailureKind | undefined,
): PinnedConnection<Connection> {
  let connection: Connection | undefined;
  let connecting: Promise<Connection> | undefined;

  function connected(): Promise<Connection> {
    if (connection && !connection.lost) return Promise.resolve(connection);
    connecting ??= connect()
      .then((made) => {
        connection = made;
        return made;
      })
      .finally(() => {
        connecting = undefined;
      });
    return connecting;
  }

  return {
    connected,
    get lost() {
      return connection?.lost ?? true;
    },
    renew() {
      void connection?.close();
      connection = undefined;
    },
    async run(work) {
      const first = await connected();
      try {
        return await work(first);
      } catch (failure) {
        // What was idle for long is often closed by the server, or by what is in between.
        if (kindOf(failure) !== "lost") throw failure;
        return work(await connected());
      }
    },
    async close() {
      // Its pool would wait for it for ever.
      await connecting?.catch(() => undefined);
      const closing = connection;
      connection = undefined;
      await closing?.close();
    },
  };
}
