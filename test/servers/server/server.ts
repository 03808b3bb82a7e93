/** A kind of database server that tests can start for themselves. */
export interface ServerKind {
  /** Why it cannot be started on this machine; undefined if it can. */
  missing(): Promise<string | undefined>;
  /** Starts one with a data directory of its own, on a port of the loopback interface. */
  start(port: number): Promise<Server>;
}

/** A server that runs. It ends with the process that started it, if not before. */
export interface Server {
  /** Where it is, with a user who may create databases. */
  readonly url: string;
  /** Ends its process by a signal, SIGKILL too, and resolves when it is gone. What it stored stays. */
  down(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again, when it is down, at the same URL with what it had stored, and resolves when it takes connections. */
  up(): Promise<void>;
  /** Resolves when its process and its folder are gone. */
  stop(): Promise<void>;
}
