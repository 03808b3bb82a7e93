import { Flight, type FlightControl, type FlightKind } from "./flight.ts";
import type { PendingCommand } from "./pending-command.ts";

/**
 * The decided commands of one entity, in order, each waiting until all before it and it are durable.
 *
 * What is stored and what is checked go to the store in turns: a check says nothing while something is being stored that
 * was decided before it, and nothing is to be stored that follows from what is being checked.
 */
export class Flights {
  readonly #control: FlightControl;
  #waiting: Flight[] = [];
  /** What those are that are under way, and how many. */
  #turn: FlightKind = "none";
  #launched = 0;
  /** How many wait for their turn. */
  #held = 0;
  /** How often each command id waits to be stored; made when it is asked for, dropped when nothing waits. */
  #ids: Map<string, number> | undefined;

  constructor(control: FlightControl) {
    this.#control = control;
  }

  get size(): number {
    return this.#waiting.length;
  }

  add(flight: Flight): void {
    this.#waiting.push(flight);
    if (this.#ids && flight.kind === "store") count(this.#ids, flight, 1);
    if (this.#held === 0 && (this.#launched === 0 || this.#turn === flight.kind)) this.#launch(flight);
    else this.#held++;
  }

  /** Answers once all that was decided before is durable: now, if nothing is in flight. */
  answerLater(pending: PendingCommand, answer: () => void): void {
    if (this.#waiting.length === 0) answer();
    else this.#waiting.push(new Flight("none", this.#control, pending, undefined, undefined, 0, answer));
  }

  /** Answers all that is durable with everything before it. */
  answerDurable(): void {
    while (this.#waiting[0]?.durable) {
      const flight = this.#waiting.shift() as Flight;
      this.#left(flight);
      if (flight.launched) this.#launched--;
      flight.answer(flight.position);
    }
    if (this.#launched === 0 && this.#held > 0) this.#nextTurn();
  }

  /** Whether a command with this id waits to be stored. */
  stores(commandId: string): boolean {
    if (this.#waiting.length === 0) return false;
    if (!this.#ids) {
      this.#ids = new Map();
      for (const flight of this.#waiting) if (flight.kind === "store") count(this.#ids, flight, 1);
    }
    return this.#ids.has(commandId);
  }

  /** Takes back a flight and all after it, and says whose they were. */
  withdrawFrom(flight: Flight): readonly PendingCommand[] {
    // One that fails while it is answered has left already.
    const index = this.#waiting.indexOf(flight);
    const withdrawn = index < 0 ? [flight, ...this.#waiting.splice(0)] : this.#waiting.splice(index);
    for (const one of withdrawn) {
      one.withdrawn = true;
      if (index >= 0 || one !== flight) this.#left(one);
    }
    this.#launched = this.#waiting.filter((one) => one.launched).length;
    this.#held = this.#waiting.filter((one) => !one.launched && one.kind !== "none").length;
    return withdrawn.map((one) => one.pending);
  }

  /** Takes back all but what the store was given to keep, and what waits for that alone, and says whose they were. */
  withdrawUnsent(): readonly PendingCommand[] {
    const first = this.#waiting.find((one) => one.kind === "check" || (one.kind === "store" && !one.sent));
    return first ? this.withdrawFrom(first) : [];
  }

  #launch(flight: Flight): void {
    this.#turn = flight.kind;
    this.#launched++;
    flight.launch();
  }

  #nextTurn(): void {
    const waiting = this.#waiting.filter((one) => one.kind !== "none");
    for (const flight of waiting) {
      if (this.#launched > 0 && flight.kind !== this.#turn) return;
      this.#held--;
      this.#launch(flight);
    }
  }

  #left(flight: Flight): void {
    if (this.#waiting.length === 0) this.#ids = undefined;
    else if (this.#ids && flight.kind === "store") count(this.#ids, flight, -1);
  }
}

function count(ids: Map<string, number>, { pending: { commandId } }: Flight, by: 1 | -1): void {
  const times = (ids.get(commandId) ?? 0) + by;
  if (times > 0) ids.set(commandId, times);
  else ids.delete(commandId);
}
