import type { EntityTable } from "../codegen/entity.ts";
import type { StoredEvent } from "../journal/event-store.ts";
import type { UnknownType } from "./audit-finding.ts";
import { knownEvents } from "./stored-types.ts";

/** Counts the events whose type no entity knows, by entity and type. */
export class TypeTally {
  readonly #known: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
  readonly #unknown = new Map<string, UnknownType>();

  constructor(tables: readonly EntityTable[]) {
    this.#known = new Map(tables.map((table) => [table.name, knownEvents(table)]));
  }

  take({ entityType: entity, type, shard, position }: StoredEvent): void {
    if (this.#known.get(entity)?.has(type)) return;
    const key = `${entity}\0${type}`;
    const { events, ...first } = this.#unknown.get(key) ?? { entity, type, events: 0, shard, position };
    this.#unknown.set(key, { ...first, events: events + 1 });
  }

  /** Those that were found, in the order of their first events. */
  unknown(): readonly UnknownType[] {
    return [...this.#unknown.values()];
  }
}
