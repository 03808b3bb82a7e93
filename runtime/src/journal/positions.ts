import { EgoError } from "../error/ego-error.ts";

const form = /^v1;shards=(\d+);((\d+:\d+)(,\d+:\d+)*)?$/;

/**
 * A position of each shard as one text, for whoever wants to go on from there later: `v1;shards=64;3:17,40:2`. Shards
 * at their start are left out. It says how many shards the journal has, since elsewhere it would mean something else.
 */
export function formatPositions(positions: readonly number[]): string {
  const shards = positions.flatMap((position, shard) => (position > 0 ? [`${shard}:${position}`] : []));
  return `v1;shards=${positions.length};${shards.join(",")}`;
}

/**
 * Reads what `formatPositions` wrote.
 *
 * @throws EgoError `invalid_argument` for another text, or positions in a journal with another number of shards
 */
export function parsePositions(text: string, shardCount: number): readonly number[] {
  const match = typeof text === "string" ? form.exec(text) : null;
  if (!match) {
    throw new EgoError(
      "invalid_argument",
      `${JSON.stringify(text)} is no position in a journal. Begin at "start", at "now", or at what \`positions()\` of a subscription gave.`,
    );
  }
  const [, shards, list = ""] = match;
  if (Number(shards) !== shardCount) {
    throw new EgoError(
      "invalid_argument",
      `The positions are of a journal with ${shards} shards, and this one has ${shardCount}. Positions mean nothing in another journal: begin at "start".`,
      { details: { shards: Number(shards), shardCount } },
    );
  }
  const positions = Array.from({ length: shardCount }, () => 0);
  for (const entry of list === "" ? [] : list.split(",")) {
    const [shard = 0, position = 0] = entry.split(":").map(Number);
    if (shard >= shardCount || positions[shard] !== 0 || !(position > 0 && Number.isSafeInteger(position))) {
      throw new EgoError("invalid_argument", `${entry} of ${JSON.stringify(text)} is no position of a shard.`);
    }
    positions[shard] = position;
  }
  return positions;
}
