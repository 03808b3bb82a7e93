import { constantName, typeName } from "../naming.ts";
import type { Entity } from "./domain.ts";
import { findsRow, type ReadModel } from "./read-model.ts";
import type { Saga } from "./saga.ts";
import type { Table } from "./table.ts";

/** The types that are printed for an entity. */
export type EntityType = "Behavior" | "Handlers" | "Appliers" | "Upcasters" | "Events" | "Rejections" | "Client";

/** The types that are printed for a read model. */
export type ReadModelType = "Context" | "RowContext" | "Projection" | "ReadModel";

/** Name of a type of the entity. */
export function entityTypeName(entity: Entity, type: EntityType): string {
  return typeName(entity.name, type);
}

/** The types that are printed for a saga. */
export type SagaType = "Behavior" | "Reactions" | "Outcomes" | "Timers" | "Send" | "Context";

/** Name of a type of the saga. */
export function sagaTypeName(saga: Saga, type: SagaType): string {
  return typeName(saga.name, type);
}

/** Every name that is exported for a saga. */
export function sagaExports(saga: Saga): readonly string[] {
  const types: SagaType[] = ["Behavior", "Reactions", "Context"];
  if (saga.sends.length > 0) types.push("Outcomes", "Send");
  if (saga.timers.length > 0) types.push("Timers");
  return [constantName(saga.name), ...types.map((type) => sagaTypeName(saga, type))];
}

/** Name of a type of the read model. */
export function readModelTypeName({ name }: ReadModel, type: ReadModelType): string {
  return typeName(name, type);
}

/** The types of the contexts that the methods of a read model's projection are given: one, or both. */
export function contextTypes(readModel: ReadModel): readonly ("Context" | "RowContext")[] {
  const used = readModel.sources.map((source) => (findsRow(readModel, source) ? "RowContext" : "Context"));
  return (["Context", "RowContext"] as const).filter((type) => used.includes(type));
}

/** The interface of a table: `inventory_items` → `InventoryItemsTable`. */
export function tableTypeName(table: Table): string {
  return typeName(table.name, "Table");
}

/** The constant of a table: `inventory_items` → `inventoryItemsTable`. */
export function tableConstantName(table: Table): string {
  const name = tableTypeName(table);
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

/** Every name that is exported for an entity, but for its table. */
export function exportedNames(entity: Entity): readonly string[] {
  const types: EntityType[] = ["Behavior", "Handlers", "Client"];
  if (entity.events.length > 0) types.push("Appliers", "Events");
  if (entity.replacements.length > 0) types.push("Upcasters");
  if (entity.rejections.length > 0) types.push("Rejections");
  return [constantName(entity.name), ...types.map((type) => entityTypeName(entity, type))];
}

/** Every name that is exported for a read model, but for its table. */
export function exportedNamesOfReadModel(readModel: ReadModel): readonly string[] {
  const types: ReadModelType[] = [...contextTypes(readModel), "Projection", "ReadModel"];
  return [constantName(readModel.name), ...types.map((type) => readModelTypeName(readModel, type))];
}
