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
 * Which parts are for a node, when each node has its share: as many as the others, or one more. A node decides for itself
 * alone; where two want the same part, the store lets one have it.
 *
 * @param wanted versions that are to run, and that this node has a handler for
 * @param isDead whether the owner of a part is known to be gone, although its time is not over
 */
export function sharesOf(
  node: string,
  wanted: readonly ProjectionRecord[],
  { leases, nodes }: Pick<ProjectionView, "leases" | "nodes">,
  now: number,
  isDead: (node: string) => boolean,
): Shares {
  const byPart = new Map(leases.map((lease) => [keyOf(lease), lease]));
  const parts = wanted.flatMap(({ name, version, parts: count }) =>
    Array.from({ length: count }, (_, part): Part => ({ name, version, part })),
  );
  const isFree = (lease: PartLease | undefined) =>
    lease?.owner === undefined || lease.expiresAt <= now || !nodes.includes(lease.owner) || isDead(lease.owner);
  const mine: Part[] = [];
  const free: (Part & { readonly from: string | undefined })[] = [];
  for (const part of parts) {
    const lease = byPart.get(keyOf(part));
    if (lease?.owner === node) mine.push(part);
    else if (isFree(lease)) free.push({ ...part, from: lease?.owner });
  }
  const alive = nodes.filter((other) => other === node || !isDead(other)).length;
  const share = Math.ceil(parts.length / Math.max(1, alive));
  const keys = new Set(parts.map(keyOf));
  const notWanted = leases.filter((lease) => lease.owner === node && !keys.has(keyOf(lease)));
  return {
    keep: mine.slice(0, share),
    take: free.slice(0, Math.max(0, share - mine.length)),
    release: [...mine.slice(share), ...notWanted.map(({ name, version, part }) => ({ name, version, part }))],
  };
}

/** A part as one text. */
export function keyOf({ name, version, part }: Part): string {
  return `${name}\0${version}\0${part}`;
}
