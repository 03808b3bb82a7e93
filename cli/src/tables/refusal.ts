import { type ColumnSchema, hasRest, keyOf, type TableSchema } from "./table-schema.ts";

/** Something that has to be changed in the protos, or done by hand. */
export interface Refusal {
  readonly reason: "key" | "sensitive" | "kind" | "rest" | "again" | "shifted" | "tableless";
  readonly table: TableSchema;
  readonly column?: ColumnSchema;
  readonly text: string;
  readonly help: string;
}

/** A column, and which one it was. */
export interface Pair {
  readonly from: ColumnSchema;
  readonly column: ColumnSchema;
  /** Whether the user says so. */
  readonly told: boolean;
}

/** What speaks against changing one table into another, as a whole. */
export function refusalsOf(old: TableSchema, table: TableSchema, pairs: readonly Pair[]): readonly Refusal[] {
  const refusals: Refusal[] = [];
  if (old.kind !== table.kind) {
    const now = table.kind === "state" ? "the state of an entity" : "a read model";
    refusals.push({
      reason: "kind",
      table,
      text: `The table "${table.name}" is that of ${now} now, and was none: its rows are others.`,
      help: "Give it another name: the new table begins empty, and the old one stays.",
    });
  }
  const key = keyOf(table);
  const was = keyOf(old).map((name) => pairs.find(({ from }) => from.name === name)?.column.name ?? name);
  const typed = pairs.find(({ from, column }) => column.key && from.kind !== column.kind);
  if (key.join() !== was.join() || typed) {
    const text = typed
      ? `The key "${typed.column.name}" of the table "${table.name}" was ${typed.from.type}, and is ${typed.column.type}.`
      : `The table "${table.name}" had the key (${was.join(", ")}), and has (${key.join(", ")}).`;
    refusals.push({
      reason: "key",
      table,
      text: `${text} No migration can say which rows are the same then.`,
      help: `${
        table.kind === "state"
          ? "Leave the id what it was: states are found by it."
          : "Give the table another name: the new one begins empty, and is filled by a rebuild."
      } Or create it anew by a migration of your own, and write its key into tables.json.`,
    });
  }
  if (hasRest(old) && !hasRest(table)) {
    refusals.push({
      reason: "rest",
      table,
      text: `All fields of ${table.message} have a column now, and rows of "${table.name}" that are there keep some of them in ego_rest.`,
      help: "Leave one field without a column, omit: true, until every row is written again.",
    });
  }
  return refusals;
}

/** A column that has its name from one field and its number from another, which is gone: it may be either. */
export function shifted(table: TableSchema, pairs: readonly Pair[], gone: readonly ColumnSchema[]): readonly Refusal[] {
  return pairs.flatMap(({ from, column, told }): Refusal[] => {
    const other = gone.find(({ field }) => field === column.field);
    if (told || from.field === column.field || other === undefined) return [];
    return [
      {
        reason: "shifted",
        table,
        column,
        text: `The column "${column.name}" of the table "${table.name}" is of field ${column.field} now, which was "${other.name}", and was of field ${from.field}.`,
        help: "Leave each field its number. If columns were renamed, do it in two steps, with a migration for each.",
      },
    ];
  });
}

/** A state whose table was taken away. */
export function withoutTable(table: TableSchema): Refusal {
  return {
    reason: "tableless",
    table,
    text: `The states of "${table.owner}" have no table any more: those that are in "${table.name}" would not be found.`,
    help: `Give the state its table back: table: {name: "${table.name}"}.`,
  };
}

/** A column that was stored in clear. */
export function nowSensitive(table: TableSchema, column: ColumnSchema): Refusal {
  return {
    reason: "sensitive",
    table,
    column,
    text: `The column "${column.name}" of the table "${table.name}" is of a sensitive field now: this version cannot encrypt it.`,
    help: "Take (ego.v1.field).sensitive off, or wait with it for a version that encrypts columns.",
  };
}

/** A column that has the name of one that an earlier migration left. */
export function columnAgain(table: TableSchema, column: ColumnSchema, left: ColumnSchema): Refusal {
  return {
    reason: "again",
    table,
    column,
    text: `The column "${column.name}" of the table "${table.name}" was there before as ${left.type}, and may still be there.`,
    help: `Give the new one another name, or drop the old one by a migration of your own, and remove it from tables.json.`,
  };
}

/** A table that has the name of another one that an earlier migration left. */
export function tableAgain(table: TableSchema): Refusal {
  return {
    reason: "again",
    table,
    text: `The table "${table.name}" was there before, with other columns, and may still be there.`,
    help: "Give it another name, or drop the old one by a migration of your own, and remove it from tables.json.",
  };
}
