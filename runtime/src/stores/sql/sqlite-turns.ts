import type { WorkerReply, WorkerRequest } from "./sqlite-protocol.ts";
import type { SqliteSessions } from "./sqlite-sessions.ts";

/** Whose turn it is on the one connection. */
export interface SqliteTurns {
  /**
   * Does what was asked, in order, and gives the answers that there are by now. While a session is open, what has to
   * wait for its end waits; then all that waits is done before the next session, so that neither sessions nor other
   * writers starve.
   */
  take(requests: readonly WorkerRequest[]): readonly WorkerReply[];
}

/** Opens the turns; `perform` does one request and never throws. */
export function openTurns(sessions: SqliteSessions, perform: (request: WorkerRequest) => WorkerReply): SqliteTurns {
  // Both are empty while no session is open.
  let waiting: WorkerRequest[] = [];
  let sessionsToCome: WorkerRequest[] = [];

  /** Does what waited, as long as no session is open. */
  function goOn(replies: WorkerReply[]): void {
    while (!sessions.active) {
      const ready = waiting;
      waiting = [];
      for (const request of ready) replies.push(perform(request));
      const session = sessionsToCome.shift();
      if (session === undefined) return;
      replies.push(perform(session));
    }
  }

  /** Ends the session and does what waited for it, but for other sessions: they are told that the database is closed. */
  function close(request: WorkerRequest, replies: WorkerReply[]): void {
    const unbegun = sessionsToCome;
    sessionsToCome = [];
    sessions.abandon();
    goOn(replies);
    replies.push(perform(request));
    for (const session of unbegun) replies.push(perform(session));
  }

  return {
    take(requests) {
      const replies: WorkerReply[] = [];
      for (const request of requests) {
        if (request.kind === "close") {
          close(request, replies);
        } else if (sessions.active && waits(request, sessions.appended)) {
          (request.kind === "begin" ? sessionsToCome : waiting).push(request);
        } else {
          replies.push(perform(request));
          goOn(replies);
        }
      }
      return replies;
    },
  };
}

/**
 * Whether a request waits for the end of an open session: if it writes, since it would be written in the session's
 * transaction; or if it could read what the session wrote, which is not committed. A session may write any table but the
 * journal's own. Those are written by the requests here alone, of which one does so in the session: then what reads events
 * waits too. And the session has the write lock, so that no other process commits anything that the reads would miss.
 *
 * @param appended whether the session has events in it
 */
function waits(request: WorkerRequest, appended: boolean): boolean {
  switch (request.kind) {
    case "query":
      return request.body.session === undefined;
    case "state":
      // Of an entity with a typed table, which a session may write.
      return request.body.key !== null;
    case "readVersions":
      return request.body.tables;
    case "load":
    case "loadPayloads":
    case "read":
    case "readShards":
    case "lastPositions":
    case "heads":
      return appended;
    case "appendIn":
    case "queries":
    case "statements":
    case "open":
    case "close":
    case "commit":
    case "rollback":
    case "stateHeads":
    case "loadSnapshot":
    case "receipts":
    case "lastVersions":
    case "statistics":
      return false;
    case "begin":
    case "append":
    case "removePayloads":
    case "saveSnapshots":
    case "deleteSnapshots":
    case "save":
      return true;
  }
}
