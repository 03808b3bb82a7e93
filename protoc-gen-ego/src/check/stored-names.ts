import type { Report } from "../diagnostics/diagnostic.ts";
import { place } from "../diagnostics/render.ts";
import { type Domain, type Event, storedName } from "../model/domain.ts";
import type { Position } from "../options/position.ts";

const grammar = /^[A-Za-z0-9_.-]+$/;
/** What every store has room for. */
const maxLength = 255;

/** EGO022: the names under which events are stored. What is read from a journal must be one event, always the same. */
export function checkStoredNames(domain: Domain, report: Report): void {
  const first = new Map<string, Claim>();
  for (const claim of claimsOf(domain)) {
    if (claim.is !== "name") checkGrammar(claim, report);
    const other = first.get(claim.name);
    if (!other) {
      first.set(claim.name, claim);
      continue;
    }
    // What is written is what can be mended: the name of a message is as it is.
    const [wrong, right] = claim.is === "name" && other.is !== "name" ? [other, claim] : [claim, other];
    if (wrong.by.generate || right.by.generate) report.error("EGO022", wrong.at, textOf(wrong, right));
  }
}

/** A name that an event is stored under, or was. */
interface Claim {
  readonly name: string;
  readonly by: Event;
  /** The name of the message itself, or the option that says another. */
  readonly is: "name" | "type" | "alias";
  readonly at: Position;
}

function claimsOf({ events }: Domain): Claim[] {
  return events.flatMap((by): Claim[] => {
    const { type, aliases } = by.mark;
    return [
      { name: storedName(by), by, is: type ? "type" : "name", at: type?.at ?? by.at },
      ...aliases.map(({ value, at }): Claim => ({ name: value, by, is: "alias", at })),
    ];
  });
}

function checkGrammar({ name, by, is, at }: Claim, report: Report): void {
  if (!by.generate || (grammar.test(name) && name.length <= maxLength)) return;
  report.error(
    "EGO022",
    at,
    `"${name}" cannot be ${is === "type" ? "the type" : "an alias"} of ${by.desc.name}. Use letters, digits, "_", "." and "-", at most ${maxLength}, as in a full name: ${by.desc.typeName}.`,
  );
}

function textOf(wrong: Claim, right: Claim): string {
  const { name, by, is } = wrong;
  const what = `"${name}", ${is === "alias" ? "an alias" : "the type"} of ${by.desc.name},`;
  if (by === right.by) {
    const has = right.is === "alias" ? "is among its aliases already" : "is the name under which it is stored anyway";
    return `${what} ${has}. Remove the alias.`;
  }
  const as = right.is === "alias" ? "an alias" : "the stored name";
  const advice =
    right.is === "name" && is === "type"
      ? `Give ${right.by.desc.name} a type of its own, or remove this one.`
      : "A stored name leads to one event: remove it from one of them.";
  return `${what} is ${as} of ${right.by.desc.name} at ${place(right.at)} too. ${advice}`;
}
