import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder that is a file system of its own for the time of a test. */
export interface Disk extends Disposable {
  readonly path: string;
}

/** A disk with so many KiB. */
export function smallDisk(kibibytes: number): Disk {
  const path = mkdtempSync(join(tmpdir(), "ego-disk-"));
  return mounted(path, ["-t", "tmpfs", "-o", `size=${kibibytes}k,mode=0777`, "tmpfs", path]);
}

/** Puts a disk with so many KiB, which a user owns, in place of an empty folder of a server. */
export function diskAt(path: string, kibibytes: number, uid: number, gid: number): Disk {
  return mounted(
    path,
    ["-t", "tmpfs", "-o", `size=${kibibytes}k,mode=0700,uid=${uid},gid=${gid}`, "tmpfs", path],
    false,
  );
}

/** The folder as a disk that takes no writes has it. */
export function readOnly(folder: string): Disk {
  if (process.getuid?.() !== 0) {
    // Of whoever is not root permissions will do.
    chmodSync(folder, 0o555);
    return { path: folder, [Symbol.dispose]: () => chmodSync(folder, 0o755) };
  }
  const path = mkdtempSync(join(tmpdir(), "ego-read-only-"));
  const disk = mounted(path, ["--bind", folder, path]);
  system("mount", ["-o", "remount,ro,bind", path]);
  return disk;
}

function mounted(path: string, mount: readonly string[], ours = true): Disk {
  system("mount", mount);
  return {
    path,
    [Symbol.dispose]() {
      system("umount", ["--lazy", path]);
      if (ours) rmSync(path, { recursive: true });
    },
  };
}

/** Lets the files that this process writes grow up to a size only; more is an error of the disk. */
export function limitFileSize(bytes: number | "unlimited"): void {
  system("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:unlimited`]);
}

function system(program: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${error?.message ?? stderr.trim()}`);
}

/** Why disks cannot be made here; undefined if they can. */
export const noDisks: string | undefined = reasonOf(() => {
  using _disk = smallDisk(64);
});

/** Why a read-only folder cannot be made here; undefined if it can. */
export const noReadOnly: string | undefined = process.getuid?.() === 0 ? noDisks : undefined;

/** Why the size of files cannot be limited here; undefined if it can. */
export const noLimits: string | undefined = reasonOf(() => limitFileSize("unlimited"));

for (const reason of new Set([noDisks, noReadOnly, noLimits])) {
  if (reason !== undefined) console.warn(`skipped: faults of disks, since ${reason}`);
}

function reasonOf(attempt: () => void): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (failure) {
    return failure instanceof Error ? failure.message : String(failure);
  }
}
