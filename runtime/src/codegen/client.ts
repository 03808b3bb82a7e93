import type { Nothing } from "./handler.ts";
import type { CommandMetadata } from "./metadata.ts";

/** Options of one command; never part of a domain message. */
export interface SendOptions {
  /** A command sent twice under one id takes effect once. Default: a new id. */
  readonly commandId?: string;
  /** Refuse with code `conflict` unless the entity is at this revision. */
  readonly expectedRevision?: number;
  /** Give up after so many milliseconds. Default: never. */
  readonly timeoutMs?: number;
  /** Give up when this aborts. */
  readonly signal?: AbortSignal;
  /** Goes with the command to the handler, and with its events into the journal. */
  readonly metadata?: CommandMetadata;
}

/** A command that was carried out. */
export interface Reply<S> {
  /** The state after the command. Frozen. */
  readonly state: Readonly<S>;
  /** Events, or versions, of the entity so far. */
  readonly revision: number;
  /**
   * Position of the command's last event in the entity's shard, or of the version that it made of a durable state; 0 if
   * nothing was stored.
   */
  readonly position: number;
  /** When it was stored; the time of the answer if nothing was stored. */
  readonly recordedAt: Date;
  /** This command id had been carried out before: nothing was stored now, and this is the first outcome. */
  readonly repeated: boolean;
}

/** What came of one command: `case` is `"accepted"` or the name of a rejection. */
export type Outcome<S, Rejects> = ({ readonly case: "accepted" } & Reply<S>) | Rejected<Rejects>;

/** A rejection as a value; `case` says which. */
export type Rejected<Rejects> = {
  [N in keyof Rejects]: { readonly case: N; readonly rejection: Rejects[N] };
}[keyof Rejects];

/**
 * A command under way. Await it for the reply, and a rejection is thrown as a `RejectedError`; or ask for its
 * outcome, and the rejection is returned, typed. Every other failure is thrown in both cases, as an `EgoError`.
 *
 * ```ts
 * const { state, revision } = await account.creditAccount({ amountCents: 250n });
 * const outcome = await account.debitAccount({ amountCents: 1_000n }).outcome();
 * if (outcome.case === "insufficientFunds") console.log(outcome.rejection.missingCents);
 * ```
 */
export interface Sent<S, Rejects = Nothing> extends Promise<Reply<S>> {
  outcome(): Promise<Outcome<S, Rejects>>;
}
