import { spawn } from "node:child_process";

/**
 * Ends the program if this process goes without a chance to do so itself, as by SIGKILL. A shell that waits for the end of
 * its input: inside of the program, something that waits would be of no use while the program is busy.
 */
export interface Guard extends Disposable {
  /** The process group to end from now on; undefined for none. */
  watch(group: number | undefined): void;
}

const script = `group=
while read -r line; do group=$line; done
[ -n "$group" ] || exit 0
kill -s TERM -- "-$group" 2>/dev/null || exit 0
sleep 1
kill -s KILL -- "-$group" 2>/dev/null`;

/** Starts a guard. Windows has none: there is no such shell, and no process group. */
export function startGuard(): Guard {
  if (process.platform === "win32") return { watch: () => {}, [Symbol.dispose]: () => {} };
  // In a session of its own: what ends all of ours must not end it.
  const shell = spawn("/bin/sh", ["-c", script], { stdio: ["pipe", "ignore", "ignore"], detached: true, cwd: "/" });
  shell.unref();
  // Without a shell there is no guard, and that is all.
  shell.on("error", () => {});
  shell.stdin.on("error", () => {});
  return {
    watch: (group) => void shell.stdin.write(`${group ?? ""}\n`),
    [Symbol.dispose]: () => void shell.stdin.end(),
  };
}
