import type { PartLease, ProjectionRecord, ProjectionVersion, ProjectionView } from "../journal/projection-store.ts";

/** A part that a node is to run. */
export interface Part extends ProjectionVersion {
  readonly part: number;
}

/** What a node is to do about parts. */
export interface Shares {
  /** Those that it has and may keep. */
  readonly keep: readonly Part[];
  /** Those that it is to take, each with the owner that it has now. */
  readonly take: readonly (Part & { readonly from: string | undefined })[];
  /** Those that it has and is to give up. */
  readonly release: readonly Part[];
}

/**
 * Which parts are for a node, when each node has its share: as many as the others that have a handler for them, or one
 * more. A node decides for itself
 * alone; where two want the same part, the store lets one have it.
 *
 * @param wanted versions that are to run, and that this node has a handler for
 * @param isDead whether the owner of a part is known to be gone, although its time is not over
 */
export function sharesOf(
  node: string,
  wanted: readonly ProjectionRecord[],
  { leases, nodes, handles }: Pick<ProjectionView, "leases" | "nodes" | "handles">,
  now: number,
  isDead: (node: string) => boolean,
): Shares {
  const byPart = new Map(leases.map((lease) => [keyOf(lease), lease]));
  const parts = wanted.flatMap(({ name, version, parts: count }) =>
    Array.from({ length: count }, (_, part): Part => ({ name, version, part })),
  );
  const isFree = (lease: PartLease | undefined) =>
    lease?.owner === undefined || lease.expiresAt <= now || !nodes.includes(lease.owner) || isDead(lease.owner);
  const shares: { keep: Part[]; take: (Part & { readonly from: string | undefined })[]; release: Part[] } = {
    keep: [],
    take: [],
    release: [],
  };
  const alive = nodes.filter((other) => other !== node && !isDead(other));
  const able = ({ name }: Part) => alive.filter((other) => handles.get(other)?.includes(name));
  // What the same nodes can run is shared by them, together: a part of each of many projections is many parts.
  const groups = Map.groupBy(parts, (part) => able(part).join("\0"));
  for (const group of groups.values()) {
    const [first] = group as [Part, ...Part[]];
    const share = Math.ceil(group.length / (able(first).length + 1));
    const mine = group.filter((part) => byPart.get(keyOf(part))?.owner === node);
    const free = group.filter((part) => !mine.includes(part) && isFree(byPart.get(keyOf(part))));
    shares.keep.push(...mine.slice(0, share));
    shares.release.push(...mine.slice(share));
    const taken = free.slice(0, Math.max(0, share - mine.length));
    shares.take.push(...taken.map((part) => ({ ...part, from: byPart.get(keyOf(part))?.owner })));
  }
  const keys = new Set(parts.map(keyOf));
  const notWanted = leases.filter((lease) => lease.owner === node && !keys.has(keyOf(lease)));
  shares.release.push(...notWanted.map(({ name, version, part }) => ({ name, version, part })));
  return shares;
}

/** A part as one text. */
export function keyOf({ name, version, part }: Part): string {
  return `${name}\0${version}\0${part}`;
}
