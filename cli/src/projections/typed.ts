import { Failure } from "../failure.ts";
import { printableName } from "../terminal/printable.ts";
import type { ShardPosition } from "./tools.ts";

/** A place in the journal, as typed. */
export interface TypedPlace {
  readonly shard?: string;
  readonly position?: string;
}

/**
 * What `--shard` and `--position` say.
 *
 * @returns undefined if neither is given
 * @throws Failure if only one is, or if they are no numbers
 */
export function placeOf({ shard, position }: TypedPlace): ShardPosition | undefined {
  if (shard === undefined && position === undefined) return undefined;
  if (shard === undefined || position === undefined) {
    throw new Failure("input", "A place in the journal is `--shard` and `--position` together.");
  }
  return { shard: wholeOf("--shard", shard, 0), position: wholeOf("--position", position, 1) };
}

/**
 * What `--from` says: `start`, `now`, positions, or a time.
 *
 * @throws Failure if it is none of them
 */
export function fromOf(typed: string): "start" | "now" | Date | string {
  if (typed === "start" || typed === "now" || typed.startsWith("v1;")) return typed;
  const time = /^\d{4}-\d\d-\d\d/.test(typed) ? Date.parse(typed) : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time);
  throw new Failure(
    "input",
    `\`--from ${printableName(typed)}\` is no place to begin at. Write \`start\`, \`now\`, a time as \`2026-08-01T12:00:00Z\`, or positions as \`v1;shards=64;3:17\`.`,
  );
}

/** @throws Failure if that is no whole number, or a smaller one */
export function wholeOf(option: string, typed: string, least: number): number {
  if (/^\d{1,15}$/.test(typed) && Number(typed) >= least) return Number(typed);
  throw new Failure("input", `\`${option} ${printableName(typed)}\` is no number from ${least} on.`);
}
