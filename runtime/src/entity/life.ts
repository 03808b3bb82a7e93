import type { Tuning } from "../codegen/tuning.ts";
import { EgoError } from "../error/ego-error.ts";

/** How long the entities of one kind stay in memory, and what becomes of those that fail. */
export interface EntityLife {
  /** Milliseconds; undefined if they stay. */
  readonly passivateAfterMs: number | undefined;
  readonly onFailure: "restart" | "stop";
}

const units: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
]);

/** Timers take no more. */
const maxMs = 2 ** 31 - 1;

/**
 * The tuning of an entity, checked.
 *
 * @throws EgoError `invalid_argument` saying which member is wrong
 */
export function lifeOf({ passivateAfter = "2m", onFailure = "restart" }: Tuning, entity: string): EntityLife {
  const wrong = (member: string, what: string) =>
    new EgoError("invalid_argument", `${member} of the entity ${JSON.stringify(entity)} ${what}`, {
      details: { entity, member },
    });
  if (onFailure !== "restart" && onFailure !== "stop") {
    throw wrong("onFailure", `is "restart" or "stop", and not ${JSON.stringify(onFailure)}`);
  }
  if (passivateAfter === "never") return { passivateAfterMs: undefined, onFailure };
  const ms = millisecondsOf(passivateAfter);
  if (ms === undefined || !(ms >= 1 && ms <= maxMs)) {
    throw wrong(
      "passivateAfter",
      `is a time as "90s", "2m" or "1h", a number of milliseconds from 1 to ${maxMs}, or "never", and not ${JSON.stringify(passivateAfter)}`,
    );
  }
  return { passivateAfterMs: ms, onFailure };
}

/** A time in milliseconds; undefined if it is none. */
export function millisecondsOf(duration: unknown): number | undefined {
  if (typeof duration === "number") return duration;
  const match = typeof duration === "string" ? /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(duration) : null;
  const unit = units.get(match?.[2] ?? "");
  return unit === undefined ? undefined : Number(match?.[1]) * unit;
}
