import { type Message, toBinary } from "@bufbuild/protobuf";
import type { EntityTable } from "../../codegen/entity.ts";
import { EgoError } from "../../error/ego-error.ts";
import { compileTable } from "../../tables/compiled-table.ts";
import { rangeOf, toSql } from "../../tables/field-value.ts";
import type { ColumnKind, SqlValue, TableShape } from "../../tables/table-shape.ts";

/** The table of an entity's durable states: its rows are found by the id of the entity. */
export interface StateTable {
  readonly entityType: string;
  readonly shape: TableShape;
  /**
   * The entity's id as its column holds it.
   *
   * @throws EgoError `invalid_argument` if the column holds integers and the id is none, or not written in the one way
   */
  keyOf(entityId: string): SqlValue;
  /**
   * The values of a state, in the order of the columns.
   *
   * @throws EgoError `invalid_argument` if the state has another id, or what a column cannot hold
   */
  toRow(entityId: string, state: Message): SqlValue[];
  /**
   * The state of a row.
   *
   * @throws EgoError `data_loss` if a value is not what its column holds
   */
  fromRow(values: readonly SqlValue[]): Message;
  /** The key of a row, in whatever form a driver gives it, as `keyOf` has it. */
  normalizedKey(value: unknown): SqlValue;
  /** The state of a row in binary form; undefined if a value is not what its column holds. */
  bytesOf(values: readonly SqlValue[]): Uint8Array | undefined;
}

/** The id of an entity that has a row, as its column holds it. */
export function storedKey(kind: ColumnKind, entityId: string): SqlValue {
  if (kind === "text") return entityId;
  return toSql(kind, kind === "bigint" || kind === "digits" ? BigInt(entityId) : Number(entityId));
}

/**
 * Compiles the table of an entity; undefined if it has none.
 *
 * @throws EgoError `unsupported` if this version cannot keep such a table
 */
export function stateTableOf({ name: entityType, table }: EntityTable): StateTable | undefined {
  if (table === undefined) return undefined;
  const { shape, descriptor, fields, toRow, fromRow, normalized } = compileTable(table);
  const [key = 0] = shape.key;
  const column = shape.columns[key];
  const field = fields[key];
  if (column === undefined || field === undefined || shape.key.length !== 1 || !shape.revision) {
    throw new EgoError(
      "unsupported",
      `Table "${shape.name}" is no table of the states of "${entityType}": its key is not the one field of the id.`,
      { details: { table: shape.name, entity: entityType } },
    );
  }

  const { kind, initial } = column;
  const range = rangeOf(field);

  function keyOf(entityId: string): SqlValue {
    if (kind === "text") return entityId;
    const refuse = () =>
      new EgoError("invalid_argument", `"${entityType}" has integers as ids: ${JSON.stringify(entityId)} is not one.`);
    if (!/^(0|-?[1-9][0-9]*)$/.test(entityId)) throw refuse();
    const value = BigInt(entityId);
    const [low, high] = range;
    if (value < low || value > high) throw refuse();
    return storedKey(kind, entityId);
  }

  return {
    entityType,
    shape,
    keyOf,
    toRow(entityId, state) {
      const row = toRow(state);
      const id = row[key];
      const wanted = keyOf(entityId);
      if (id !== wanted && id !== initial) {
        throw new EgoError(
          "invalid_argument",
          `The state of ${entityType} ${JSON.stringify(entityId)} has another id.`,
        );
      }
      row[key] = wanted;
      return row;
    },
    fromRow,
    normalizedKey: (value) => normalized(key, value),
    bytesOf(values) {
      try {
        return toBinary(descriptor, fromRow(values));
      } catch {
        // Whoever wants to know why loads it.
        return undefined;
      }
    },
  };
}
