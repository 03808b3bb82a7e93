import { tableMigration } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = await tableMigration(db);

  // "text", string, is new. Rows that are there get the default, which is what these states had: none knew the field.
  if (!(await tables.hasColumn("columns_of_all_kinds", "text"))) {
    await db.schema
      .alterTable("columns_of_all_kinds")
      .addColumn("text", tables.types.text, (column) => column.notNull().defaultTo(tables.zeros.text))
      .execute();
  }

  // "small", int32, is new. Rows that are there get the default, which is what these states had: none knew the field.
  if (!(await tables.hasColumn("columns_of_all_kinds", "small"))) {
    await db.schema
      .alterTable("columns_of_all_kinds")
      .addColumn("small", tables.types.integer, (column) => column.notNull().defaultTo(tables.zeros.integer))
      .execute();
  }

  // "unsigned", uint32, is new. Rows that are there get the default, which is what these states had: none knew the
  // field.
  if (!(await tables.hasColumn("columns_of_all_kinds", "unsigned"))) {
    await db.schema
      .alterTable("columns_of_all_kinds")
      .addColumn("unsigned", tables.types.unsigned, (column) => column.notNull().defaultTo(tables.zeros.unsigned))
      .execute();
  }

  // "big", sint64, is new. Rows that are there get the default, which is what these states had: none knew the field.
  if (!(await tables.hasColumn("columns_of_all_kinds", "big"))) {
    await db.schema
      .alterTable("columns_of_all_kinds")
      .addColumn("big", tables.types.bigint, (column) => column.notNull().defaultTo(tables.zeros.bigint))
      .execute();
  }

  // "digits", fixed64, is new. Rows that are there get the default, which is what these states had: none knew the
  // field.
  if (!(await tables.hasColumn("columns_of_all_kinds", "digits"))) {
    await db.schema
      .alterTable("columns_of_all_kinds")
      .addColumn("digits", tables.types.digits, (column) => column.notNull().defaultTo(tables.zeros.digits))
      .execute();
  }

  // "real", double, is new. Rows that are there get the default, which is what these states had: none knew the field.
  if (!(await tables.hasColumn("columns_of_all_kinds", "real"))) {
    await db.schema
      .alterTable("columns_of_all_kinds")
      .addColumn("real", tables.types.real, (column) => column.notNull().defaultTo(tables.zeros.real))
      .execute();
  }

  // "raw", bytes, is new. Rows that are there get the default, which is what these states had: none knew the field.
  if (!(await tables.hasColumn("columns_of_all_kinds", "raw"))) {
    await db.schema
      .alterTable("columns_of_all_kinds")
      .addColumn("raw", tables.types.bytes, (column) => column.notNull().defaultTo(tables.zeros.bytes))
      .execute();
  }

  // "at", google.protobuf.Timestamp, is new. Rows that are there get null, which is not set, which is what these states
  // had: none knew the field.
  if (!(await tables.hasColumn("columns_of_all_kinds", "at"))) {
    await db.schema.alterTable("columns_of_all_kinds").addColumn("at", tables.types.timestamp).execute();
  }

  // "part", columns_of_all_kinds.Part, is new. Rows that are there get null, which is not set, which is what these
  // states had: none knew the field.
  if (!(await tables.hasColumn("columns_of_all_kinds", "part"))) {
    await db.schema.alterTable("columns_of_all_kinds").addColumn("part", tables.types.json).execute();
  }

  // "parts", repeated columns_of_all_kinds.Part, is new. Rows that are there get the default, which is what these
  // states had: none knew the field.
  if (!(await tables.hasColumn("columns_of_all_kinds", "parts"))) {
    await db.schema
      .alterTable("columns_of_all_kinds")
      .addColumn("parts", tables.types.json, (column) => column.notNull().defaultTo(tables.zeros.list))
      .execute();
  }

  // "counts", map<string, int32>, is new. Rows that are there get the default, which is what these states had: none
  // knew the field.
  if (!(await tables.hasColumn("columns_of_all_kinds", "counts"))) {
    await db.schema
      .alterTable("columns_of_all_kinds")
      .addColumn("counts", tables.types.json, (column) => column.notNull().defaultTo(tables.zeros.map))
      .execute();
  }

  // "flag", bool, is new. Rows that are there get the default, which is what these states had: none knew the field.
  if (!(await tables.hasColumn("columns_of_all_kinds", "flag"))) {
    await db.schema
      .alterTable("columns_of_all_kinds")
      .addColumn("flag", tables.types.integer, (column) => column.notNull().defaultTo(tables.zeros.integer))
      .execute();
  }

  // "level", columns_of_all_kinds.Level, is new. Rows that are there get the default, which is what these states had:
  // none knew the field.
  if (!(await tables.hasColumn("columns_of_all_kinds", "level"))) {
    await db.schema
      .alterTable("columns_of_all_kinds")
      .addColumn("level", tables.types.integer, (column) => column.notNull().defaultTo(tables.zeros.integer))
      .execute();
  }

  // "maybe", optional string, is new. Rows that are there get null, which is not set, which is what these states had:
  // none knew the field.
  if (!(await tables.hasColumn("columns_of_all_kinds", "maybe"))) {
    await db.schema.alterTable("columns_of_all_kinds").addColumn("maybe", tables.types.text).execute();
  }

  // "maybe_real", optional float, is new. Rows that are there get null, which is not set, which is what these states
  // had: none knew the field.
  if (!(await tables.hasColumn("columns_of_all_kinds", "maybe_real"))) {
    await db.schema.alterTable("columns_of_all_kinds").addColumn("maybe_real", tables.types.real).execute();
  }

  // "packed", repeated int32, is new. Rows that are there get the default, which is what these states had: none knew
  // the field.
  if (!(await tables.hasColumn("columns_of_all_kinds", "packed"))) {
    await db.schema
      .alterTable("columns_of_all_kinds")
      .addColumn("packed", tables.types.bytes, (column) => column.notNull().defaultTo(tables.zeros.bytes))
      .execute();
  }

  // "one", string in oneof choice, is new. Rows that are there get null, which is not set, which is what these states
  // had: none knew the field.
  if (!(await tables.hasColumn("columns_of_all_kinds", "one"))) {
    await db.schema.alterTable("columns_of_all_kinds").addColumn("one", tables.types.text).execute();
  }

  // "other", uint64 in oneof choice, is new. Rows that are there get null, which is not set, which is what these states
  // had: none knew the field.
  if (!(await tables.hasColumn("columns_of_all_kinds", "other"))) {
    await db.schema.alterTable("columns_of_all_kinds").addColumn("other", tables.types.digits).execute();
  }
}
