import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { Failure } from "../failure.ts";
import type { Project } from "../project/project.ts";
import { handOn } from "../terminal/foreign-output.ts";
import type { Guard } from "./guard.ts";
import type { Program } from "./program.ts";

/** How a program ended. */
export interface Ended {
  /** Null if a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether that was what {@link App.stop} asked for, or more than it asked for: then it had to be killed. */
  readonly by: "itself" | "stop" | "kill";
}

/** The program of the project, running. */
export interface App {
  readonly pid: number;
  readonly running: boolean;
  readonly ended: Promise<Ended>;
  /** Asks it to end, by SIGTERM; kills it if that takes too long. Resolves when it is gone, and what it started. */
  stop(graceMs: number): Promise<Ended>;
  /** Kills it, and what it started, at once. */
  kill(): void;
}

/** What a program is run in. */
export interface AppSurroundings {
  readonly project: Project;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where its standard output goes. */
  readonly stdout: "stdout" | "stderr";
  readonly guard: Guard;
}

/** Tells the runtime that it is run by `ego dev`: it checks what costs too much elsewhere. */
const development = { EGO_DEV: "1" };

/** Standard error of the program is no terminal. Where ours is one, it may have the same colours all the same. */
function colours({ FORCE_COLOR, NO_COLOR }: AppSurroundings["env"]): { FORCE_COLOR?: string } {
  const { stdout, stderr } = process;
  if (!stdout.isTTY || !stderr.isTTY || !stderr.hasColors() || FORCE_COLOR !== undefined || NO_COLOR) return {};
  const depth = stderr.getColorDepth();
  return { FORCE_COLOR: depth >= 24 ? "3" : depth >= 8 ? "2" : "1" };
}

/** How long the last of what a program has printed may take to come here. */
const printedMs = 500;

/** Where Linux and macOS have process groups. */
const groups = process.platform !== "win32";

/**
 * Starts a program under this Node.
 *
 * @throws Failure if it cannot be started
 */
export function startApp({ file, flags, args }: Program, surroundings: AppSurroundings): Promise<App> {
  const { project, env, stdout, guard } = surroundings;
  // Of a clone, packages are run from source; then so are those that the program imports.
  const conditions = process.execArgv.filter((flag) => flag.startsWith("--conditions="));
  const child = spawn(process.execPath, [...conditions, ...flags, file.startsWith("-") ? `./${file}` : file, ...args], {
    cwd: project.root,
    env: { ...env, ...colours(env), ...development },
    // What it prints on standard error, an uncaught error among it, may be of anyone.
    stdio: ["inherit", stdout === "stdout" ? "inherit" : 2, "pipe"],
    // A group of its own: what it starts is ended with it, and ^C comes to it once, from us.
    detached: groups,
  });
  const { pid } = child;
  handOn(child.stderr as Readable, process.stderr);
  if (pid !== undefined) guard.watch(pid);
  let by: Ended["by"] = "itself";
  let gone = false;

  function send(signal: NodeJS.Signals, to: number): void {
    // Its number may be another's by then.
    if (gone) return;
    try {
      process.kill(to, signal);
    } catch {
      // It has just ended.
    }
  }

  const ended = new Promise<Ended>((done) => {
    child.once("exit", (exitCode, signal) => {
      if (pid !== undefined && groups) send("SIGKILL", -pid);
      gone = true;
      guard.watch(undefined);
      // When what it has printed is printed as well, unless something that is no part of it has its standard error too.
      const tell = () => done({ exitCode, signal, by });
      const timer = setTimeout(tell, printedMs);
      child.once("close", () => {
        clearTimeout(timer);
        tell();
      });
    });
  });

  return new Promise((done, failed) => {
    child.once("error", (error) =>
      failed(new Failure("environment", `The program cannot be started: ${error.message}`)),
    );
    child.once("spawn", () => {
      const id = pid as number;
      const kill = () => send("SIGKILL", groups ? -id : id);
      done({
        pid: id,
        ended,
        get running() {
          return !gone;
        },
        async stop(graceMs) {
          if (by === "itself") by = "stop";
          send("SIGTERM", id);
          const timer = setTimeout(() => {
            by = "kill";
            kill();
          }, graceMs);
          try {
            return await ended;
          } finally {
            clearTimeout(timer);
          }
        },
        kill,
      });
    });
  });
}
