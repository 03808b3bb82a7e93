import { type App, type AppSurroundings, type Ended, startApp } from "./app.ts";
import type { ProgramDone } from "./block.ts";
import type { Program } from "./program.ts";

/** Runs one program, in one process after the other. */
export interface Runner {
  /**
   * Starts it, when the process before has gone: what that listened to is free then.
   *
   * @param since by `performance.now()`
   * @throws what `stop` says, or Failure if it cannot be started
   */
  restart(program: Program, since: number, stop: AbortSignal): Promise<ProgramDone>;
  /** Asks the process to end, and resolves when there is none. @returns whether it had to be killed */
  stop(): Promise<boolean>;
  /** Kills the process at once. */
  kill(): void;
  readonly running: boolean;
}

/**
 * @param graceMs how long a process may take to end
 * @param onEnded called if one ends that nobody asked to
 */
export function runner(surroundings: AppSurroundings, graceMs: number, onEnded: (ended: Ended) => void): Runner {
  let app: App | undefined;

  async function stopApp(): Promise<boolean> {
    const stopped = await app?.stop(graceMs);
    return stopped?.by === "kill";
  }

  return {
    async restart(program, since, stop) {
      const state = app === undefined ? "started" : "restarted";
      const killed = await stopApp();
      stop.throwIfAborted();
      const started = await startApp(program, surroundings);
      app = started;
      void started.ended.then((ended) => {
        if (ended.by === "itself") onEnded(ended);
      });
      return { state, ms: performance.now() - since, pid: started.pid, killed };
    },
    stop: stopApp,
    kill: () => app?.kill(),
    get running() {
      return app?.running ?? false;
    },
  };
}
