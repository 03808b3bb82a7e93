import { hostname } from "node:os";

/** The nodes of this process that run. */
const running = new Set<string>();

/** The name of a node: the machine, the process, and which engine of it. */
export interface NodeName extends Disposable {
  readonly text: string;
  /** Whether another node is known to be gone: it was of this machine, and its process is not there any more. */
  isDead(other: string): boolean;
}

/**
 * Names a node, until it is disposed of.
 *
 * @param unique something that no other engine has
 */
export function nodeName(unique: string): NodeName {
  // What is in a name is taken apart again.
  const host = hostname().replaceAll("/", "-");
  const text = `${host}/${process.pid}/${unique}`;
  running.add(text);
  return {
    text,
    isDead(other) {
      const [otherHost, pid] = other.split("/");
      if (otherHost !== host || running.has(other)) return false;
      // Of this process, and not among its engines: a process before it had the same number.
      return Number(pid) === process.pid || !isAlive(Number(pid));
    },
    [Symbol.dispose]: () => running.delete(text),
  };
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid < 1) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (failure) {
    // One that this user may not signal is there.
    return (failure as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
