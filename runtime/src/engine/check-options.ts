import type { ProjectionImplementation } from "../codegen/read-model.ts";
import { EgoError } from "../error/ego-error.ts";
import type { AnyProjection, CustomProjection } from "../projection/projection.ts";
import type { AnyImplementation, EngineOptions, Limits } from "./options.ts";

/**
 * Checks what an engine is started with, as a program that was not type-checked may give it.
 *
 * @throws EgoError `invalid_argument` saying what is wrong, and the likely slip
 */
export function checkEngineOptions(options: EngineOptions): void {
  if (typeof options !== "object" || options === null) {
    throw wrong("takes an object: Engine.start({ store, entities })");
  }
  const { store, entities, projections = [], limits, shared, strict } = options;
  if (typeof store === "function") throw wrong("was given a function as its store: call it, as `store: memoryStore()`");
  if (typeof store?.events?.append !== "function") {
    throw wrong("needs a store with `events`, as memoryStore() or sqliteStore({ filename })");
  }
  if (!Array.isArray(entities)) throw wrong("needs a list of entities, as `entities: [account.implement(behavior)]`");
  for (const [index, implementation] of entities.entries()) checkImplementation(implementation, index);
  if (!Array.isArray(projections)) {
    throw wrong("needs a list of projections, as `projections: [balances.implement(projection)]`");
  }
  for (const [index, projection] of projections.entries()) checkProjection(projection, index);
  if (limits !== undefined) checkLimits(limits);
  if (shared !== undefined && typeof shared !== "boolean") throw wrong("takes true or false for `shared`");
  if (strict !== undefined && typeof strict !== "boolean") throw wrong("takes true or false for `strict`");
}

function checkImplementation(implementation: AnyImplementation, index: number): void {
  if (implementation?.entity?.table) return;
  const { table, implement, saga, readModel } = (implementation ?? {}) as {
    table?: { name?: string };
    implement?: unknown;
    saga?: unknown;
    readModel?: unknown;
  };
  if (readModel !== undefined) {
    throw wrong(`was given a projection as entities[${index}]: it belongs into \`projections\``);
  }
  if (saga !== undefined) {
    throw wrong(`was given a saga as entities[${index}]: this version generates its contract, and does not run it yet`);
  }
  throw wrong(
    table?.name !== undefined && typeof implement === "function"
      ? `was given the entity ${JSON.stringify(table.name)} without its behavior, as entities[${index}]: write \`.implement(…)\` behind it`
      : `was given no entity as entities[${index}]: give what \`.implement(…)\` of a generated entity returns`,
  );
}

function checkProjection(projection: AnyProjection, index: number): void {
  const {
    readModel,
    projection: methods,
    name,
    entities,
  } = (projection ?? {}) as Partial<ProjectionImplementation & CustomProjection>;
  if (readModel?.table && typeof methods === "object" && methods !== null) return;
  if (typeof name === "string" && name !== "" && Array.isArray(entities)) return;
  const { table } = (projection ?? {}) as { table?: { name?: string } };
  throw wrong(
    table?.name !== undefined
      ? `was given the read model ${JSON.stringify(table.name)} without its projection, as projections[${index}]: write \`.implement(…)\` behind it`
      : `was given no projection as projections[${index}]: give what \`.implement(…)\` of a generated read model, or \`projection(…)\`, returns`,
  );
}

function checkLimits(limits: Partial<Limits>): void {
  const { transaction, ...numbers } = limits;
  for (const [name, value] of Object.entries({ ...numbers, ...transaction })) {
    if (!(typeof value === "number" && value >= 1)) {
      throw wrong(`has a limit ${name} that is no number from 1 on: ${String(value)}`);
    }
  }
  if (transaction !== undefined && (transaction.maxBytes === undefined || transaction.maxEntries === undefined)) {
    throw wrong("needs both of limits.transaction: maxEntries and maxBytes");
  }
}

function wrong(what: string): EgoError {
  return new EgoError("invalid_argument", `Engine.start ${what}.`);
}
