import type { Message } from "@bufbuild/protobuf";
import type { CompiledQuery, Kysely, RawBuilder } from "kysely";
import type { EntityTable } from "../../codegen/entity.ts";
import { dialectOf } from "../../tables/dialects/dialect-of.ts";
import { findAllStatement, findStatement, removeStatement, upsertStatement } from "../../tables/statements.ts";
import { revisionOf } from "../../tables/table-reader.ts";
import { columnNames, type SqlValue } from "../../tables/table-shape.ts";
import { writeFailure } from "../../tables/violation.ts";
import type { JournalDatabase } from "./schema.ts";
import { stateTableOf } from "./state-table.ts";

/** The typed table of one entity, in whatever transaction. */
export interface SqlStateTable {
  readonly name: string;
  find(
    db: Kysely<JournalDatabase>,
    id: string,
  ): Promise<{ readonly revision: number; readonly state: Message } | undefined>;
  /** The rows of entities, by their ids; with a state that cannot be read, none. */
  findAll(
    db: Kysely<JournalDatabase>,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly revision: number; readonly payload: Uint8Array | undefined }>>;
  /** @throws EgoError if the table refuses the row */
  upsert(db: Kysely<JournalDatabase>, id: string, state: Message, revision: number): Promise<void>;
  remove(db: Kysely<JournalDatabase>, id: string): Promise<void>;
}

/** Opens the typed table of an entity, whose statements are compiled once; undefined if it has none. */
export function openSqlStateTable(
  db: Kysely<JournalDatabase>,
  schema: string | undefined,
  entity: EntityTable,
): SqlStateTable | undefined {
  const table = stateTableOf(entity);
  if (!table) return undefined;
  const { shape } = table;
  const dialect = dialectOf(db);
  const target = { place: { schema, name: shape.name }, shape, dialect };
  const compile = (query: RawBuilder<unknown>) => query.compile(db);
  const find = compile(findStatement(target));
  const upsert = compile(upsertStatement(target));
  const remove = compile(removeStatement(target, false));
  const [key = 0] = shape.key;
  const keyColumn = shape.columns[key];

  const run = (on: Kysely<JournalDatabase>, query: CompiledQuery<unknown>, parameters: readonly SqlValue[]) =>
    on.executeQuery<Readonly<Record<string, unknown>>>({ ...(query as CompiledQuery<never>), parameters });
  const keyOf = (id: string): SqlValue => {
    const value = table.keyOf(id);
    return keyColumn ? dialect.bind(value, keyColumn, shape.name) : value;
  };

  return {
    name: shape.name,
    async find(on, id) {
      const { rows } = await run(on, find, [keyOf(id)]);
      const [row] = rows;
      if (row === undefined) return undefined;
      const values = columnNames(shape).map((name) => row[name] as SqlValue);
      return { revision: revisionOf(row, shape.name), state: table.fromRow(values) };
    },
    async findAll(on, ids) {
      // As the key of the row comes back, it tells whose it is.
      const idOf = new Map(ids.map((id) => [String(table.keyOf(id)), id]));
      const values = ids.map(keyOf);
      const { rows } = await run(on, compile(findAllStatement(target, values.length)), values);
      const found = new Map<string, { readonly revision: number; readonly payload: Uint8Array | undefined }>();
      for (const row of rows) {
        const state = columnNames(shape).map((name) => row[name] as SqlValue);
        const id = idOf.get(String(table.normalizedKey(state[key])));
        if (id !== undefined) found.set(id, { revision: revisionOf(row, shape.name), payload: table.bytesOf(state) });
      }
      return found;
    },
    async upsert(on, id, state, revision) {
      const values = table.toRow(id, state).map((value, at) => {
        const column = shape.columns[at];
        return column ? dialect.bind(value, column, shape.name) : value;
      });
      try {
        await run(on, upsert, [...values, revision]);
      } catch (failure) {
        throw writeFailure(failure, shape);
      }
    },
    async remove(on, id) {
      await run(on, remove, [keyOf(id)]);
    },
  };
}
