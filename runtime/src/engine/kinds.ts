import type { CompiledCommand, CompiledEntity } from "../entity/compiled-entity.ts";
import type { EntityHost } from "../entity/host.ts";
import { EgoError } from "../error/ego-error.ts";
import type { AnyEntity } from "./options.ts";
import type { ActiveKind } from "./passivation.ts";

/** One kind of entity, and those of it that are in memory. */
export interface Kind extends ActiveKind {
  readonly compiled: CompiledEntity;
  readonly host: EntityHost;
  readonly client: (entityId: string) => object;
}

/** The kinds of entities of an engine. */
export class Kinds {
  readonly #kinds = new Map<string, Kind>();

  add(kind: Kind): void {
    this.#kinds.set(kind.compiled.name, kind);
  }

  [Symbol.iterator](): Iterator<Kind> {
    return this.#kinds.values();
  }

  /** Reads all entities again before anything more is decided: what is in memory may be gone from the store. */
  evictAll(): void {
    for (const { actors, host } of this) {
      host.watermarks.clear();
      for (const [entityId, actor] of [...actors]) {
        if (actor.idle) actors.delete(entityId);
        else actor.evict();
      }
    }
  }

  /**
   * The kind of an entity.
   *
   * @throws EgoError `invalid_argument` if the engine was started without it
   */
  of(entity: AnyEntity): Kind {
    const kind = this.#kinds.get(entity.table.name);
    if (kind && kind.compiled.table === entity.table) return kind;
    const known = [...this.#kinds.keys()];
    throw new EgoError(
      "invalid_argument",
      `The engine was started without the entity ${JSON.stringify(entity.table.name)}. It has ${known.map((name) => JSON.stringify(name)).join(", ")}: add \`implement(…)\` of it to \`entities\`.`,
      { details: { entity: entity.table.name, known } },
    );
  }

  /**
   * The command of a type of messages, and whose it is.
   *
   * @throws EgoError `invalid_argument` if no entity has such a command
   */
  commandOf(type: string | undefined): { readonly kind: Kind; readonly command: CompiledCommand } {
    for (const kind of this) {
      const command = kind.compiled.commandsByType.get(type ?? "");
      if (command) return { kind, command };
    }
    const known = [...this].flatMap((kind) => [...kind.compiled.commandsByType.keys()]);
    throw new EgoError(
      "invalid_argument",
      `${JSON.stringify(type)} is not a command of this engine's entities, which take ${known.join(", ")}`,
      { details: { known } },
    );
  }
}
