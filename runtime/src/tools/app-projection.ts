import type { Implementation } from "../codegen/entity.ts";
import type { TableData } from "../codegen/table.ts";
import { compileEntity } from "../entity/compiled-entity.ts";
import { EgoError } from "../error/ego-error.ts";
import { type CompiledProjection, compileProjection } from "../projection/compiled-projection.ts";
import { type AnyProjection, nameOf } from "../projection/projection.ts";
import { projectionLife } from "../projection/projection-life.ts";

/** A projection of an application, as far as it can be known without its entities. */
export type DeclaredProjection = Pick<CompiledProjection, "name" | "table" | "life" | "consumesStates">;

/**
 * What an application says of a projection: its name, the table of its read model, its tuning. Runs nothing of it.
 *
 * @param given what the application gives to its engine
 * @throws EgoError `invalid_argument` if that is no projection, or its tuning makes no sense
 */
export function declaredProjection(given: unknown): DeclaredProjection {
  if (!isProjection(given)) {
    throw new EgoError("invalid_argument", "That is no projection: `balances.implement(…)`, or `projection(…)`.");
  }
  const name = nameOf(given);
  // Of one without a read model, only its entities tell: an engine that runs it sees what is missing.
  const consumesStates = "readModel" in given && Object.keys(given.readModel.table.states ?? {}).length > 0;
  return { name, table: tableOf(given), life: projectionLife(given.tuning ?? {}, name), consumesStates };
}

/**
 * A projection of an application with its handler, ready to run.
 *
 * @param entities those of the application
 * @throws EgoError as the engine that runs it
 */
export function runnableProjection(given: AnyProjection, entities: readonly Implementation[]): CompiledProjection {
  const compiled = entities.map((entity) => compileEntity(entity));
  return compileProjection(given, new Map(compiled.map((entity) => [entity.name, entity])));
}

function tableOf(given: AnyProjection): TableData | undefined {
  return "readModel" in given ? given.readModel.table.table : undefined;
}

function isProjection(given: unknown): given is AnyProjection {
  if (typeof given !== "object" || given === null) return false;
  const { name, readModel } = given as { readonly name?: unknown; readonly readModel?: { readonly table?: unknown } };
  if (readModel === undefined) return typeof name === "string";
  const { table } = readModel as { readonly table?: { readonly name?: unknown; readonly table?: unknown } };
  return typeof table?.name === "string" && typeof table.table === "object";
}
