import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { own, serverUser } from "./server-user.ts";

/**
 * Runs a program that makes something in a folder for a server, as the user that the server runs as.
 *
 * @throws Error with all that it printed, if it fails
 */
export async function prepare(folder: string, [program = "", ...args]: readonly string[]): Promise<void> {
  own(folder);
  try {
    await promisify(execFile)(program, args, {
      ...serverUser(),
      cwd: folder,
      env: { ...process.env, LC_ALL: "C", TMPDIR: folder },
    });
  } catch (cause) {
    const { stdout = "", stderr = "" } = cause as { stdout?: string; stderr?: string };
    throw new Error([`${program} failed.`, stdout.trim(), stderr.trim()].filter(Boolean).join("\n"), { cause });
  }
}
