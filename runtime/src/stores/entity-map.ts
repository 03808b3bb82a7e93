/**
 * Values by entity: a map of maps, so that looking one up makes no string of type and id, and no id can be mistaken
 * for another type's.
 */
export class EntityMap<Type, Value> {
  readonly #types = new Map<Type, Map<string, Value>>();
  #size = 0;

  /** How many entities have a value. */
  get size(): number {
    return this.#size;
  }

  get(type: Type, id: string): Value | undefined {
    return this.#types.get(type)?.get(id);
  }

  set(type: Type, id: string, value: Value): void {
    let ids = this.#types.get(type);
    if (ids === undefined) {
      ids = new Map();
      this.#types.set(type, ids);
    }
    const before = ids.size;
    ids.set(id, value);
    this.#size += ids.size - before;
  }
}
