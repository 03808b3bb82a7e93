import type { Report } from "../diagnostics/diagnostic.ts";
import { lastPart, nearest } from "../diagnostics/nearest.ts";
import { place } from "../diagnostics/render.ts";
import {
  type Command,
  currentEvents,
  type Domain,
  type Event,
  entityOf,
  type Message,
  newestOf,
} from "../model/domain.ts";
import type { Reference } from "../model/reference.ts";
import type { Saga, Trigger } from "../model/saga.ts";
import { checkCorrelation } from "./correlation.ts";

/** EGO001, EGO050 to EGO052, EGO054 and EGO055: what a saga consumes, sends, and waits for. */
export function checkSagas(domain: Domain, report: Report): void {
  const events = domain.entities.flatMap(currentEvents);
  for (const saga of domain.sagas) {
    if (!saga.generate) continue;
    checkContent(saga, report);
    for (const [verb, triggers] of [["starts on", saga.startsOn] as const, ["reacts to", saga.reactsTo] as const]) {
      for (const trigger of triggers) {
        if (!checkReference(saga, verb, trigger, "event", events, report)) continue;
        checkEntity(domain, saga, verb, trigger, report);
        checkCurrent(domain, saga, verb, trigger, report);
      }
    }
    for (const sent of saga.sends) {
      if (!checkReference(saga, "sends", sent, "command", domain.commands, report)) continue;
      checkEntity(domain, saga, "sends", sent, report);
    }
    checkTwice(saga, report);
    checkCorrelation(domain, saga, report);
    checkTimers(saga, report);
  }
}

function checkContent({ name, mark, startsOn, sends }: Saga, report: Report): void {
  if (startsOn.length === 0) {
    report.error(
      "EGO051",
      mark.at,
      `The saga ${name} starts on no event, so that no instance of it can be. Add the event that starts one: starts_on: ["..."].`,
    );
  }
  if (sends.length === 0) {
    report.warning(
      "EGO051",
      mark.at,
      `The saga ${name} sends no command: nothing comes of what it sees. Add the commands that it sends: sends: ["..."].`,
    );
  }
}

type Verb = "starts on" | "reacts to" | "sends";

/** Whether a name leads to a message of the right role. */
function checkReference(
  { name: saga }: Saga,
  verb: Verb,
  { name, at, message, target }: Reference<Message>,
  role: "event" | "command",
  candidates: readonly Message[],
  report: Report,
): boolean {
  if (target) return true;
  const article = role === "event" ? "an event" : "a command";
  if (message) {
    const is = message.mark ? `marked as ${message.mark.role}` : "not marked";
    report.error(
      "EGO050",
      at,
      `${message.desc.name}, which the saga ${saga} ${verb}, is ${is}. Mark it as ${role}, or name ${article}.`,
    );
  } else {
    const near = nearestOf(name, candidates);
    const advice = near
      ? `Did you mean "${near}"?`
      : `Write the name of ${article}; if that is in another file, give both (strategy: all).`;
    report.error("EGO050", at, `"${name}", which the saga ${saga} ${verb}, is not known. ${advice}`);
  }
  return false;
}

/** What was probably meant; the last part of a name may be the field that holds the correlation id. */
function nearestOf(name: string, candidates: readonly Message[]): string | undefined {
  const last = lastPart(name);
  const nearestTo = (part: string) =>
    nearest(
      part,
      candidates.map(({ desc }) => desc.name),
    );
  const owner = last === name ? undefined : nearestTo(lastPart(name.slice(0, -last.length - 1)));
  const hasField = candidates.some(
    ({ desc }) => desc.name === owner && desc.fields.some((field) => field.name === last),
  );
  return owner !== undefined && hasField ? `${owner}.${last}` : nearestTo(last);
}

/** EGO001 for what is in a file that others generate; of own files, it is said there. */
function checkEntity(
  domain: Domain,
  { name: saga }: Saga,
  verb: Verb,
  { target, at }: Reference<Event | Command>,
  report: Report,
): void {
  if (!target || target.generate || entityOf(domain, target)) return;
  const { desc, mark, entity } = target;
  const of = entity ? `of "${entity.value}"` : "of an entity that is not named";
  report.error(
    "EGO001",
    at,
    `${desc.name}, which the saga ${saga} ${verb}, is ${mark.role === "event" ? "an event" : "a command"} ${of}, whose state is in no file that was given. Import the file of the state, or give all files (strategy: all).`,
  );
}

function checkCurrent(domain: Domain, saga: Saga, verb: Verb, { target, at }: Trigger, report: Report): void {
  const upcast = domain.upcasts.find((one) => one.target === target);
  const entity = target && entityOf(domain, target);
  if (!target || !upcast || !entity || upcast.by.entity?.value !== entity.name) return;
  const newest = newestOf(entity, target);
  if (newest === target) return;
  report.error(
    "EGO050",
    at,
    `${target.desc.name}, which the saga ${saga.name} ${verb}, is old: it is read as ${newest.desc.name}. Name ${newest.desc.name} instead.`,
  );
}

function checkTwice({ name, startsOn, reactsTo, sends }: Saga, report: Report): void {
  const started = repeated(`The saga ${name} starts on`, startsOn, new Map(), report);
  repeated(`The saga ${name} reacts to`, reactsTo, started, report);
  repeated(`The saga ${name} sends`, sends, new Map(), report);
}

/** EGO054 for what is in a list for the second time, or was in the list before. Returns what is in the list. */
function repeated(
  says: string,
  references: readonly Reference<Message>[],
  before: ReadonlyMap<Message, Reference<Message>>,
  report: Report,
): Map<Message, Reference<Message>> {
  const seen = new Map<Message, Reference<Message>>();
  for (const reference of references) {
    const { target, name, at } = reference;
    if (!target) continue;
    const other = before.get(target);
    if (seen.has(target)) {
      report.error("EGO054", at, `${says} "${name}" twice. Remove one of them.`);
    } else if (other) {
      report.error("EGO054", at, `${says} "${name}", which it starts on at ${place(other.at)}. Remove one of them.`);
    }
    seen.set(target, reference);
  }
  return seen;
}

function checkTimers({ name: saga, timers }: Saga, report: Report): void {
  const seen = new Set<string>();
  for (const { value, at } of timers) {
    if (!/^[a-z][a-z0-9_]{0,62}$/.test(value)) {
      report.error(
        "EGO055",
        at,
        `"${value}" cannot be the name of a timer. Use lower case letters, digits and "_", first a letter, at most 63.`,
      );
    }
    if (seen.has(value))
      report.error("EGO054", at, `The saga ${saga} has the timer "${value}" twice. Remove one of them.`);
    seen.add(value);
  }
}
