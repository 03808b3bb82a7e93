import type { PendingCommand } from "./pending-command.ts";

/** The commands of one entity that are not decided yet, in order. */
export class Mailbox {
  #waiting: PendingCommand[] = [];

  get size(): number {
    return this.#waiting.length;
  }

  /** The one to be decided next. */
  get first(): PendingCommand | undefined {
    return this.#waiting[0];
  }

  push(pending: PendingCommand): void {
    this.#waiting.push(pending);
  }

  takeOff(pending: PendingCommand): void {
    if (this.#waiting[0] === pending) {
      this.#waiting.shift();
      return;
    }
    const index = this.#waiting.indexOf(pending);
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  /** Puts commands before all others: they were there before them. */
  putBack(pendings: readonly PendingCommand[]): void {
    this.#waiting = pendings.concat(this.#waiting);
  }

  /** Takes all. */
  empty(): readonly PendingCommand[] {
    const all = this.#waiting;
    this.#waiting = [];
    return all;
  }
}
