import type { DescField, DescMessage } from "@bufbuild/protobuf";
import * as ego from "../gen/ego/v1/ego_pb.ts";
import { egoOption } from "./ego-option.ts";
import type { ColumnMark, IndexMark, Mark, TableMark } from "./marks.ts";
import { elementPositions, type Located, optionPosition, type Position } from "./position.ts";

/** Reads the role of a message; undefined if it has none. */
export function readMark(desc: DescMessage): Mark | undefined {
  const role = egoOption(desc)?.role;
  if (role?.case === undefined) return undefined;
  const number = numbers.role[role.case];
  const option = optionOf(desc, [number]);
  const { at } = option;
  const entity = (value: string | undefined) => option.text("entity", value, numbers.entity);
  switch (role.case) {
    case "state":
      return {
        role: "state",
        at,
        ...entity(role.value.entity),
        durable: role.value.persistence === ego.Persistence.DURABLE,
        ...readTable(desc, role.value.table, [number, numbers.state.table]),
      };
    case "command": {
      const precondition = preconditions.get(role.value.precondition ?? ego.Precondition.UNSPECIFIED);
      return {
        role: "command",
        at,
        ...entity(role.value.entity),
        emits: option.list(role.value.emits, numbers.command.emits),
        rejects: option.list(role.value.rejects, numbers.command.rejects),
        ...(precondition ? { precondition } : {}),
      };
    }
    case "event":
      return {
        role: "event",
        at,
        ...entity(role.value.entity),
        ...option.text("type", role.value.type, numbers.event.type),
        aliases: option.list(role.value.aliases, numbers.event.aliases),
        ...option.text("upcasts", role.value.upcasts, numbers.event.upcasts),
        ...(role.value.derived ? { derived: option.position(numbers.event.derived) } : {}),
      };
    case "rejection":
      return { role: "rejection", at, code: nameOfCode(role.value.code || ego.Code.FAILED_PRECONDITION) };
    case "readModel":
      return {
        role: "read model",
        at,
        ...option.text("name", role.value.name, numbers.readModel.name),
        events: option.list(role.value.events, numbers.readModel.events),
        entities: option.list(role.value.entities, numbers.readModel.entities),
        ...readTable(desc, role.value.table, [number, numbers.readModel.table]),
      };
    case "saga":
      return {
        role: "saga",
        at,
        ...option.text("name", role.value.name, numbers.saga.name),
        startsOn: option.list(role.value.startsOn, numbers.saga.startsOn),
        reactsTo: option.list(role.value.reactsTo, numbers.saga.reactsTo),
        sends: option.list(role.value.sends, numbers.saga.sends),
        timers: option.list(role.value.timers, numbers.saga.timers),
      };
  }
}

/** Reads the `column` of a field; undefined if it has none. */
export function readColumn(desc: DescField): ColumnMark | undefined {
  const column = egoOption(desc)?.column;
  if (!column) return undefined;
  const option = optionOf(desc, [numbers.column]);
  const storage = storages.get(column.storage ?? ego.Storage.UNSPECIFIED);
  return {
    at: option.at,
    ...option.text("name", column.name, numbers.columns.name),
    ...(column.omit ? { omit: option.position(numbers.columns.omit) } : {}),
    ...(storage ? { storage: { is: storage, at: option.position(numbers.columns.storage) } } : {}),
  };
}

function readTable(
  desc: DescMessage,
  table: ego.Table | undefined,
  path: readonly number[],
): { readonly table?: TableMark } {
  if (!table) return {};
  const option = optionOf(desc, path);
  const indexes = table.indexes.map((index, at) => readIndex(desc, index, [...path, numbers.table.indexes, at]));
  return { table: { at: option.at, ...option.text("name", table.name, numbers.table.name), indexes } };
}

function readIndex(desc: DescMessage, index: ego.Index, path: readonly number[]): IndexMark {
  const option = optionOf(desc, path);
  return {
    at: option.at,
    fields: option.list(index.fields, numbers.index.fields),
    unique: index.unique ?? false,
    ...option.text("name", index.name, numbers.index.name),
  };
}

/** An option, or a part of one, with the places of what is in it. */
function optionOf(desc: DescMessage | DescField, path: readonly number[]) {
  const at = optionPosition(desc, ...path);
  const position = (number: number): Position => optionPosition(desc, ...path, number);
  return {
    at,
    position,
    /** A text under its key, or nothing where it is not given. */
    text<K extends string>(key: K, value: string | undefined, number: number) {
      return (value === undefined ? {} : { [key]: { value, at: position(number) } }) as { readonly [P in K]?: Located };
    },
    list(values: readonly string[], number: number): Located[] {
      const places = elementPositions(desc, [...path, number], values.length);
      return values.map((value, index) => ({ value, at: places[index] ?? at }));
    },
  };
}

/** Field numbers of the roles and of their fields: the rest of an option's path. */
const numbers = {
  role: { state: 1, command: 2, event: 3, rejection: 4, readModel: 5, saga: 6 },
  entity: 1,
  state: { table: 3 },
  command: { emits: 2, rejects: 3 },
  event: { type: 2, aliases: 3, upcasts: 4, derived: 5 },
  readModel: { name: 1, events: 2, entities: 3, table: 4 },
  saga: { name: 1, startsOn: 2, reactsTo: 3, sends: 4, timers: 5 },
  table: { name: 1, indexes: 2 },
  index: { fields: 1, name: 3 },
  column: 4,
  columns: { name: 1, omit: 2, storage: 3 },
} as const;

const preconditions = new Map<number, "absent" | "present">([
  [ego.Precondition.ABSENT, "absent"],
  [ego.Precondition.PRESENT, "present"],
]);

const storages = new Map<number, "json" | "binary">([
  [ego.Storage.JSON, "json"],
  [ego.Storage.BINARY, "binary"],
]);

function nameOfCode(code: number): string {
  const known = ego.CodeSchema.values.find((value) => value.number === code);
  return (known?.name ?? "CODE_UNKNOWN").replace(/^CODE_/, "").toLowerCase();
}
