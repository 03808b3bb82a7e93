import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A user of the system. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Whom servers run as, because they refuse to run as root; undefined if it is not root who runs the tests. */
export function serverUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const nobody = /^nobody:[^:]*:(?<uid>\d+):(?<gid>\d+):/m.exec(readFileSync("/etc/passwd", "utf8"))?.groups;
  if (!nobody) throw new Error("Database servers refuse to run as root, and /etc/passwd has no nobody to run them as.");
  return { uid: Number(nobody.uid), gid: Number(nobody.gid) };
}

/** Gives a folder with all that is in it to the user whom servers run as. */
export function own(folder: string): void {
  const user = serverUser();
  if (user) execFileSync("chown", ["-R", `${user.uid}:${user.gid}`, folder]);
}
