import { Flight, type FlightControl } from "./flight.ts";
import type { PendingCommand } from "./pending-command.ts";

/** The decided commands of one entity, in order, each waiting until all before it and it are durable. */
export class Flights {
  readonly #control: FlightControl;
  #waiting: Flight[] = [];
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
    if (this.#ids && flight.stores) count(this.#ids, flight, 1);
  }

  /** Answers once all that was decided before is durable: now, if nothing is in flight. */
  answerLater(pending: PendingCommand, answer: () => void): void {
    if (this.#waiting.length === 0) answer();
    else this.#waiting.push(new Flight(this.#control, pending, undefined, 0, answer));
  }

  /** Answers all that is durable with everything before it. */
  answerDurable(): void {
    while (this.#waiting[0]?.durable) {
      const flight = this.#waiting.shift() as Flight;
      this.#left(flight);
      flight.answer(flight.position);
    }
  }

  /** Whether a command with this id waits to be stored. */
  stores(commandId: string): boolean {
    if (this.#waiting.length === 0) return false;
    if (!this.#ids) {
      this.#ids = new Map();
      for (const flight of this.#waiting) if (flight.stores) count(this.#ids, flight, 1);
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
    return withdrawn.map((one) => one.pending);
  }

  #left(flight: Flight): void {
    if (this.#waiting.length === 0) this.#ids = undefined;
    else if (this.#ids && flight.stores) count(this.#ids, flight, -1);
  }
}

function count(ids: Map<string, number>, { pending: { commandId } }: Flight, by: 1 | -1): void {
  const times = (ids.get(commandId) ?? 0) + by;
  if (times > 0) ids.set(commandId, times);
  else ids.delete(commandId);
}
