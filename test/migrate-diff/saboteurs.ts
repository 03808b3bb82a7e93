/** A migration with a fault that the checks have to find. */
export interface Saboteur {
  /** Behind "it is noticed if". */
  readonly what: string;
  /** Which case it is made of. */
  readonly of: string;
  /** Where it is tried; on SQLite if not given, which is the fastest. */
  readonly on?: readonly ("sqlite" | "postgres" | "mysql")[];
  sabotage(text: string): string;
}

/** Takes a step out: the block of an `if` whose condition has these words in it. */
const withoutStep = (text: string, condition: string) =>
  text.replace(new RegExp(`^  if \\(.*${condition}.*\\) \\{\\n(?:    .*\\n)*  \\}\\n`, "m"), "");

export const saboteurs: readonly Saboteur[] = [
  {
    what: "a column may be null that must not",
    of: "columns_of_all_kinds",
    sabotage: (text) => text.replace(", (column) => column.notNull().defaultTo(tables.zeros.text)", ""),
  },
  {
    what: "a column has no default for the rows that are there",
    of: "columns_of_all_kinds",
    // Postgres and SQLite refuse it; MySQL and MariaDB take a default of their own, and programs of before fail.
    sabotage: (text) => text.replaceAll(/\.defaultTo\(tables\.zeros\.\w+\)/g, ""),
  },
  {
    what: "a default is none of its column",
    of: "columns_of_all_kinds",
    sabotage: (text) => text.replace("defaultTo(tables.zeros.digits)", "defaultTo(tables.zeros.bigint)"),
  },
  {
    what: "a list begins as a map",
    of: "columns_of_all_kinds",
    sabotage: (text) => text.replace("defaultTo(tables.zeros.list)", "defaultTo(tables.zeros.map)"),
  },
  {
    what: "a column is of another type",
    of: "columns_of_all_kinds",
    sabotage: (text) => text.replace('"big", tables.types.bigint', '"big", tables.types.text'),
  },
  {
    what: "a column is forgotten",
    of: "column_of_a_read_model",
    sabotage: (text) => withoutStep(text, '"rank"'),
  },
  {
    what: "an index is forgotten",
    of: "new_indexes",
    sabotage: (text) => withoutStep(text, '"new_indexes_title"'),
  },
  {
    what: "an index is not unique",
    of: "new_indexes",
    sabotage: (text) => text.replace("      .unique()\n", ""),
  },
  {
    what: "an index has its fields in another order",
    of: "new_indexes",
    sabotage: (text) =>
      text.replace('["stock", tables.nullsFirst("barcode")', '[tables.nullsFirst("barcode"), "stock"'),
  },
  {
    what: "an index ends without the key",
    of: "new_indexes",
    on: ["sqlite", "postgres"],
    sabotage: (text) => text.replace(', ...tables.keyAtEnd("id")', ""),
  },
  {
    what: "nulls are at the wrong end of an index",
    of: "new_indexes",
    on: ["postgres"],
    sabotage: (text) => text.replace('tables.nullsFirst("barcode")', '"barcode"'),
  },
  {
    what: "a text stays too long for its index",
    of: "new_indexes",
    on: ["mysql"],
    sabotage: (text) => withoutStep(text, 'tables.family === "mysql"'),
  },
  {
    what: "an index stays that is not wanted any more",
    of: "other_indexes",
    sabotage: (text) => text.replace(/^.*dropIndex\("other_indexes", "other_indexes_title"\).*\n/m, ""),
  },
  {
    what: "a column is dropped that programs of before still write",
    of: "dropped_columns",
    sabotage: (text) =>
      text
        .replace(
          '// await db.schema.alterTable("dropped_columns").dropColumn("title")',
          'await db.schema.alterTable("dropped_columns").dropColumn("title")',
        )
        .replace(/^.*alterColumn\("dropped_columns", "title".*\n/m, ""),
  },
  {
    what: "a column that nobody fills any more has no default",
    of: "dropped_columns",
    sabotage: (text) => text.replace(/^.*alterColumn\("dropped_columns", "title".*\n/m, ""),
  },
  {
    what: "a renamed column begins empty",
    of: "renamed_with_another_number",
    sabotage: (text) =>
      text.replace(
        'renameColumn("title", "name")',
        'addColumn("name", tables.types.text, (column) => column.notNull().defaultTo(tables.zeros.text))',
      ),
  },
  {
    what: "a renamed table begins empty",
    of: "renamed_table",
    sabotage: (text) => text.replace('tables.hasTable("renamed_table")', 'tables.hasTable("another")'),
  },
  {
    what: "an integer stays too narrow",
    of: "wider_integers",
    on: ["postgres", "mysql"],
    sabotage: (text) => text.replace(/^.*alterColumn\("wider_integers", "cents".*\n/m, ""),
  },
  {
    what: "nulls stay in a column that must not be null",
    of: "set_or_not",
    sabotage: (text) => text.replace(", tables.types.digits, tables.zeros.digits)", ", tables.types.digits)"),
  },
  {
    what: "a step cannot be done again",
    of: "column_of_a_read_model",
    sabotage: (text) =>
      text.replace('if (!(await tables.hasColumn("column_of_a_read_model", "cents")))', "if (tables)"),
  },
  {
    what: "what is kept beside the columns has no place",
    of: "field_without_a_column",
    sabotage: (text) => withoutStep(text, '"ego_rest"'),
  },
];
