import type { Evidence, Final, JournalEvent, JournalVersion } from "./evidence.ts";
import { linesOf } from "./log.ts";

/** One thing that the journal has, as a line of a file. */
export type JournalLine =
  | { readonly event: JournalEvent }
  | { readonly version: JournalVersion }
  | { readonly final: Final };

/** Reads a file of such lines. */
export async function readJournal(path: string): Promise<Pick<Evidence, "events" | "versions" | "finals">> {
  const events: JournalEvent[] = [];
  const versions: JournalVersion[] = [];
  const finals: Final[] = [];
  for await (const line of linesOf(path)) {
    const one = line as JournalLine;
    if ("event" in one) events.push(one.event);
    else if ("version" in one) versions.push(one.version);
    else finals.push(one.final);
  }
  return { events, versions, finals };
}
