import type { ProjectionTuning } from "../codegen/projection-tuning.ts";
import { millisecondsOf } from "../entity/life.ts";
import { EgoError } from "../error/ego-error.ts";
import { nearest } from "../error/nearest.ts";

/** The tuning of a projection, with its defaults. Times are in milliseconds. */
export interface ProjectionLife {
  /** Whether an event is passed over that the handler fails on for good. */
  readonly skips: boolean;
  /** How often an event is tried again; 0 for a policy that does not. */
  readonly retries: number;
  readonly retryAfterMs: number;
  readonly batchSize: number;
  readonly timeoutMs: number;
  /** Whether it is projected where its events are stored. */
  readonly inline: boolean;
  readonly from: "start" | "now";
  /** Undefined: what the store has use for. */
  readonly parts: number | undefined;
}

const names: Readonly<Record<keyof ProjectionTuning, true>> = {
  onFailure: true,
  retries: true,
  retryAfter: true,
  batchSize: true,
  timeout: true,
  inline: true,
  from: true,
  parts: true,
};

const policies = ["fail", "retry-and-fail", "skip", "retry-and-skip"] as const;
/** Timers take no more. */
const maxMs = 2 ** 31 - 1;
const maxParts = 64;
const maxBatch = 10_000;

/**
 * The tuning of a projection, checked.
 *
 * @throws EgoError `invalid_argument` saying which member is wrong
 */
export function projectionLife(tuning: ProjectionTuning, projection: string): ProjectionLife {
  const refuse = (member: string, what: string) =>
    new EgoError(
      "invalid_argument",
      `${member} of the projection ${JSON.stringify(projection)} ${what}${what.endsWith("?") ? "" : "."}`,
      {
        details: { projection, member },
      },
    );
  const whole = (member: "retries" | "batchSize" | "parts", most: number, otherwise: number) => {
    const value = tuning[member] ?? otherwise;
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw refuse(member, `is a whole number from 1 to ${most}, and not ${JSON.stringify(value)}`);
  };
  const time = (member: "retryAfter" | "timeout", otherwise: number) => {
    const ms = millisecondsOf(tuning[member] ?? otherwise);
    if (ms !== undefined && ms >= 1 && ms <= maxMs) return ms;
    throw refuse(member, `is a time as "500ms" or "30s", and not ${JSON.stringify(tuning[member])}`);
  };
  for (const name of Object.keys(tuning)) {
    if (Object.hasOwn(names, name)) continue;
    const meant = nearest(name, Object.keys(names));
    throw refuse(name, `is no tuning${meant ? `: is ${meant} meant?` : ""}`);
  }
  const { onFailure = "fail", from = "start", inline = false } = tuning;
  if (!policies.includes(onFailure)) {
    throw refuse("onFailure", `is one of ${policies.join(", ")}, and not ${JSON.stringify(onFailure)}`);
  }
  if (from !== "start" && from !== "now") {
    throw refuse("from", `is "start" or "now", and not ${JSON.stringify(from)}`);
  }
  if (typeof inline !== "boolean") throw refuse("inline", `is true or false, and not ${JSON.stringify(inline)}`);
  return {
    inline,
    skips: onFailure === "skip" || onFailure === "retry-and-skip",
    retries: onFailure.startsWith("retry") ? whole("retries", Number.MAX_SAFE_INTEGER, 5) : 0,
    retryAfterMs: time("retryAfter", 1_000),
    batchSize: whole("batchSize", maxBatch, 500),
    timeoutMs: time("timeout", 10_000),
    from,
    parts: tuning.parts === undefined ? undefined : whole("parts", maxParts, 1),
  };
}
