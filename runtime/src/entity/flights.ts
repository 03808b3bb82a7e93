import { Flight, type FlightControl, type FlightKind } from "./flight.ts";
import type { PendingCommand } from "./pending-command.ts";

/**
 * The decided commands of one entity, in order, each waiting until all before it and it are durable. A chain, since
 * most are alone in it: an array would be made anew for each.
 *
 * What is stored and what is checked go to the store in turns: a check says nothing while something is being stored that
 * was decided before it, and nothing is to be stored that follows from what is being checked.
 */
export class Flights {
  readonly #control: FlightControl;
  #first: Flight | undefined;
  #last: Flight | undefined;
  #size = 0;
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
    return this.#size;
  }

  add(flight: Flight): void {
    this.#link(flight);
    if (this.#ids && flight.kind === "store") count(this.#ids, flight, 1);
    if (this.#held === 0 && (this.#launched === 0 || this.#turn === flight.kind)) this.#launch(flight);
    else this.#held++;
  }

  /** Answers once all that was decided before is durable: now, if nothing is in flight. */
  answerLater(pending: PendingCommand, answer: () => void): void {
    if (!this.#first) answer();
    else this.#link(new Flight("none", this.#control, pending, undefined, undefined, 0, answer));
  }

  /** Answers all that is durable with everything before it. */
  answerDurable(): void {
    while (this.#first?.durable) {
      const flight = this.#takeAfter(undefined) as Flight;
      flight.answer(flight.position);
    }
    if (this.#launched === 0 && this.#held > 0) this.#nextTurn();
  }

  /** Whether a command with this id waits to be stored. */
  stores(commandId: string): boolean {
    if (!this.#first) return false;
    if (!this.#ids) {
      this.#ids = new Map();
      for (const one of this.#all()) if (one.kind === "store") count(this.#ids, one, 1);
    }
    return this.#ids.has(commandId);
  }

  /** Takes back a flight and all after it, and says whose they were. */
  withdrawFrom(flight: Flight): readonly PendingCommand[] {
    let before: Flight | undefined;
    let found = this.#first;
    while (found && found !== flight) {
      before = found;
      found = found.next;
    }
    // One that fails while it is answered has left already: all others were decided after it.
    const withdrawn = found ? [] : [flight];
    if (!found) before = undefined;
    for (let one = this.#takeAfter(before); one; one = this.#takeAfter(before)) withdrawn.push(one);
    for (const one of withdrawn) one.withdrawn = true;
    return withdrawn.map((one) => one.pending);
  }

  /** Takes back all but what the store was given to keep, and what waits for that alone, and says whose they were. */
  withdrawUnsent(): readonly PendingCommand[] {
    for (const one of this.#all()) {
      if (one.kind === "check" || (one.kind === "store" && !one.sent)) return this.withdrawFrom(one);
    }
    return [];
  }

  *#all(): Generator<Flight> {
    for (let one = this.#first; one; one = one.next) yield one;
  }

  #link(flight: Flight): void {
    if (this.#last) this.#last.next = flight;
    else this.#first = flight;
    this.#last = flight;
    this.#size++;
  }

  #launch(flight: Flight): void {
    this.#turn = flight.kind;
    this.#launched++;
    flight.launch();
  }

  /** Nothing is under way: all that wait are held. */
  #nextTurn(): void {
    for (const flight of this.#all()) {
      if (flight.kind === "none") continue;
      if (this.#launched > 0 && flight.kind !== this.#turn) return;
      this.#held--;
      this.#launch(flight);
    }
  }

  /** Takes out the one after `before`: the first one, where that is undefined. */
  #takeAfter(before: Flight | undefined): Flight | undefined {
    const flight = before ? before.next : this.#first;
    if (!flight) return undefined;
    if (before) before.next = flight.next;
    else this.#first = flight.next;
    if (this.#last === flight) this.#last = before;
    // What has left must not keep those behind it.
    flight.next = undefined;
    this.#size--;
    if (flight.launched) this.#launched--;
    else if (flight.kind !== "none") this.#held--;
    if (this.#size === 0) this.#ids = undefined;
    else if (this.#ids && flight.kind === "store") count(this.#ids, flight, -1);
    return flight;
  }
}

function count(ids: Map<string, number>, { pending: { commandId } }: Flight, by: 1 | -1): void {
  const times = (ids.get(commandId) ?? 0) + by;
  if (times > 0) ids.set(commandId, times);
  else ids.delete(commandId);
}
