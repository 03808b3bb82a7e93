/** Which server a connection is to. */
export interface SqlServer {
  /** Its identity, and that of its history. */
  readonly id: string;
  /** When it was started, in seconds by its own clock. */
  readonly startedAt: number;
}

/** Tells when a connection is to another server than those before. */
export interface ServerWatch {
  /** Goes up with each server that is another one. */
  readonly epoch: number;
  /** Looks at the server of a new connection. */
  meet(server: SqlServer | undefined): void;
}

/**
 * Watches which server connections are to.
 *
 * @param precision seconds by which the start of one server may be told differently
 * @param onOther called before anything else is asked of a server that is another one, or was started again: both may
 * have lost commits
 */
export function serverWatch(precision: number, onOther: (before: SqlServer, now: SqlServer) => void): ServerWatch {
  let known: SqlServer | undefined;
  let epoch = 0;
  return {
    get epoch() {
      return epoch;
    },
    meet(server) {
      const before = known;
      if (server === undefined) return;
      known = server;
      if (!before) return;
      if (before.id === server.id && Math.abs(before.startedAt - server.startedAt) <= precision) return;
      epoch++;
      onOther(before, server);
    },
  };
}
