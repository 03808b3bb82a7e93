import { spawn } from "node:child_process";
import type { Host } from "./host.ts";

/** A program that has run. */
export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a program. */
export interface ChildOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Printed if it takes longer than a second. */
  readonly progress?: string;
}

const patienceMs = 1000;

/**
 * Runs a program to its end, without a shell and without input.
 *
 * @throws Error as `spawn` reports it (`ENOENT`, …) if it cannot be started.
 */
export function runChild(
  host: Host,
  command: string,
  args: readonly string[],
  options: ChildOptions,
): Promise<Finished> {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: ["ignore", "pipe", "pipe"] });
    const { progress } = options;
    const timer = progress === undefined ? undefined : setTimeout(() => host.err(progress), patienceMs);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.once("error", (error) => {
      clearTimeout(timer);
      failed(error);
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      // A shell's convention for a program that a signal ended; the number does not matter to us.
      done({ exitCode: code ?? (signal === null ? 1 : 128), stdout, stderr });
    });
  });
}
