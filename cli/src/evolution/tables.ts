import {
  type Column,
  columnKind,
  fieldType,
  type Index,
  isOptional,
  type Position,
  type Table,
  tablesOf,
} from "@ego/protoc-gen-ego/model";
import { type Change, found, quoted, type Rule, topOf } from "./change.ts";
import { typeName } from "./entities.ts";
import { keptOf, keptStates } from "./kept.ts";

/** What to do about a table whose rows cannot be made again. */
const migrate = "`ego migrate diff` writes the migration, for you to complete.";
const rebuild = "`ego migrate diff` writes the migration; or drop the table, and let it be made of the events again.";

interface KeptTable {
  readonly was: Table;
  readonly is: Table;
  /** Whose rows they are, for people. */
  readonly owner: string;
  readonly at: Position;
}

/** The tables of entities and read models that both versions have, under whatever name. */
function keptTables(change: Change): readonly KeptTable[] {
  const states = keptStates(change).flatMap(({ was, is }) =>
    was.table && is.table ? [{ was: was.table, is: is.table, owner: `the state of ${is.name}`, at: was.state.at }] : [],
  );
  const rows = keptOf(change.before.domain.readModels, change.now.domain.readModels).map(({ was, is }) => ({
    was: was.table,
    is: is.table,
    owner: `the read model ${is.name}`,
    at: was.at,
  }));
  return [...states, ...rows];
}

/** A table has another name, or a state is kept in one and was not, or the other way round. */
export const tablesAreKept: Rule = (change) => [
  ...keptTables(change).flatMap(({ was, is, owner }) => {
    if (was.name === is.name) return [];
    const name = `\`table: {name: ${quoted(was.name)}}\``;
    return [
      is.kind === "state"
        ? found(change, {
            code: "EGO241",
            severity: "error",
            at: [is.at],
            text: `The table of ${owner.replace("the state of ", "")} was ${quoted(was.name)} and is ${quoted(is.name)}: a new one is made, and its states stay in the former.`,
            help: `Take the name back, ${name}, or rename the table by a migration before the program starts.`,
            was: was.at,
          })
        : found(change, {
            code: "EGO251",
            severity: "warning",
            at: [is.at],
            text: `The table of ${owner} was ${quoted(was.name)} and is ${quoted(is.name)}: a new one is made, which is empty, and the former stays.`,
            help: `Take the name back, ${name}, rename the table by a migration, or make it of the events again.`,
            was: was.at,
          }),
    ];
  }),
  ...keptStates(change).flatMap(({ was, is }) => {
    if ((is.table === undefined) === (was.table === undefined)) return [];
    const [then, now] = was.table ? [`the table ${quoted(was.table.name)}`, "as bytes"] : ["as bytes", "in a table"];
    return [
      found(change, {
        code: "EGO241",
        severity: "error",
        at: [is.table?.at, is.state.at],
        text: `The states of ${is.name} are kept ${now} now, and were ${then.startsWith("the") ? "in " : ""}${then}: what is stored is not found any more.`,
        help: `Take that back, or move what is stored by a program of yours: read the states with the version of before, and write them with this one.`,
        was: was.table?.at ?? was.state.at,
      }),
    ];
  }),
];

/** The columns of a table are not those that it was made with. */
export const columnsAreKept: Rule = (change) => keptTables(change).flatMap((table) => columnsOf(change, table));

function columnsOf(change: Change, { was, is, at }: KeptTable) {
  const isState = is.kind === "state";
  const help = isState ? migrate : rebuild;
  const gone = was.columns.filter((old) => !is.columns.some(({ name }) => name === old.name));
  const added = is.columns.filter(({ name }) => !was.columns.some((old) => old.name === name));
  const renamed = new Map<Column, Column>();
  for (const old of gone) {
    const now = added.find(({ field }) => field.number === old.field.number && sameKind(field, old));
    if (now) renamed.set(now, old);
  }
  function sameKind(field: Column["field"], old: Column): boolean {
    return fieldType(field) === fieldType(old.field);
  }
  const say = (at: readonly (Position | undefined)[], text: string, was?: Position, error = false) =>
    found(change, {
      code: "EGO242",
      severity: error ? "error" : "warning",
      at,
      text: `The table ${quoted(is.name)} ${text}`,
      help: error
        ? "Take the type back, and add a field with another name, whose column a migration fills from the old one."
        : help,
      ...(was ? { was } : {}),
    });
  return [
    ...gone
      .filter((old) => ![...renamed.values()].includes(old))
      .map((old) => {
        const omitted = is.omitted.find(({ name }) => name === old.field.name);
        const text = omitted
          ? `has no column ${quoted(old.name)} any more, since the field is left out: what is in it would not be read, and the program does not start while it is there.`
          : `has no column ${quoted(old.name)} any more: what is in it is not read, and is lost once you drop it.`;
        return say([is.at, topOf(at)], text, old.at);
      }),
    ...[...renamed].map(([now, old]) =>
      say(
        [now.at],
        `has the column ${quoted(now.name)} now, which was ${quoted(old.name)}: the program does not start before it is renamed.`,
        old.at,
      ),
    ),
    ...added
      .filter((now) => !renamed.has(now))
      .map((now) => say([now.at], `needs the column ${quoted(now.name)}: the program does not start without it.`)),
    ...is.columns.flatMap((now) => {
      const old = was.columns.find(({ name }) => name === now.name);
      if (old === undefined) return [];
      const [then, kind] = [heldIn(old), heldIn(now)];
      const what = `the column ${quoted(now.name)}`;
      if (then !== kind) {
        return [say([now.at], `has ${kind} in ${what} now, and ${then} is what is stored.`, old.at, isState)];
      }
      if (old.key !== now.key) {
        const key = now.key ? "is part of the primary key now, and was not" : "was part of the primary key, and is not";
        return [say([now.at], `has to be made again: ${what} ${key}.`, old.at)];
      }
      if (nullable(old) !== nullable(now)) {
        const text = nullable(now)
          ? "may be null now, and must not be so far"
          : "must not be null any more, and may be so far";
        return [say([now.at], `has to change: ${what} ${text}.`, old.at)];
      }
      return [];
    }),
  ];
}

/** What a column holds, for people. */
function heldIn(column: Column): string {
  const { field, binary, sensitive } = column;
  if (sensitive) return "what is encrypted";
  if (binary) return "the bytes of protobuf";
  if (field.fieldKind === "enum") return "int32";
  const kind = columnKind(column);
  if (kind === "json") return "JSON";
  if (kind === "timestamp") return "a time";
  const type = typeName(field);
  return alike[type] ?? type;
}

/** Types that a column holds in the same way. */
const alike: Readonly<Record<string, string>> = {
  sint32: "int32",
  sfixed32: "int32",
  fixed32: "uint32",
  sint64: "int64",
  sfixed64: "int64",
  fixed64: "uint64",
  float: "double",
};

function nullable({ field }: Column): boolean {
  return field.oneof !== undefined || field.fieldKind === "message" || isOptional(field);
}

/** An index that rows which are there may not allow, or that the database has in another form. */
export const indexesAreKept: Rule = (change) => {
  const old = new Map(tablesOf(change.before.domain).map(({ table }) => [table.name, table]));
  return tablesOf(change.now.domain).flatMap(({ table }) => {
    const was = old.get(table.name);
    if (was === undefined) return [];
    return table.indexes.flatMap((index) => {
      const before = was.indexes.find(({ name }) => name === index.name);
      if (before && textOf(before) === textOf(index)) return [];
      const columns = index.fields.map(({ name }) => name).join(", ");
      if (before) {
        return [
          found(change, {
            code: "EGO243",
            severity: "warning",
            at: [index.at],
            text: `The index ${quoted(index.name)} of the table ${quoted(table.name)} is ${textOf(index)} now, and was ${textOf(before)}: the program does not start before the former is dropped.`,
            help: "`ego migrate diff` writes the migration.",
            was: before.at,
          }),
        ];
      }
      if (!index.unique) return [];
      return [
        found(change, {
          code: "EGO243",
          severity: "warning",
          at: [index.at],
          text: `The unique index ${quoted(index.name)} is new in the table ${quoted(table.name)}: the program does not start while rows have the same ${columns}.`,
          help: "Look for such rows, and mend them, before you deploy it.",
        }),
      ];
    });
  });
};

function textOf({ unique, fields }: Index): string {
  return `${unique ? "unique " : ""}on ${fields.map(({ name }) => name).join(", ")}`;
}
