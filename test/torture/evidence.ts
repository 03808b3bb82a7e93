import type { Planned } from "./plan.ts";

/** One sending of a command by a client, as its log has it. */
export interface Attempt {
  /** The engine, and the life of its process: `0.2`. What one engine tells must fit together. */
  readonly engine: string;
  /** The command of the plan; for a read, one whose entity is read. */
  readonly number: number;
  /** `clash`: another command under this one's id. */
  readonly kind: "command" | "read" | "clash";
  /** What the plan had its engine do next, not something that comes again. */
  readonly first: boolean;
  readonly expectedRevision?: number;
  /** Nanoseconds of the machine's monotonic clock, which all processes share. */
  readonly sentAt: number;
  /** Undefined if the process was killed before. */
  readonly answer?: Answer;
}

/** What a client was told. */
export type Answer = Accepted | Refused | Failed;

/** A reply. */
export interface Accepted {
  readonly kind: "accepted";
  readonly at: number;
  readonly revision: number;
  readonly position: number;
  /** Epoch milliseconds. */
  readonly recordedAt: number;
  readonly repeated: boolean;
  /** In the words of the model. */
  readonly state: string;
}

/** A rejection, or a precondition that was not met. */
export interface Refused {
  readonly kind: "refused";
  readonly at: number;
  readonly what: string;
}

/** Any other failure. */
export interface Failed {
  readonly kind: "failed";
  readonly at: number;
  readonly code: string;
  /** The revision that a conflict names. */
  readonly revision?: number;
  readonly message: string;
}

/** An event as the journal has it. */
export interface JournalEvent {
  readonly shard: number;
  readonly position: number;
  readonly entityId: string;
  readonly revision: number;
  /** On a command's first event. */
  readonly commandId: string | null;
  readonly recordedAt: number;
  /** What it says, in the words of the model. */
  readonly fact: readonly (string | number)[];
}

/** A version of a durable state: its receipt. Versions have positions of their own in a shard. */
export interface JournalVersion {
  readonly shard: number;
  readonly position: number;
  readonly entityId: string;
  readonly revision: number;
  readonly commandId: string;
  readonly recordedAt: number;
}

/** What a fresh engine says of an entity when all is over. */
export interface Final {
  readonly kind: Planned["kind"];
  readonly entityId: string;
  readonly revision: number;
  readonly state: string;
}

/** All that the checker is given. */
export interface Evidence {
  readonly seed: number;
  readonly commands: number;
  readonly attempts: readonly Attempt[];
  readonly events: readonly JournalEvent[];
  readonly versions: readonly JournalVersion[];
  readonly finals: readonly Final[];
}

/** Whether a client needs to ask no more: what became of this attempt is known. */
export function isFinal({ answer, expectedRevision }: Attempt): boolean {
  if (answer?.kind !== "failed") return answer !== undefined;
  if (answer.code === "conflict") return expectedRevision !== undefined;
  return answer.code !== "unavailable" && answer.code !== "deadline_exceeded";
}

/** The id that a command has. */
export function commandIdOf(number: number): string {
  return `c-${number}`;
}

/** The command that has an id; undefined if none of the plan does. */
export function numberOf(commandId: string, commands: number): number | undefined {
  const number = /^c-\d+$/.test(commandId) ? Number(commandId.slice(2)) : -1;
  return number >= 0 && number < commands ? number : undefined;
}
