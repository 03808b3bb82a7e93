import type { FaultShares } from "./faults.ts";
import type { Place } from "./place.ts";
import type { Saboteur } from "./saboteur.ts";

/** What a process with engines is to do: JSON in a file that is its argument. */
export interface Orders {
  readonly place: Place;
  readonly seed: number;
  readonly commands: number;
  /** Clients of each engine; each sends its next command when the last one was answered. */
  readonly clients: number;
  readonly faults: FaultShares;
  /** How long an engine waits for its store. */
  readonly storeTimeoutMs: number;
  readonly engines: readonly EngineOrders[];
  /** Where the journal is written to in the end, by a process that has it in its memory. */
  readonly journal?: string;
  readonly saboteur?: Saboteur;
}

/** What one engine is to do. */
export interface EngineOrders {
  readonly engine: number;
  /** How often it was started before. */
  readonly life: number;
  readonly log: string;
  /** Commands of lives before that are to be sent again. */
  readonly again: readonly number[];
  /** The first command that was not sent yet. */
  readonly from: number;
}

/** What a process tells on its standard output, a line each: answers so far, and faults of its stores. */
export interface Progress {
  readonly answered: number;
  readonly faults: number;
  readonly done?: true;
}
