import { Flight, type FlightControl } from "./flight.ts";
import type { PendingCommand } from "./pending-command.ts";

/** The decided commands of one entity, in order, each waiting until all before it and it are durable. */
export class Flights {
  readonly #control: FlightControl;
  #waiting: Flight[] = [];

  constructor(control: FlightControl) {
    this.#control = control;
  }

  add(flight: Flight): void {
    this.#waiting.push(flight);
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
      flight.answer(flight.position);
    }
  }

  /** Whether a command with this id waits to be stored. */
  stores(commandId: string): boolean {
    return this.#waiting.some((flight) => flight.stores && flight.pending.commandId === commandId);
  }

  /** Takes back a flight and all after it, and says whose they were. */
  withdrawFrom(flight: Flight): readonly PendingCommand[] {
    const withdrawn = this.#waiting.splice(this.#waiting.indexOf(flight));
    for (const one of withdrawn) one.withdrawn = true;
    return withdrawn.map((one) => one.pending);
  }
}
