import { EgoError } from "../error/ego-error.ts";

const list = String.raw`(?:\d+:\d+(?:,\d+:\d+)*)`;
const form = new RegExp(`^v1;shards=(\\d+);(${list}?)(?:;states=(${list}))?$`);

/**
 * A position of each shard as one text, for whoever wants to go on from there later: `v1;shards=64;3:17,40:2`. Shards
 * at their start are left out. It says how many shards the journal has, since elsewhere it would mean something else.
 */
export function formatPositions(positions: readonly number[]): string {
  return `v1;shards=${positions.length};${listOf(positions)}`;
}

/** The position of a version of a durable state as such a text: `v1;shards=64;;states=3:17`. */
export function formatStatePosition(shardCount: number, shard: number, position: number): string {
  return `v1;shards=${shardCount};${position > 0 ? `;states=${shard}:${position}` : ""}`;
}

function listOf(positions: readonly number[]): string {
  return positions.flatMap((position, shard) => (position > 0 ? [`${shard}:${position}`] : [])).join(",");
}

/**
 * Reads what `formatPositions` wrote.
 *
 * @throws EgoError `invalid_argument` for another text, or positions in a journal with another number of shards
 */
export function parsePositions(text: string, shardCount: number): readonly number[] {
  const positions = parseAllPositions(text, shardCount);
  if (positions.slice(shardCount).every((position) => position === 0)) return positions.slice(0, shardCount);
  throw new EgoError(
    "invalid_argument",
    `${JSON.stringify(text)} is a position of a durable state: what reads events alone cannot begin there.`,
  );
}

/**
 * Reads what `formatPositions` or `formatStatePosition` wrote.
 *
 * @returns by shard, those of durable states behind those of events
 * @throws EgoError as `parsePositions`
 */
export function parseAllPositions(text: string, shardCount: number): readonly number[] {
  const match = typeof text === "string" ? form.exec(text) : null;
  if (!match) {
    throw new EgoError(
      "invalid_argument",
      `${JSON.stringify(text)} is no position in a journal. Begin at "start", at "now", or at what \`positions()\` of a subscription gave.`,
    );
  }
  const [, shards, events = "", states = ""] = match;
  if (Number(shards) !== shardCount) {
    throw new EgoError(
      "invalid_argument",
      `The positions are of a journal with ${shards} shards, and this one has ${shardCount}. Positions mean nothing in another journal: begin at "start".`,
      { details: { shards: Number(shards), shardCount } },
    );
  }
  return [events, states].flatMap((list) => {
    const positions = Array.from({ length: shardCount }, () => 0);
    for (const entry of list === "" ? [] : list.split(",")) {
      const [shard = 0, position = 0] = entry.split(":").map(Number);
      if (shard >= shardCount || positions[shard] !== 0 || !(position > 0 && Number.isSafeInteger(position))) {
        throw new EgoError("invalid_argument", `${entry} of ${JSON.stringify(text)} is no position of a shard.`);
      }
      positions[shard] = position;
    }
    return positions;
  });
}
