import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { descriptorOf } from "../codegen/message.ts";
import type { TableData } from "../codegen/table.ts";
import type { CompiledEntity } from "../entity/compiled-entity.ts";
import { idParser } from "../entity/id-parser.ts";

/** The key of a row, by local names of fields. */
export type RowKey = Readonly<Record<string, unknown>>;

/** Finds the key of the row that an event is about. */
export type KeyOfEvent = (event: Message, entityId: string) => RowKey;

/**
 * Compiles how the key of a row follows from an event, by the rule of `ReadModelTable`; undefined if it does not.
 */
export function keyOfEvent(table: TableData, event: DescMessage, entity: CompiledEntity): KeyOfEvent | undefined {
  const row = descriptorOf(table.message);
  const fields = table.key.map((name) => row.fields.find(({ localName }) => localName === name));
  const sources = fields.map((field) => field && event.fields.find(({ localName }) => localName === field.localName));
  if (sources.every((source, index) => source && sameType(source, fields[index]))) {
    const names = [...table.key];
    return (message) => {
      const key: Record<string, unknown> = {};
      for (const name of names) key[name] = (message as unknown as Record<string, unknown>)[name];
      return key;
    };
  }
  return sources[0] === undefined ? keyOfEntity(table, entity) : undefined;
}

/** Finds the key of the row of an entity. */
export type KeyOfEntity = (message: Message | null, entityId: string) => RowKey;

/**
 * Compiles how the key of a row follows from the id of an entity, by the rule of `ReadModelTable`; undefined if it does
 * not.
 */
export function keyOfEntity(table: TableData, entity: CompiledEntity): KeyOfEntity | undefined {
  const [only] = table.key;
  const field = descriptorOf(table.message).fields.find(({ localName }) => localName === only);
  const id = entity.state.descriptor.fields.find(({ localName }) => localName === entity.table.id);
  const isId = only !== undefined && table.key.length === 1 && id?.localName === only;
  if (!isId || id?.fieldKind !== "scalar" || !sameType(id, field)) return undefined;
  const toKey = idParser(id);
  return (_, entityId) => ({ [only]: toKey(entityId) });
}

/** The key of a row as `rowOf` is given it: the value of one field, or an object of several. */
export function keyFrom(table: TableData, given: unknown): RowKey {
  const [only] = table.key;
  if (only !== undefined && table.key.length === 1) return { [only]: given };
  const key: Record<string, unknown> = {};
  for (const name of table.key) key[name] = (given as RowKey | undefined)?.[name];
  return key;
}

function sameType(one: DescField, other: DescField | undefined): boolean {
  if (other === undefined || one.fieldKind !== other.fieldKind) return false;
  return one.scalar === other.scalar && one.enum?.typeName === other.enum?.typeName;
}
