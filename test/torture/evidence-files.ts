import type { Attempt, Evidence } from "./evidence.ts";
import { readJournal } from "./journal-lines.ts";
import { readLog } from "./log.ts";

/** What the checker is pointed at: the plan, the logs of the clients, the journal's file. */
export interface CheckOrders {
  readonly seed: number;
  readonly commands: number;
  readonly journal: string;
  readonly logs: readonly { readonly engine: string; readonly path: string }[];
}

/** Reads all that the checker needs. */
export async function readEvidence({ seed, commands, journal, logs }: CheckOrders): Promise<Evidence> {
  const attempts: Attempt[] = [];
  for (const { engine, path } of logs) for (const attempt of await readLog(path, engine)) attempts.push(attempt);
  return { seed, commands, attempts, ...(await readJournal(journal)) };
}
