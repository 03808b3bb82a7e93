import type { Decided } from "./conclusion.ts";
import type { PendingCommand } from "./pending-command.ts";

/** An asynchronous handler that is running. One that was interrupted may still return: it does not count any more. */
export class HandlerRun {
  readonly pending: PendingCommand;
  interrupted = false;

  constructor(pending: PendingCommand) {
    this.pending = pending;
  }

  /** What the handler decides; never settles if it was interrupted. */
  counting(deciding: Promise<Decided>): Promise<Decided> {
    return new Promise((resolve, reject) => {
      deciding.then(
        (decided) => this.interrupted || resolve(decided),
        (cause: unknown) => this.interrupted || reject(cause),
      );
    });
  }
}
