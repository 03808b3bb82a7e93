// Runs a database server for as long as its standard input is open, then removes the server and its folder. Whoever
// holds the other end of the pipe may end in any way, by SIGKILL too: the system closes it. What comes by the pipe is
// "ready", when the server is, the name of a signal, which takes it down, or "up", which starts it again on what it left.
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { type Order, serverEnded } from "./server-process.ts";

const { folder, user, steps, stopSignal }: Order = JSON.parse(process.argv[2] ?? "");

let child: ChildProcess | undefined;
let stopping = false;
/** From when it was ready on, whoever takes the server down, or finds it so, may start it again. */
let revived: PromiseWithResolvers<void> | undefined;

createInterface({ input: process.stdin }).on("line", command).once("close", stop);
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, stop);

for (const step of steps) {
  if (stopping) break;
  let code = await run(step);
  while (revived && !stopping) {
    console.error(serverEnded);
    await revived.promise;
    revived = Promise.withResolvers();
    if (!stopping) code = await run(step);
  }
  if (code !== 0) break;
}
// Again, if something that is about to end has just written a file.
rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
process.exit();

function command(line: string): void {
  if (line === "up") {
    revived?.resolve();
    return;
  }
  revived ??= Promise.withResolvers();
  if (line !== "ready") signal(line as NodeJS.Signals);
}

function stop(): void {
  stopping = true;
  revived?.resolve();
  signal(stopSignal);
}

function signal(name: NodeJS.Signals): void {
  // The group, because a program that prepares starts others.
  if (child?.pid && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, name);
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
