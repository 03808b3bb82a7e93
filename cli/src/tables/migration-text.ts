import {
  addedTo,
  addition,
  alter,
  alteration,
  commented,
  dropped,
  hasColumn,
  hasTable,
  type Lines,
  literals,
  typeOf,
  unless,
  when,
  zeroOf,
} from "./migration-pieces.ts";
import type { TableChange } from "./table-change.ts";
import {
  type ColumnSchema,
  hasRest,
  type IndexSchema,
  isSorted,
  keyOf,
  restColumn,
  revisionColumn,
  type TableSchema,
} from "./table-schema.ts";
import { lineComments, stringLiteral } from "./typescript-text.ts";

/**
 * The text of a migration: TypeScript with Kysely's schema builder, for all databases that ego has tables on. Each
 * statement looks whether it is done already: where a database commits statement by statement, one that was cut off goes
 * on, and what an engine created before it is left as it is.
 *
 * @param remarks what stands above it, a paragraph each
 */
export function migrationText(changes: readonly TableChange[], remarks: readonly string[] = []): string {
  const steps = changes.flatMap((change) => ["", ...stepOf(change)]).slice(1);
  return `${[
    ...remarks.flatMap((remark) => lineComments(remark, "")),
    `import { tableMigration } from "@ego/runtime/kysely";`,
    `import type { Kysely } from "kysely";`,
    "",
    "export async function up(db: Kysely<unknown>): Promise<void> {",
    "  const tables = await tableMigration(db);",
    "",
    ...steps,
    "}",
  ].join("\n")}\n`;
}

function stepOf(change: TableChange): Lines {
  const { table } = change;
  switch (change.action) {
    case "create-table":
      return createTable(table, change.again);
    case "rename-table":
      return [
        ...lineComments(
          `The table of ${table.message} has another name. Programs of the old release fail from here on: stop them before.`,
        ),
        ...when(hasTable(change.from), [
          `await ${alter(change.from)}.renameTo(${stringLiteral(table.name)}).execute();`,
        ]),
      ];
    case "drop-table":
      return [
        ...lineComments(
          `The table "${table.name}" of ${table.message} is in no proto any more. It stays, for programs of the old release, and with what is in it. When nobody needs that, take the signs of the comment away:`,
        ),
        ...when(hasTable(table.name), [`// await db.schema.dropTable(${stringLiteral(table.name)}).execute();`]),
      ];
    case "rename-column":
      return renameColumn(table, change.from, change.column, change.told);
    case "drop-index":
      return [
        ...lineComments(`The index is ${change.again ? "another now" : "not wanted any more"}.`),
        `  await tables.dropIndex(${stringLiteral(table.name)}, ${stringLiteral(change.index.name)});`,
      ];
    case "sort-text":
      return sortText(table, change.column, change.sorted);
    case "alter-column":
      return alterColumn(table, change.from, change.column, change.sorted);
    case "add-column":
      return addColumn(change);
    case "add-rest":
      return [
        ...lineComments(
          `Fields of ${table.message} without a column of their own are kept together in this one. Programs of the old release run on, but do not start any more.`,
        ),
        ...unless(hasColumn(table, restColumn), [
          `await ${alter(table.name)}.addColumn(${stringLiteral(restColumn)}, tables.types.bytes).execute();`,
        ]),
      ];
    case "drop-column":
      return dropColumn(table, change.column, change.sorted);
    case "convert-column":
      return convertColumn(table, change.from, change.column, change.sorted);
    case "omit-column":
      return omitColumn(table, change.column);
    case "create-index":
      return createIndex(table, change.index);
  }
}

function createTable(table: TableSchema, again: boolean): Lines {
  const { columns } = table;
  const key = keyOf(table);
  const [only] = key.length === 1 ? key : [];
  const definitions = [
    ...columns.map((column) => {
      const constraints = `${column.nullable ? "" : ".notNull()"}${column.name === only ? ".primaryKey()" : ""}`;
      return addition(column.name, typeOf(column, isSorted(table, column)), constraints);
    }),
    ...(hasRest(table) ? [addition(restColumn, "tables.types.bytes", "")] : []),
    ...(table.kind === "state" ? [addition(revisionColumn, "tables.types.integer", ".notNull()")] : []),
    ...(only === undefined
      ? [`.addPrimaryKeyConstraint(${stringLiteral(`${table.name}_pkey`)}, [${literals(key)}])`]
      : []),
    ".modifyEnd(tables.tableOptions)",
    ".execute();",
  ];
  return [
    ...lineComments(
      `The table of ${table.message}.${again ? " There was one before: if it was not dropped, it is as it was, with its rows." : ""}`,
    ),
    ...unless(`await tables.hasTable(${stringLiteral(table.name)})`, [
      "await db.schema",
      `  .createTable(${stringLiteral(table.name)})`,
      ...definitions.map((line) => `  ${line}`),
    ]),
    ...table.indexes.flatMap((index) => createIndexIn(table, index)),
  ];
}

function renameColumn(table: TableSchema, from: ColumnSchema, column: ColumnSchema, told: boolean): Lines {
  const why = told
    ? `"${from.name}" is "${column.name}" now.`
    : `Field ${column.field} of ${table.message}, "${from.name}", is "${column.name}" now: a field keeps its number, whatever it is called.`;
  return [
    ...lineComments(`${why} Programs of the old release fail from here on: stop them before.`),
    ...when(hasColumn(table, from.name), [
      `await ${alter(table.name)}.renameColumn(${stringLiteral(from.name)}, ${stringLiteral(column.name)}).execute();`,
    ]),
  ];
}

function sortText(table: TableSchema, column: ColumnSchema, sorted: boolean): Lines {
  const why = sorted
    ? `In an index, MySQL and MariaDB take texts of up to 255 characters. If there is a longer one, this fails.`
    : `In no index any more, MySQL and MariaDB take texts of any length.`;
  return [
    ...lineComments(`"${column.name}": ${why}`),
    `  if (tables.family === "mysql") {`,
    `    ${alteration(table, column, sorted)}`,
    "  }",
  ];
}

function alterColumn(table: TableSchema, from: ColumnSchema, column: ColumnSchema, sorted: boolean): Lines {
  const typed = from.kind === column.kind ? [] : [`"${column.name}" was ${from.type}, and is ${column.type}.`];
  const nulls =
    from.nullable === column.nullable
      ? []
      : [
          column.nullable
            ? `"${column.name}" may be null, where the field is not set. Rows that are there keep their values.`
            : `"${column.name}" must not be null any more: where it is, it gets the default, as a field that is not set reads. Programs of the old release that write null fail from here on: stop them before.`,
        ];
  return [...lineComments([...typed, ...nulls].join(" ")), `  ${alteration(table, column, sorted)}`];
}

function addColumn(change: Extract<TableChange, { readonly action: "add-column" }>): Lines {
  const { table, column, sorted, omitted, again, likely } = change;
  const initial = column.nullable ? "null, which is not set" : "the default";
  const rows =
    table.kind === "read-model"
      ? `Rows that are there get ${initial}. If older events say more, rebuild the read model afterwards.`
      : omitted
        ? `Rows that are there get ${initial}: until such a row is written again, ego reads the field from ${restColumn}. Programs of the old release run on, but do not start any more.`
        : `Rows that are there get ${initial}, which is what these states had: none knew the field.`;
  const left = again
    ? [`A column of this name was there before. If it was not dropped, its values are there again.`]
    : [];
  const constraints = column.nullable ? "" : `.notNull().defaultTo(${zeroOf(column)})`;
  return [
    ...lineComments([`"${column.name}", ${column.type}, is new. ${rows}`, ...left].join(" ")),
    ...likely.flatMap((other) => [
      ...lineComments(
        `If it is "${other.name}" under another name, this takes its place, and that of what is below on "${other.name}":`,
      ),
      ...commented(
        when(hasColumn(table, other.name), [
          `await ${alter(table.name)}.renameColumn(${stringLiteral(other.name)}, ${stringLiteral(column.name)}).execute();`,
        ]),
      ),
    ]),
    ...unless(hasColumn(table, column.name), addedTo(table, column, sorted, constraints)),
  ];
}

function dropColumn(table: TableSchema, column: ColumnSchema, sorted: boolean): Lines {
  const stays = column.nullable ? "and is null in rows of the new one" : "and gets a default for rows of the new one";
  return [
    ...lineComments(
      `"${column.name}" of ${table.message} is in no proto any more. It stays, for programs of the old release, ${stays}. When none of them runs any more, and nobody needs its values, drop it instead:`,
    ),
    ...when(hasColumn(table, column.name), [
      `// ${dropped(table, column)}`,
      ...(column.nullable ? [] : [alteration(table, column, sorted)]),
    ]),
  ];
}

function convertColumn(table: TableSchema, from: ColumnSchema, column: ColumnSchema, sorted: boolean): Lines {
  const constraints = column.nullable ? "" : `.notNull().defaultTo(${zeroOf(column)})`;
  return [
    ...lineComments(
      `DECIDE: "${column.name}" of ${table.message} was ${from.type}, and is ${column.type}: what becomes of the values that are there cannot be told from that. Programs of the old release fail in any case: stop them before.`,
    ),
    ...when(hasColumn(table, column.name), [
      "// Either the database converts them, and refuses those that it cannot:",
      `// ${alteration(table, column, sorted)}`,
      "// or they are given up:",
      `// ${dropped(table, column)}`,
      ...addedTo(table, column, sorted, constraints).map((line) => `// ${line}`),
      "// or you write what is right.",
      undecided(table, column),
    ]),
  ];
}

function omitColumn(table: TableSchema, column: ColumnSchema): Lines {
  return [
    ...lineComments(
      `DECIDE: "${column.name}" of ${table.message} has no column any more: ego keeps the field in ${restColumn} from now on, and SQL cannot put there what the column has. Take omit back to keep the values. If nobody needs them, drop it:`,
    ),
    ...when(hasColumn(table, column.name), [`// ${dropped(table, column)}`, undecided(table, column)]),
  ];
}

const decide = "Decide in this migration what becomes of ";

function undecided(table: TableSchema, column: ColumnSchema): string {
  return `throw new Error(${stringLiteral(`${decide}${table.name}.${column.name}, and take this line out.`)});`;
}

/** The lines of a migration, from 1, at which it fails until the user has decided. */
export function undecidedLines(text: string): readonly number[] {
  return text
    .split("\n")
    .flatMap((line, index) => (line.trim().startsWith(`throw new Error("${decide}`) ? [index + 1] : []));
}

function createIndex(table: TableSchema, index: IndexSchema): Lines {
  return [
    ...(index.unique
      ? lineComments(
          "No two rows may have the same values here. If there are such rows, this fails: change them before.",
        )
      : []),
    ...createIndexIn(table, index),
  ];
}

function createIndexIn(table: TableSchema, { name, columns, unique }: IndexSchema): Lines {
  const key = unique ? [] : keyOf(table).filter((column) => !columns.includes(column));
  const ordered = columns.map((column) =>
    table.columns.some((one) => one.name === column && one.nullable)
      ? `tables.nullsFirst(${stringLiteral(column)})`
      : stringLiteral(column),
  );
  // With the key at its end, an index has the rows in the order in which they are listed.
  const all = [...ordered, ...(key.length > 0 ? [`...tables.keyAtEnd(${literals(key)})`] : [])].join(", ");
  const calls = [
    `.createIndex(${stringLiteral(name)})`,
    ...(unique ? [".unique()"] : []),
    `.on(${stringLiteral(table.name)})`,
    `.columns([${all}])`,
    ".execute();",
  ];
  const inOneLine = `await db.schema${calls.join("")}`;
  const isShort = !all.includes("tables.") && inOneLine.length <= 116;
  return unless(
    `await tables.hasIndex(${stringLiteral(table.name)}, ${stringLiteral(name)})`,
    isShort ? [inOneLine] : ["await db.schema", ...calls.map((call) => `  ${call}`)],
  );
}
