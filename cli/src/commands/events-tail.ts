import { Failure } from "../failure.ts";
import { eventJson, eventLine } from "../journal/event-text.ts";
import { type JournalChoice, withJournal } from "../journal/open-journal.ts";
import { unknownEntity } from "../journal/unknown-entity.ts";
import type { Host } from "../terminal/host.ts";
import { jsonText } from "../terminal/json-text.ts";
import { printableName } from "../terminal/printable.ts";
import { untilStopped } from "../terminal/until-stopped.ts";

/** Options of `ego events tail`. */
export interface EventsTailOptions extends JournalChoice {
  /** Only events of this entity. */
  readonly entity?: string;
  readonly from: "start" | "now";
  /** Ends after so many events, as typed. */
  readonly limit?: string;
  /** Shows sensitive fields too. */
  readonly sensitive?: boolean;
  /** Prints JSON instead of text, one object on each line. */
  readonly json?: boolean;
}

/**
 * `ego events tail`: prints the events that are stored, by whatever program, until a signal comes.
 *
 * @throws Failure if the journal cannot be read, or has a gap
 */
export async function eventsTail(host: Host, options: EventsTailOptions): Promise<void> {
  const limit = limitOf(options.limit);
  await withJournal(host, options, async ({ store, tools, entities }) => {
    const { entity } = options;
    if (entity !== undefined && entities?.every(({ name }) => name !== entity)) {
      // Another program may store events of it: that is waited for.
      host.err(unknownEntity(entities, entity));
    }
    const tables = entities?.map(({ table }) => table) ?? [];
    const view = tools.eventViewer(tables as never, options.sensitive === true);
    await untilStopped(async (stop) => {
      const report = (failure: Error) => host.err(failure.message);
      let count = 0;
      for await (const page of tools.followJournal(store.events as never, { from: options.from, stop, report })) {
        for (const stored of page) {
          if (entity !== undefined && stored.entityType !== entity) continue;
          const event = view(stored as never);
          host.out(options.json ? jsonText(eventJson(event)) : eventLine(event));
          if (++count >= limit || stop.aborted) return;
        }
      }
    });
  });
}

function limitOf(typed: string | undefined): number {
  if (typed === undefined) return Number.POSITIVE_INFINITY;
  if (/^\d{1,15}$/.test(typed) && Number(typed) > 0) return Number(typed);
  throw new Failure("input", `\`--limit ${printableName(typed)}\` is no number of events. Write \`--limit 10\`.`);
}
