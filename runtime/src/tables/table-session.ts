import {
  type CompiledQuery,
  type OperationNode,
  type QueryResult,
  type RawBuilder,
  SelectQueryNode,
  TableNode,
} from "kysely";
import type { TableData } from "../codegen/table.ts";
import { type CompiledTable, compileTable } from "./compiled-table.ts";
import type { AnyDatabase, Place, TableDialect } from "./dialects/dialect.ts";
import { dialectOf } from "./dialects/dialect-of.ts";
import type { Column, SqlValue } from "./table-shape.ts";

/** A table on a database: what readers and stores have in common. */
export interface TableSession {
  readonly db: AnyDatabase;
  readonly dialect: TableDialect;
  readonly place: Place;
  readonly table: CompiledTable;
  /** Runs a statement, which is built once for each name. */
  run(name: string, build: () => RawBuilder<unknown>, parameters: readonly SqlValue[]): Promise<QueryResult<Row>>;
  /** The values of some columns as parameters. */
  bind(values: readonly SqlValue[], columns: readonly Column[]): SqlValue[];
  /**
   * The values of the primary key.
   *
   * @throws EgoError `invalid_argument` if it is none
   */
  keyOf(key: unknown): SqlValue[];
}

/** A row as a driver gives it. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * Opens a table on a database, which may be a transaction.
 *
 * @throws EgoError `unsupported` if this version cannot keep such a table, or has none on this database
 */
export function openTable(user: AnyDatabase, data: TableData): TableSession {
  const dialect = dialectOf(user);
  const place = { schema: schemaOf(user), name: data.name };
  const { table, statementsIn } = compiledFor(user, data);
  const statements = statementsIn(place.schema);
  // Names and values here are as the database has them, whatever the user's plugins do to theirs.
  const db: AnyDatabase = user.withoutPlugins();
  const { columns, key } = table.shape;

  return {
    db,
    dialect,
    place,
    table,
    run(name, build, parameters) {
      let statement = statements.get(name);
      if (statement === undefined) {
        statement = build().compile(db);
        statements.set(name, statement);
      }
      return db.executeQuery<Row>({ ...(statement as CompiledQuery<Row>), parameters });
    },
    bind: (values, of) =>
      values.map((value, index) => {
        const column = of[index];
        return column === undefined ? value : dialect.bind(value, column, data.name);
      }),
    keyOf(given) {
      const parts = key.length === 1 ? [given] : data.key.map((field) => (given as Row | undefined)?.[field]);
      return key.map((at, index) =>
        dialect.bind(table.columnValue(at, parts[index]), columns[at] as Column, data.name),
      );
    },
  };
}

/** A table compiled, and its statements, by name, in each schema. */
interface CompiledFor {
  readonly table: CompiledTable;
  statementsIn(schema: string | undefined): Map<string, CompiledQuery>;
}

// By the adapter, which a Kysely shares with its transactions: a store is made for each of those.
const compiled = new WeakMap<object, WeakMap<TableData, CompiledFor>>();

function compiledFor(db: AnyDatabase, data: TableData): CompiledFor {
  const { adapter } = db.getExecutor();
  const tables = compiled.get(adapter) ?? new WeakMap<TableData, CompiledFor>();
  compiled.set(adapter, tables);
  let found = tables.get(data);
  if (found === undefined) {
    const schemas = new Map<string | undefined, Map<string, CompiledQuery>>();
    const statementsIn = (schema: string | undefined) => {
      const statements = schemas.get(schema) ?? new Map<string, CompiledQuery>();
      schemas.set(schema, statements);
      return statements;
    };
    found = { table: compileTable(data), statementsIn };
    tables.set(data, found);
  }
  return found;
}

/** The schema of a Kysely made by `withSchema`, which keeps it in a plugin. */
export function schemaOf(db: AnyDatabase): string | undefined {
  const node: OperationNode = db.selectFrom("any").selectAll().toOperationNode();
  const from = SelectQueryNode.is(node) ? node.from?.froms[0] : undefined;
  return from !== undefined && TableNode.is(from) ? from.table.schema?.name : undefined;
}
