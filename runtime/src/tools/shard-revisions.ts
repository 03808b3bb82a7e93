import type { EntityName, StoredEvent } from "../journal/event-store.ts";

/** Revisions of an entity that were not met. */
export interface RevisionGap {
  readonly entityType: string;
  readonly entityId: string;
  readonly from: number;
  readonly to: number;
  /** The position of the event that stands behind the gap. */
  readonly position: number;
}

/** What is wrong with the revision of an event. */
export interface Misplaced {
  /** `late`: it stands behind one that is higher. `repeated`: the entity has two of it. */
  readonly kind: "late" | "repeated";
  /** The highest revision before it. */
  readonly last: number;
}

/** An entity as one text: no id has a NUL. */
export function keyOf({ entityType, entityId }: EntityName): string {
  return `${entityType}\0${entityId}`;
}

/** The revisions of the entities of one shard, in the order of positions. Of each entity it keeps its key and a number. */
export class ShardRevisions {
  readonly #last = new Map<string, number>();
  readonly #gaps = new Map<string, RevisionGap[]>();

  /** How many entities were met. */
  get size(): number {
    return this.#last.size;
  }

  /** Whether an event of the entity was met. */
  knows(key: string): boolean {
    return this.#last.has(key);
  }

  /** Takes the next event of the shard. Returns what is wrong with it, if anything is. */
  take(key: string, { entityType, entityId, revision, position }: StoredEvent): Misplaced | undefined {
    const last = this.#last.get(key) ?? 0;
    if (revision <= last) return { kind: this.#fill(key, revision) ? "late" : "repeated", last };
    this.#last.set(key, revision);
    if (revision > last + 1) {
      const gap = { entityType, entityId, from: last + 1, to: revision - 1, position };
      const gaps = this.#gaps.get(key);
      if (gaps) gaps.push(gap);
      else this.#gaps.set(key, [gap]);
    }
    return undefined;
  }

  /** What was not met until the end of the shard. */
  *gaps(): Generator<RevisionGap> {
    for (const gaps of this.#gaps.values()) yield* gaps;
  }

  /** Takes a revision out of the gap that it is in. Returns false if it is in none. */
  #fill(key: string, revision: number): boolean {
    const gaps = this.#gaps.get(key) ?? [];
    const left = gaps.flatMap((gap) => without(gap, revision));
    this.#gaps.set(key, left);
    return left.length !== gaps.length || left.some((gap, at) => gap !== gaps[at]);
  }
}

/** What is left of a gap without one revision. */
export function without(gap: RevisionGap, revision: number): readonly RevisionGap[] {
  const { from, to } = gap;
  if (revision < from || revision > to) return [gap];
  return [
    ...(revision > from ? [{ ...gap, to: revision - 1 }] : []),
    ...(revision < to ? [{ ...gap, from: revision + 1 }] : []),
  ];
}
