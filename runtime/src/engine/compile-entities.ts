import type { EntityTable, Implementation } from "../codegen/entity.ts";
import { type CompiledEntity, compileEntity } from "../entity/compiled-entity.ts";
import { EgoError } from "../error/ego-error.ts";
import { checkTuning } from "./check-tuning.ts";
import type { AnyImplementation, EngineOptions } from "./options.ts";

/**
 * Compiles the entities of an engine.
 *
 * @throws EgoError `invalid_argument` or `unsupported` if they make no sense, alone, together, or with the store
 */
export function compileEntities({ entities, store, strict }: EngineOptions): readonly CompiledEntity[] {
  const isStrict = strict ?? process.env.EGO_DEV === "1";
  const names = new Set<string>();
  return entities.map((implementation: AnyImplementation) => {
    const { name, kind } = implementation.entity.table;
    if (names.has(name)) {
      throw new EgoError(
        "invalid_argument",
        `The entity ${JSON.stringify(name)} is given twice: its name is part of every stored id.`,
      );
    }
    names.add(name);
    if (kind === "durable" && !store.states) {
      throw new EgoError(
        "unsupported",
        `The entity ${JSON.stringify(name)} has a durable state, and the store has no \`states\`. Use a store that has them, as memoryStore or sqliteStore.`,
      );
    }
    checkTuning(implementation, store);
    refuseSensitive(implementation.entity.table);
    return compileEntity(implementation as Implementation, isStrict);
  });
}

/** What is marked as sensitive must not be stored in clear. */
function refuseSensitive({ name, sensitive = {} }: EntityTable): void {
  const messages = Object.entries(sensitive).filter(([, { fields }]) => fields.length > 0);
  if (messages.length === 0) return;
  const fields = messages.flatMap(([message, row]) => row.fields.map((field) => `${message}.${field}`));
  throw new EgoError(
    "unsupported",
    `The entity ${JSON.stringify(name)} has sensitive fields, ${fields.join(", ")}: this version cannot encrypt them, and would store them in clear. Take the option (ego.v1.field).sensitive off, or wait with this entity for a version that encrypts.`,
    { details: { entity: name, fields } },
  );
}
