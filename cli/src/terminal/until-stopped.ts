import { exitCode } from "../failure.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Does what goes on until somebody stops it: by ^C or another signal, or by reading no more of what is printed, as `| head`
 * does. A second signal does not wait for the work to end.
 *
 * @param work from what it writes on, if it waits for something to come of that: who stops it is told what has begun
 */
export async function untilStopped<T>(work: (stop: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const onSignal = () => {
    // What is left behind is ended on the way out.
    if (stop.signal.aborted) process.exit(exitCode.ok);
    stop.abort();
  };
  const onBrokenPipe = () => stop.abort();
  for (const signal of signals) process.on(signal, onSignal);
  for (const stream of [process.stdout, process.stderr]) stream.on("error", onBrokenPipe);
  try {
    return await work(stop.signal);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
    for (const stream of [process.stdout, process.stderr]) stream.off("error", onBrokenPipe);
  }
}
