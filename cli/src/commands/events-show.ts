import { Failure } from "../failure.ts";
import { eventBlock, eventJson, versionJson, versionLine, word } from "../journal/event-text.ts";
import { type AppEntity, type Journal, type JournalChoice, withJournal } from "../journal/open-journal.ts";
import type { ShownState, Until } from "../journal/tools.ts";
import { unknownEntity } from "../journal/unknown-entity.ts";
import { untilOf } from "../journal/until.ts";
import type { Host } from "../terminal/host.ts";
import { jsonText } from "../terminal/json-text.ts";
import { untilStopped } from "../terminal/until-stopped.ts";

/** Options of `ego events show`. */
export interface EventsShowOptions extends JournalChoice {
  /** Shows the state instead of the events. */
  readonly state?: boolean;
  /** A revision or a time, as typed. */
  readonly at?: string;
  /** Shows sensitive fields too. */
  readonly sensitive?: boolean;
  /** Prints JSON instead of text, one object on each line. */
  readonly json?: boolean;
}

/** The latest versions of a durable state that are listed. */
const versionLimit = 1_000;

/**
 * `ego events show`: prints what is stored of one entity.
 *
 * @throws Failure if nothing is, or if it cannot be read
 */
export async function eventsShow(host: Host, entity: string, id: string, options: EventsShowOptions): Promise<void> {
  const until = untilOf(options.at);
  await withJournal(host, { ...options, stateOf: entity }, async (journal) => {
    const known = journal.entities?.find(({ name }) => name === entity);
    const shown: Shown = { host, journal, entity, id, until, options };
    if (options.state) return showState(shown, known);
    if (known?.durable) return showVersions(shown, known);
    if (await showEvents(shown)) return;
    if (known === undefined && (await showVersions(shown, undefined))) return;
    throw nothing(shown, known);
  });
}

interface Shown {
  readonly host: Host;
  readonly journal: Journal;
  readonly entity: string;
  readonly id: string;
  readonly until: Until;
  readonly options: EventsShowOptions;
}

/** @returns whether there is an event */
function showEvents({ host, journal, entity, id, until, options }: Shown): Promise<boolean> {
  const { tools, store, entities = [] } = journal;
  const tables = entities.map(({ table }) => table);
  const view = tools.eventViewer(tables as never, options.sensitive === true);
  return untilStopped(async (stop) => {
    let any = false;
    for await (const page of tools.storedHistory(store.events as never, entity, id, until)) {
      for (const event of page.map((stored) => view(stored as never))) {
        if (stop.aborted) return true;
        if (options.json) host.out(jsonText(eventJson(event)));
        else {
          if (!any) host.out(`${word(entity)} ${word(id)}`);
          for (const line of eventBlock(event)) host.out(line);
        }
        any = true;
      }
    }
    return any;
  });
}

/** @returns whether there is a version */
async function showVersions(shown: Shown, known: AppEntity | undefined): Promise<boolean> {
  const { host, journal, entity, id, until, options } = shown;
  const { tools, store } = journal;
  if (store.states === undefined) return false;
  const all = await tools.stateVersions(store as never, entity, id, versionLimit);
  const { revision = Number.POSITIVE_INFINITY, time = Number.POSITIVE_INFINITY } = until;
  const versions = all.filter((version) => version.revision <= revision && version.recordedAt <= time).toReversed();
  const [first] = versions;
  if (first === undefined) {
    if (known === undefined) return false;
    throw nothing(shown, known);
  }
  if (options.json) for (const version of versions) host.out(jsonText(versionJson(entity, id, version)));
  else {
    host.out(`${word(entity)} ${word(id)}, a durable state: its versions`);
    if (first.revision > 1 && all.length === versionLimit)
      host.out(`  (versions before #${first.revision} are not shown)`);
    for (const version of versions) host.out(versionLine(version));
  }
  if (known && versions.length === all.length) await showState(shown, known);
  return true;
}

async function showState(shown: Shown, known: AppEntity | undefined): Promise<void> {
  const { host, journal, entity, id, until, options } = shown;
  const { tools, store } = journal;
  if (known === undefined) throw noBehavior(shown);
  if (known.durable) await checkLatest(shown);
  const { implementation } = known;
  const sensitive = options.sensitive === true;
  const state = await tools.entityState(implementation as never, id, store as never, until, sensitive);
  if (state.revision === 0) throw nothing(shown, known);
  host.out(options.json ? jsonText(stateJson(entity, id, state)) : stateText(entity, id, state));
}

/** Of a durable state, nothing is stored but what it is now. */
async function checkLatest({ journal, entity, id, until }: Shown): Promise<void> {
  const { revision = Number.POSITIVE_INFINITY, time = Number.POSITIVE_INFINITY } = until;
  const [latest] = await journal.tools.stateVersions(journal.store as never, entity, id, 1);
  if (latest === undefined || (latest.revision <= revision && latest.recordedAt <= time)) return;
  throw new Failure(
    "input",
    `${word(entity)} has a durable state: of ${word(id)}, revision ${latest.revision} is stored, and none before. Leave out --at.`,
  );
}

function stateText(entity: string, id: string, { revision, state }: ShownState): string {
  const what = state === undefined ? "removed" : JSON.stringify(state, null, 2);
  return `${word(entity)} ${word(id)}, state at #${revision}\n${what}`;
}

function stateJson(entity: string, id: string, { revision, state }: ShownState): object {
  return { format: 1, entity, id, revision, state: state ?? null };
}

function noBehavior({ journal: { entities }, entity }: Shown): Failure {
  if (entities === undefined) {
    return new Failure(
      "input",
      "A state is made of the events by the behavior of the entity, and there is no ego.config.ts here that says where that is.",
    );
  }
  return new Failure("input", unknownEntity(entities, entity));
}

function nothing({ journal: { entities, place }, entity, id, until }: Shown, known: AppEntity | undefined): Failure {
  if (entities !== undefined && known === undefined) {
    return new Failure("input", `${unknownEntity(entities, entity)} Nothing of that name is stored either.`);
  }
  const limited = until.revision !== undefined || until.time !== undefined;
  const then = limited ? " up to there" : "";
  return new Failure("input", `Nothing is stored of ${word(entity)} ${word(id)}${then}, in ${place}.`);
}
