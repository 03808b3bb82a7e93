// Runs a database server for as long as its standard input is open, then removes the server and its folder. Whoever
// holds the other end of the pipe may end in any way, by SIGKILL too: the system closes it.
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import type { Order } from "./server-process.ts";

const { folder, user, steps, stopSignal }: Order = JSON.parse(process.argv[2] ?? "");

let child: ChildProcess | undefined;
let stopping = false;

process.stdin.resume().once("end", stop);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);

for (const step of steps) {
  if (stopping || (await run(step)) !== 0) break;
}
// Again, if something that is about to end has just written a file.
rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
process.exit();

function stop(): void {
  stopping = true;
  // The group, because a program that prepares starts others.
  if (child?.pid && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, stopSignal);
}

/** Resolves to the exit code. */
function run([program = "", ...args]: readonly string[]): Promise<number | null> {
  child = spawn(program, args, {
    ...user,
    cwd: folder,
    // English, because the line that says that it is ready is waited for.
    env: { ...process.env, LC_ALL: "C", TMPDIR: folder },
    stdio: ["ignore", 2, 2],
    detached: true,
  });
  child.once("error", (error) => console.error(error.message));
  return new Promise((done) => child?.once("close", done));
}
