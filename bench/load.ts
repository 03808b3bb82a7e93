/** What a load did. */
export interface Load {
  /** Finished per second. */
  readonly perSecond: number;
  /** Time of one as its caller sees it, in milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Time of all processors that this process used for one, in microseconds. */
  readonly cpuMicros: number;
  readonly count: number;
}

/** Callers that each send the next when the last one is answered, for a while. */
export async function closedLoop(callers: number, forMs: number, send: () => Promise<unknown>): Promise<Load> {
  return measured(async (latencies) => {
    const until = performance.now() + forMs;
    const call = async () => {
      for (let sent = performance.now(); sent < until; ) {
        await send();
        const answered = performance.now();
        latencies.push(answered - sent);
        sent = answered;
      }
    };
    await Promise.all(Array.from({ length: callers }, call));
    return latencies.length;
  });
}

/** One batch after another, for a while; each of a batch waits for all of it. */
export async function batchLoop(size: number, forMs: number, batch: () => unknown): Promise<Load> {
  return measured(async (latencies) => {
    const until = performance.now() + forMs;
    for (let sent = performance.now(); sent < until; ) {
      const stored = batch();
      if (stored instanceof Promise) await stored;
      const answered = performance.now();
      latencies.push(answered - sent);
      sent = answered;
    }
    return latencies.length * size;
  });
}

async function measured(run: (latencies: number[]) => Promise<number>): Promise<Load> {
  const latencies: number[] = [];
  const cpu = process.cpuUsage();
  const started = performance.now();
  const count = await run(latencies);
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  latencies.sort((a, b) => a - b);
  return {
    perSecond: count / seconds,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    cpuMicros: (user + system) / count,
    count,
  };
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
