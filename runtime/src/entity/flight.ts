import type { EgoError } from "../error/ego-error.ts";
import type { Append, AppendResult } from "../journal/event-store.ts";
import type { LaneEntry } from "../journal/lane.ts";
import type { StateChange, StateChangeResult } from "../journal/state-store.ts";
import type { PendingCommand } from "./pending-command.ts";

/** What the entity does when the store has answered. */
export interface FlightControl {
  stored(flight: Flight): void;
  /** Another writer was first. */
  refused(flight: Flight): void;
  /** What was to be stored cannot be. */
  invalid(flight: Flight, failure: EgoError): void;
  /** The store failed: it is not known whether it was stored. */
  failed(flight: Flight, failure: EgoError): void;
}

/**
 * A decided command that waits until everything it was based on is durable. What stores nothing (no-ops, rejections,
 * failures, reads) waits as well: it may say something that follows from events that were not stored in the end.
 */
export class Flight<Item extends Append | StateChange = Append | StateChange>
  implements LaneEntry<Item, AppendResult | StateChangeResult>
{
  readonly pending: PendingCommand;
  /** Answers the command; called when it and all before it are durable. */
  readonly answer: (position: number) => void;
  readonly bytes: number;
  /** Whether the store has it; true from the start for what stores nothing. */
  durable: boolean;
  withdrawn = false;
  /** The one that was decided after it, as long as both wait. */
  next: Flight | undefined;
  /** Position of the last event; 0 if no event was stored. */
  position = 0;
  readonly #item: Item | undefined;
  readonly #control: FlightControl;

  constructor(
    control: FlightControl,
    pending: PendingCommand,
    item: Item | undefined,
    bytes: number,
    answer: (position: number) => void,
  ) {
    this.#control = control;
    this.pending = pending;
    this.#item = item;
    this.bytes = bytes;
    this.durable = item === undefined;
    this.answer = answer;
  }

  /** Whether it has something to store. */
  get stores(): boolean {
    return this.#item !== undefined;
  }

  get item(): Item {
    return this.#item as Item;
  }

  settle(result: AppendResult | StateChangeResult): void {
    if (this.withdrawn) return;
    if (!result.stored) {
      if ("failure" in result) this.#control.invalid(this, result.failure);
      else this.#control.refused(this);
      return;
    }
    if ("position" in result) this.position = result.position;
    this.durable = true;
    this.#control.stored(this);
  }

  fail(failure: EgoError): void {
    if (!this.withdrawn) this.#control.failed(this, failure);
  }
}
