import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Server } from "./server.ts";
import { serverUser, type User } from "./server-user.ts";

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

/**
 * Runs the steps under a guard, and resolves when the server has printed the text that says that it is ready.
 *
 * @throws Error with all that it printed, if it ends before
 */
export async function startServer(order: Omit<Order, "user">, ready: string): Promise<Pick<Server, "stop">> {
  const user = serverUser();
  if (user) spawnSync("chown", ["-R", `${user.uid}:${user.gid}`, order.folder]);
  const guard = spawn(
    process.execPath,
    [join(import.meta.dirname, "guard.ts"), JSON.stringify({ ...order, user } satisfies Order)],
    // Detached: ^C in a terminal is for the tests, and the guard sees how they end.
    { detached: true, stdio: ["pipe", "ignore", "pipe"] },
  );
  const closed = once(guard, "close");
  const printed: string[] = [];
  for await (const line of createInterface({ input: guard.stderr })) {
    printed.push(line);
    if (!line.includes(ready)) continue;
    // Nobody reads on, and a full pipe would hold the server up.
    guard.stderr.resume();
    return {
      async stop() {
        guard.stdin.destroy();
        await closed;
      },
    };
  }
  await closed;
  throw new Error(`The server did not start.\n${printed.join("\n")}`);
}
