import type { EgoError } from "../error/ego-error.ts";
import type { Append, AppendResult } from "../journal/event-store.ts";
import type { HeadCheck } from "../journal/head-checks.ts";
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

/** What a flight waits for: to be stored, to hear that nobody else wrote the entity, or nothing but those before it. */
export type FlightKind = "store" | "check" | "none";

/** Where a flight gets its answer. */
export interface FlightLane<Item> {
  push(entry: LaneEntry<Item, AppendResult | StateChangeResult>): void;
}

/**
 * A decided command that waits until everything it was based on is durable. What stores nothing (no-ops, rejections,
 * failures, reads) waits as well: it may say something that follows from events that were not stored in the end.
 */
export class Flight<Item extends Append | StateChange | HeadCheck = Append | StateChange | HeadCheck>
  implements LaneEntry<Item, AppendResult | StateChangeResult>
{
  readonly kind: FlightKind;
  readonly pending: PendingCommand;
  /** Answers the command; called when it and all before it are durable. */
  readonly answer: (position: number) => void;
  readonly bytes: number;
  /** Whether the store has it; true from the start for what asks nothing of the store. */
  durable: boolean;
  withdrawn = false;
  /** The one that was decided after it, as long as both wait. */
  next: Flight | undefined;
  /** Whether it is in its lane, or was. */
  launched = false;
  sent = false;
  /** Position of the last event; 0 if no event was stored. */
  position = 0;
  readonly #item: Item | undefined;
  readonly #lane: FlightLane<Item> | undefined;
  readonly #control: FlightControl;

  constructor(
    kind: FlightKind,
    control: FlightControl,
    pending: PendingCommand,
    item: Item | undefined,
    lane: FlightLane<Item> | undefined,
    bytes: number,
    answer: (position: number) => void,
  ) {
    this.kind = kind;
    this.#control = control;
    this.pending = pending;
    this.#item = item;
    this.#lane = lane;
    this.bytes = bytes;
    this.durable = kind === "none";
    this.answer = answer;
  }

  get item(): Item {
    return this.#item as Item;
  }

  launch(): void {
    this.launched = true;
    this.#lane?.push(this);
  }

  settle(result: AppendResult | StateChangeResult): void {
    if (this.withdrawn) return;
    if (!result.stored) {
      if ("failure" in result) this.#control.invalid(this, result.failure);
      else this.#control.refused(this);
      return;
    }
    if ("position" in result) this.position = result.position ?? 0;
    this.durable = true;
    this.#control.stored(this);
  }

  fail(failure: EgoError): void {
    if (!this.withdrawn) this.#control.failed(this, failure);
  }
}
