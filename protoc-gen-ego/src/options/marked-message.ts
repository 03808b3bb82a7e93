import { type DescField, type DescMessage, getOption, hasOption } from "@bufbuild/protobuf";
import * as ego from "../gen/ego/v1/ego_pb.ts";
import { elementPositions, type Located, namePosition, optionPosition, type Position } from "./position.ts";

/** What a message is. */
export type Role = "state" | "command" | "event" | "rejection";

/** A `state` option. */
export interface StateMark extends Mark {
  readonly role: "state";
  readonly durable: boolean;
  readonly table?: { readonly at: Position; readonly name?: Located };
}

/** A `command` option. */
export interface CommandMark extends Mark {
  readonly role: "command";
  readonly emits: readonly Located[];
  readonly rejects: readonly Located[];
  readonly precondition?: "absent" | "present";
}

/** An `event` option. */
export interface EventMark extends Mark {
  readonly role: "event";
  /** The name under which it is stored, if it is not the full name of the message. */
  readonly type?: Located;
  /** Names under which it was stored before. */
  readonly aliases: readonly Located[];
  /** The older event that it replaces. */
  readonly upcasts?: Located;
  /** Where it is said that the event is derived, if it is. */
  readonly derived?: Position;
}

/** A `rejection` option. */
export interface RejectionMark extends Mark {
  readonly role: "rejection";
  /** The class of the error: `not_found`. */
  readonly code: string;
}

interface Mark {
  readonly role: Role;
  /** Where the option is written. */
  readonly at: Position;
  /** The entity that the option itself names. */
  readonly entity?: Located;
}

/** A field with an `id` option. */
export interface IdMark {
  readonly desc: DescField;
  readonly at: Position;
}

/** A message with what the options of ego say about it. */
export interface MarkedMessage {
  readonly desc: DescMessage;
  /** Where the message is named. */
  readonly at: Position;
  readonly mark?: StateMark | CommandMark | EventMark | RejectionMark;
  readonly ids: readonly IdMark[];
  /** Where a field has any option of ego: for messages that have no role. */
  readonly fieldOptions: readonly Position[];
}

/** Field numbers of the roles and of their fields: the rest of an option's path. */
const numbers = {
  role: { state: 1, command: 2, event: 3, rejection: 4 },
  entity: 1,
  table: 3,
  tableName: 1,
  emits: 2,
  rejects: 3,
  type: 2,
  aliases: 3,
  upcasts: 4,
  derived: 5,
  id: 1,
} as const;

/** Reads the options of a message and of its fields. */
export function readMessage(desc: DescMessage): MarkedMessage {
  const marked = desc.fields.filter((field) => hasOption(field, ego.field));
  const mark = readMark(desc);
  return {
    desc,
    at: namePosition(desc),
    ...(mark ? { mark } : {}),
    ids: marked
      .filter((field) => getOption(field, ego.field).id)
      .map((field) => ({ desc: field, at: optionPosition(field, numbers.id) })),
    fieldOptions: marked.map((field) => optionPosition(field)),
  };
}

function readMark(desc: DescMessage): MarkedMessage["mark"] {
  if (!hasOption(desc, ego.message)) return undefined;
  const { role } = getOption(desc, ego.message);
  if (role.case === undefined) return undefined;
  const number = numbers.role[role.case];
  const at = optionPosition(desc, number);
  const locate = (value: string, ...path: number[]): Located => ({
    value,
    at: optionPosition(desc, number, ...path),
  });
  const elements = (values: readonly string[], list: number): Located[] => {
    const places = elementPositions(desc, [number, list], values.length);
    return values.map((value, index) => ({ value, at: places[index] ?? at }));
  };
  const entity = (value: string | undefined) => (value === undefined ? {} : { entity: locate(value, numbers.entity) });
  switch (role.case) {
    case "state": {
      const { table } = role.value;
      return {
        role: "state",
        at,
        ...entity(role.value.entity),
        durable: role.value.persistence === ego.Persistence.DURABLE,
        ...(table
          ? {
              table: {
                at: optionPosition(desc, number, numbers.table),
                ...(table.name === undefined ? {} : { name: locate(table.name, numbers.table, numbers.tableName) }),
              },
            }
          : {}),
      };
    }
    case "command": {
      const precondition = preconditions.get(role.value.precondition ?? ego.Precondition.UNSPECIFIED);
      return {
        role: "command",
        at,
        ...entity(role.value.entity),
        emits: elements(role.value.emits, numbers.emits),
        rejects: elements(role.value.rejects, numbers.rejects),
        ...(precondition ? { precondition } : {}),
      };
    }
    case "event":
      return {
        role: "event",
        at,
        ...entity(role.value.entity),
        ...(role.value.type === undefined ? {} : { type: locate(role.value.type, numbers.type) }),
        aliases: elements(role.value.aliases, numbers.aliases),
        ...(role.value.upcasts === undefined ? {} : { upcasts: locate(role.value.upcasts, numbers.upcasts) }),
        ...(role.value.derived ? { derived: optionPosition(desc, number, numbers.derived) } : {}),
      };
    case "rejection": {
      const code = role.value.code || ego.Code.FAILED_PRECONDITION;
      return { role: "rejection", at, code: nameOfCode(code) };
    }
  }
}

const preconditions = new Map<number, "absent" | "present">([
  [ego.Precondition.ABSENT, "absent"],
  [ego.Precondition.PRESENT, "present"],
]);

function nameOfCode(code: number): string {
  const known = ego.CodeSchema.values.find((value) => value.number === code);
  return (known?.name ?? "CODE_UNKNOWN").replace(/^CODE_/, "").toLowerCase();
}
