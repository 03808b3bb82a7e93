import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";

const memory = "/dev/shm";
const tmpfs = 0x01021994;
const gibibyte = 2 ** 30;

/**
 * Puts what tests write into temporary folders, journals and the data of servers above all, on a disk in memory, where
 * there is one with enough room: there a sync costs nothing, of which a run waits for a hundred thousand.
 *
 * No promise is tested less: what a process wrote is as much there when it has been killed, and power does not fail in a
 * test. That stores sync is counted, see test/kill/durability.test.ts. A `TMPDIR` that is set stays.
 */
export default function useMemoryDisk(): (() => void) | undefined {
  if (process.env.TMPDIR || !hasRoom()) return undefined;
  const folder = mkdtempSync(`${memory}/ego-test-`);
  // Servers run as another user.
  chmodSync(folder, 0o755);
  process.env.TMPDIR = folder;
  return () => {
    delete process.env.TMPDIR;
    // A server that is about to end may be writing.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  };
}

/** Whether there is such a disk, for programs too, with enough room. */
function hasRoom(): boolean {
  if (!existsSync(memory)) return false;
  // Projects are made in temporary folders, and their programs run.
  if (new RegExp(`^\\S+ ${memory} \\S+ \\S*\\bnoexec\\b`, "m").test(readFileSync("/proc/mounts", "utf8"))) return false;
  const { type, bavail, bsize } = statfsSync(memory);
  return type === tmpfs && bavail * bsize >= 4 * gibibyte && process.availableMemory() >= 8 * gibibyte;
}
