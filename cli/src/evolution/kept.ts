import type { Entity } from "@ego/protoc-gen-ego/model";
import type { Change } from "./change.ts";

/** Something that both versions have, under one name. */
export interface Kept<Named> {
  readonly was: Named;
  readonly is: Named;
}

/** What has a name in both of two lists, in the order of before. */
export function keptOf<Named extends { readonly name: string }>(
  before: readonly Named[],
  now: readonly Named[],
): readonly Kept<Named>[] {
  const named = new Map(now.map((one) => [one.name, one]));
  return before.flatMap((was) => {
    const is = named.get(was.name);
    return is === undefined ? [] : [{ was, is }];
  });
}

/** The entities that both versions have. */
export function keptEntities({ before, now }: Change): readonly Kept<Entity>[] {
  return keptOf(before.domain.entities, now.domain.entities);
}

/** The entities whose events are stored by both versions. */
export function keptJournals(change: Change): readonly Kept<Entity>[] {
  return keptEntities(change).filter(({ was, is }) => !was.durable && !is.durable);
}

/** The entities whose states are stored by both versions. */
export function keptStates(change: Change): readonly Kept<Entity>[] {
  return keptEntities(change).filter(({ was, is }) => was.durable && is.durable);
}
