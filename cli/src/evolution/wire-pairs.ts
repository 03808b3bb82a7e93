import type { DescEnum, DescField, DescMessage, Entity, Message } from "@ego/protoc-gen-ego/model";
import type { Change } from "./change.ts";
import { storedMessages } from "./stored-messages.ts";

/** How something is written: fields have numbers in the binary form, and names in JSON. */
export type Form = "binary" | "json";

/** A message that was written, and the one as which it is read. */
export interface MessagePair {
  readonly kind: "message";
  readonly form: Form;
  readonly was: DescMessage;
  readonly is: DescMessage;
  /** Those that are compared; undefined for all. */
  readonly fields?: readonly FieldPair[];
  readonly origin: Origin;
}

/** The values of an enum that were written, and those as which they are read. */
export interface EnumPair {
  readonly kind: "enum";
  readonly form: Form;
  readonly was: DescEnum;
  readonly is: DescEnum;
  readonly origin: Origin;
}

/** What has to be read as it was written. */
export type WirePair = MessagePair | EnumPair;

/** Where what is written stands in the end. */
export interface Origin {
  /** In the store, or on its way between programs. */
  readonly stored: boolean;
  /** For people: `the event AccountOpened`. */
  readonly what: string;
  /** The entity that it belongs to, if it does. */
  readonly entity?: string;
}

/** A field that was written, and the one as which it is read. Either may be missing. */
export interface FieldPair {
  readonly was?: DescField;
  readonly is?: DescField;
}

/** A key for what one field refers to in both versions. */
export function pairKey(form: Form, was: DescMessage | DescEnum, is: DescMessage | DescEnum): string {
  return `${form} ${was.typeName} ${is.typeName}`;
}

/** The key of a pair: one of which only some fields are compared is none that a field refers to. */
export function keyOf(pair: WirePair): string {
  const key = pairKey(pair.form, pair.was, pair.is);
  return pair.kind === "message" && pair.fields ? `some fields of ${key}` : key;
}

/** The fields of two messages, by what they are found by when they are read. */
export function fieldPairs({ form, was, is, fields }: MessagePair): readonly FieldPair[] {
  if (fields) return fields;
  const key = ({ number, jsonName }: DescField) => (form === "binary" ? number : jsonName);
  const olds = new Map(was.fields.map((field) => [key(field), field]));
  const nows = new Map(is.fields.map((field) => [key(field), field]));
  return [...new Set([...olds.keys(), ...nows.keys()])].map((key) => pairOf(olds.get(key), nows.get(key)));
}

function pairOf(was: DescField | undefined, is: DescField | undefined): FieldPair {
  return { ...(was ? { was } : {}), ...(is ? { is } : {}) };
}

/**
 * All that has to be read as it was written: what is stored, then what is sent, each with the messages and enums in it.
 * Messages are not matched by their names: what is stored as `bank.v1.AccountCredited` may be read by a message that is
 * called `AccountCreditedV1` now, while another has that name.
 */
export function wirePairs(change: Change): readonly WirePair[] {
  const pairs = new Map<string, WirePair>();
  const queue: MessagePair[] = [];
  const add = (pair: WirePair) => {
    const key = keyOf(pair);
    if (pairs.has(key)) return;
    pairs.set(key, pair);
    if (pair.kind === "message") queue.push(pair);
  };
  const addField = (form: Form, { was, is }: FieldPair, origin: Origin) => {
    if (was?.message && is?.message) {
      if (isKnown(was.message) || isKnown(is.message)) return;
      add({ kind: "message", form, was: was.message, is: is.message, origin });
    }
    if (was?.enum && is?.enum && !isKnown(was.enum)) add({ kind: "enum", form, was: was.enum, is: is.enum, origin });
  };
  for (const { was, is, what, owner, entity } of storedMessages(change)) {
    const origin = { stored: true, what, ...(owner === undefined ? {} : { entity: owner }) };
    if (entity?.was.table && entity.is.table) addRow(entity.was, entity.is, origin, add, addField);
    else if (!entity?.was.table && !entity?.is.table) {
      add({ kind: "message", form: "binary", was: was.desc, is: is.desc, origin });
    }
  }
  for (const { was, is, ...origin } of sentMessages(change)) {
    add({ kind: "message", form: "binary", was, is, origin: { stored: false, ...origin } });
  }
  for (const pair of queue) for (const field of fieldPairs(pair)) addField(pair.form, field, pair.origin);
  return [...pairs.values()];
}

/**
 * What the row of a state has in it that is not a plain value: JSON, bytes, enums. The columns themselves are found by
 * their names, of which the rules of tables tell.
 */
function addRow(
  was: Entity,
  is: Entity,
  origin: Origin,
  add: (pair: WirePair) => void,
  addField: (form: Form, field: FieldPair, origin: Origin) => void,
): void {
  const rows = { kind: "message", was: was.state.desc, is: is.state.desc, origin } as const;
  const json: FieldPair[] = [];
  const bytes: FieldPair[] = [];
  for (const old of was.table?.columns ?? []) {
    const now = is.table?.columns.find(({ name }) => name === old.name);
    if (now === undefined || old.binary !== now.binary) continue;
    const [field, kind] = [{ was: old.field, is: now.field }, old.field.fieldKind];
    if (!old.binary && (kind === "message" || kind === "list" || kind === "map")) json.push(field);
    // The bytes of the row's message with that field alone.
    else if (kind !== "list" && kind !== "map") addField("binary", field, origin);
    else if (old.field.number === now.field.number) bytes.push(field);
    else bytes.push({ was: old.field }, { is: now.field });
  }
  for (const old of was.table?.omitted ?? []) {
    bytes.push(
      pairOf(
        old,
        is.state.desc.fields.find(({ number }) => number === old.number),
      ),
    );
  }
  if (json.length > 0) add({ ...rows, form: "json", fields: json });
  if (bytes.length > 0) add({ ...rows, form: "binary", fields: bytes });
}

interface Sent extends Omit<Origin, "stored"> {
  readonly was: DescMessage;
  readonly is: DescMessage;
}

/** Commands and rejections, which are found by their full names. */
function sentMessages({ before, now }: Change): readonly Sent[] {
  const isCommand = byType(now.domain.commands);
  const commands = before.domain.commands.flatMap(({ desc: was, entity }) => {
    const is = isCommand.get(was.typeName);
    return is ? [{ was, is, what: `the command ${is.name}`, ...(entity ? { entity: entity.value } : {}) }] : [];
  });
  const isRejection = byType(now.domain.rejections);
  const rejections = before.domain.rejections.flatMap(({ desc: was }) => {
    const is = isRejection.get(was.typeName);
    return is ? [{ was, is, what: `the rejection ${is.name}` }] : [];
  });
  return [...commands, ...rejections];
}

function byType(messages: readonly Message[]): ReadonlyMap<string, DescMessage> {
  return new Map(messages.map(({ desc }) => [desc.typeName, desc]));
}

/** What protobuf itself declares never changes, and has a JSON form of its own. */
export function isKnown({ typeName }: DescMessage | DescEnum): boolean {
  return typeName.startsWith("google.protobuf.");
}
