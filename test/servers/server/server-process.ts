import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Server } from "./server.ts";
import { own, serverUser, type User } from "./server-user.ts";

/** What a guard needs to know to run a server. */
export interface Order {
  /** All that the server writes is in here; it goes when the server goes. */
  readonly folder: string;
  /** Programs with their arguments, run one after another; the last is the server. */
  readonly steps: readonly (readonly string[])[];
  readonly stopSignal: NodeJS.Signals;
  /** Whom they run as, if not as the user who runs the tests. */
  readonly user: User | undefined;
}

/** What a guard prints when a server ended that had been ready. */
export const serverEnded = "guard: the server ended";

/**
 * Runs the steps under a guard, and resolves when the server has printed the text that says that it is ready.
 *
 * @throws Error with all that it printed, if it ends before
 */
export async function startServer(order: Omit<Order, "user">, ready: string): Promise<Omit<Server, "url">> {
  const user = serverUser();
  own(order.folder);
  const guard = spawn(
    process.execPath,
    [join(import.meta.dirname, "guard.ts"), JSON.stringify({ ...order, user } satisfies Order)],
    // Detached: ^C in a terminal is for the tests, and the guard sees how they end.
    { detached: true, stdio: ["pipe", "ignore", "pipe"] },
  );
  const closed = once(guard, "close");
  const lines = createInterface({ input: guard.stderr });
  const printed = new Printed(lines);
  if ((await printed.until(ready)) === undefined) {
    await closed;
    throw new Error(`The server did not start.\n${printed.text}`);
  }
  guard.stdin.write("ready\n");
  return {
    async down(signal) {
      const ended = printed.until(serverEnded);
      guard.stdin.write(`${signal}\n`);
      await ended;
    },
    async up() {
      for (;;) {
        const seen = printed.until(ready, serverEnded);
        guard.stdin.write("up\n");
        if ((await seen) === ready) return;
        // A server that was killed may have left processes that have to end before it starts: then it says so, and ends.
        if (!/still in use/.test(printed.text)) throw new Error(`The server did not start again.\n${printed.text}`);
      }
    },
    async stop() {
      guard.stdin.destroy();
      await closed;
    },
  };
}

/** What a guard and its server print. */
class Printed {
  /** Since somebody began to wait last. */
  #lines: string[] = [];
  #waiting: { readonly texts: readonly string[]; readonly resolve: (text: string | undefined) => void } | undefined;

  constructor(lines: Interface) {
    lines.on("line", (line) => {
      if (!this.#waiting) return;
      this.#lines.push(line);
      const text = this.#waiting.texts.find((one) => line.includes(one));
      if (text !== undefined) this.#done(text);
    });
    lines.once("close", () => this.#done(undefined));
  }

  get text(): string {
    return this.#lines.join("\n");
  }

  /** Waits for a line that has one of the texts in it, and says which; undefined if nothing more comes. */
  until(...texts: readonly string[]): Promise<string | undefined> {
    this.#lines = [];
    return new Promise((resolve) => {
      this.#waiting = { texts, resolve };
    });
  }

  #done(text: string | undefined): void {
    this.#waiting?.resolve(text);
    this.#waiting = undefined;
  }
}
