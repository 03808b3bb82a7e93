import { exitCode } from "../failure.ts";
import { auditJson, auditText } from "../journal/audit-text.ts";
import { type JournalChoice, withJournal } from "../journal/open-journal.ts";
import type { Violation } from "../journal/tools.ts";
import type { Host } from "../terminal/host.ts";
import { jsonText } from "../terminal/json-text.ts";

/** Options of `ego verify`. */
export interface VerifyOptions extends JournalChoice {
  /** Prints JSON instead of text. */
  readonly json?: boolean;
}

/** The violations that are listed; the rest is counted. */
const listed = 20;
/** Progress is printed so often, at most. */
const progressMs = 100;

/**
 * `ego verify`: looks whether the whole journal is as it has to be, and the projections within it.
 *
 * @returns the exit code: 1 if it is not
 * @throws Failure if it cannot be read
 */
export function verify(host: Host, options: VerifyOptions): Promise<number> {
  return withJournal(host, options, async ({ place, store, tools, entities }) => {
    const tables = entities?.map(({ table }) => table);
    const { events, projections, states } = store;
    const audit = tools.auditJournal(events as never, {
      tables: tables as never,
      projections: projections as never,
      states: states as never,
    });
    const places: Violation[] = [];
    let shownAt = Number.NEGATIVE_INFINITY;
    let step = await audit.next();
    for (; !step.done; step = await audit.next()) {
      const { value } = step;
      if (value.kind === "violation") {
        if (places.length < listed) places.push(value.violation);
      } else if (performance.now() - shownAt > progressMs) {
        const { shard, shards, events } = value.progress;
        host.progress?.(`Verifying: ${shard} of ${shards} shards, ${events.toLocaleString("en")} events`);
        shownAt = performance.now();
      }
    }
    host.progress?.("");
    const report = step.value;
    host.out(options.json ? jsonText(auditJson(place, report, places)) : auditText(place, report, places));
    return report.violations === 0 ? exitCode.ok : exitCode.input;
  });
}
