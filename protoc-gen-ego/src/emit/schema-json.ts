import { compare } from "../compare.ts";
import { type Domain, type Entity, type Event, generatedPath, storedName } from "../model/domain.ts";
import { entityTypeName, readModelTypeName } from "../model/exported-names.ts";
import type { ReadModel } from "../model/read-model.ts";
import type { Column, Index, Table } from "../model/table.ts";
import { constantName } from "../naming.ts";
import { columnKind, isNullable } from "./kysely-table.ts";
import { messageJson } from "./message-json.ts";
import { sagasJson } from "./saga-json.ts";
import { servicesJson } from "./service-json.ts";

/** Version of the form of the schema json. */
const format = 1;

/**
 * The model as JSON, for the command line: no positions and no comments, so that only a change of the model makes a
 * difference.
 */
export function schemaJson(domain: Domain): string {
  const entities = domain.entities.filter(({ generate }) => generate).map(entityJson);
  const readModels = domain.readModels
    .filter(({ generate }) => generate)
    .sort((a, b) => compare(a.name, b.name))
    .map(readModelJson);
  const model = { format, entities, readModels, sagas: sagasJson(domain), services: servicesJson(domain) };
  return `${JSON.stringify(model, undefined, 2)}\n`;
}

function entityJson(entity: Entity): object {
  const { state, table, replacements } = entity;
  return {
    name: entity.name,
    kind: entity.durable ? "durable" : "event-sourced",
    constant: constantName(entity.name),
    behavior: entityTypeName(entity, "Behavior"),
    generated: generatedPath(state.desc.file),
    state: messageJson(state),
    commands: sorted(entity.commands).map((command) => ({
      method: command.method,
      ...messageJson(command),
      emits: command.emits.flatMap(({ target }) => target?.desc.typeName ?? []),
      rejects: command.rejects.flatMap(({ target }) => target?.desc.typeName ?? []),
      ...(command.mark.precondition ? { precondition: command.mark.precondition } : {}),
    })),
    events: sorted(entity.events).map((event) => ({
      method: event.method,
      ...messageJson(event),
      ...storedJson(event),
      ...replacements.flatMap(({ old, by }) => (by === event ? { upcasts: old.desc.typeName } : []))[0],
      derived: event.mark.derived !== undefined,
    })),
    rejections: sorted(entity.rejections).map((rejection) => ({
      method: rejection.method,
      ...messageJson(rejection),
      code: rejection.mark.code,
    })),
    ...(table ? { table: tableJson(table) } : {}),
  };
}

function readModelJson(readModel: ReadModel): object {
  return {
    name: readModel.name,
    constant: constantName(readModel.name),
    projection: readModelTypeName(readModel, "Projection"),
    generated: generatedPath(readModel.desc.file),
    message: messageJson(readModel),
    table: tableJson(readModel.table),
    consumes: readModel.sources
      .map(({ message, entity }) => ({ method: message.method, type: message.desc.typeName, entity: entity.name }))
      .sort((a, b) => compare(a.type, b.type)),
  };
}

/** Under which names it is stored, where that is not the name of the message alone. */
function storedJson(event: Event): object {
  const { type, aliases } = event.mark;
  return {
    ...(type ? { storedAs: storedName(event) } : {}),
    ...(aliases.length > 0 ? { aliases: aliases.map(({ value }) => value) } : {}),
  };
}

function tableJson({ name, columns, indexes }: Table): object {
  return {
    name,
    key: columns.filter(({ key }) => key).map((column) => column.name),
    columns: columns.map(columnJson),
    indexes: indexes.map(indexJson),
  };
}

function columnJson(column: Column): object {
  return {
    name: column.name,
    field: column.field.name,
    kind: columnKind(column),
    ...(column.binary ? { binary: true } : {}),
    ...(column.sensitive ? { sensitive: true } : {}),
    nullable: isNullable(column),
  };
}

function indexJson({ name, fields, unique }: Index): object {
  return { name, columns: fields.flatMap(({ column }) => column?.name ?? []), unique };
}

function sorted<M extends { readonly desc: { readonly typeName: string } }>(messages: readonly M[]): M[] {
  return [...messages].sort((a, b) => compare(a.desc.typeName, b.desc.typeName));
}
