/**
 * What goes with a command to its handler, and with its events into the journal: who sends it and why. Never part of a
 * domain message. A key of your own is any other name, with a text; `undefined` counts as not given.
 *
 * ```ts
 * await ann.creditAccount({ amountCents: 10n }, { metadata: { actor: "ann", tenant: "t1", region: "eu" } });
 * ```
 */
export interface CommandMetadata {
  /** The conversation that the command belongs to: all that follows from one first command shares it. Default: the command's id. */
  readonly correlationId?: string | undefined;
  /** The id of what this command follows from: an event, or another command. Default: the command's own id. */
  readonly causationId?: string | undefined;
  /** Who sends it. A command that is repeated under its id has to come from the same actor. */
  readonly actor?: string | undefined;
  /** Whose data it is about. */
  readonly tenant?: string | undefined;
  /** W3C trace context: `00-<trace id>-<span id>-<flags>`, in lower case. */
  readonly traceparent?: string | undefined;
  /** W3C trace context: what the vendors of tracing add to `traceparent`, without which it means nothing. */
  readonly tracestate?: string | undefined;
  /** Keys of your own. */
  readonly [custom: string]: string | undefined;
}

/** The metadata of a command as it is read: in its handler, and with everything that was recorded because of it. */
export interface Metadata extends CommandMetadata {
  /** The conversation: the id of its first command, unless the caller gave another. */
  readonly correlationId: string;
  /** What the command followed from; the command's own id, if it began the conversation. */
  readonly causationId: string;
}
