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
  const text = `${hostPart()}/${process.pid}/${unique}`;
  running.add(text);
  return {
    text,
    // Of this process, and not among its engines: a process before it had the same number.
    isDead: (other) => isGone(other) || (isOfThisProcess(other) && !running.has(other)),
    [Symbol.dispose]: () => running.delete(text),
  };
}

/** Whether the process of a node is known to be gone: it was of this machine. */
export function isGone(node: string): boolean {
  const [host, pid] = node.split("/");
  return host === hostPart() && !isAlive(Number(pid));
}

function isOfThisProcess(node: string): boolean {
  const [host, pid] = node.split("/");
  return host === hostPart() && Number(pid) === process.pid;
}

/** What is in a name is taken apart again. */
function hostPart(): string {
  return hostname().replaceAll("/", "-");
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
