import { create, type DescField, type DescMessage, type Message } from "@bufbuild/protobuf";

/**
 * Makes a message of its fields, as `create` does, and refuses what `create` takes for an empty message without a
 * word: an instance of a class, as a `Date`, where a message belongs. The compiler sees that; not everybody asks it.
 *
 * @throws TypeError naming the field and what it wants
 */
export function makeMessage(descriptor: DescMessage, fields: object | undefined): Message {
  if (fields !== undefined) check(descriptor, fields);
  return create(descriptor, fields as never) as Message;
}

type Fields = { readonly [name: string]: unknown };

/** The fields of each kind of message that hold messages: all that has to be looked at. */
const nested = new WeakMap<DescMessage, readonly DescField[]>();

function check(descriptor: DescMessage, fields: object): void {
  let members = nested.get(descriptor);
  if (!members) {
    members = descriptor.fields.filter((field) => field.message);
    nested.set(descriptor, members);
  }
  for (const field of members) {
    const value = held(field, fields as Fields);
    if (value === undefined || value === null || typeof value !== "object") continue;
    if (field.fieldKind === "list") for (const item of value as readonly unknown[]) checkOne(field, item);
    else if (field.fieldKind === "map") for (const item of Object.values(value)) checkOne(field, item);
    else checkOne(field, value);
  }
}

function held(field: DescField, fields: Fields): unknown {
  if (!field.oneof) return fields[field.localName];
  const chosen = fields[field.oneof.localName] as { readonly case?: string; readonly value?: unknown } | undefined;
  return chosen?.case === field.localName ? chosen.value : undefined;
}

function checkOne(field: DescField, value: unknown): void {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array || !field.message) return;
  if ("$typeName" in value) return;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null || Array.isArray(value)) {
    check(field.message, value);
    return;
  }
  const wanted = field.message.typeName;
  const hint =
    value instanceof Date && wanted === "google.protobuf.Timestamp"
      ? ' Use timestampFromDate(…), from "@bufbuild/protobuf/wkt".'
      : "";
  throw new TypeError(`${field.parent.typeName}.${field.name}: a ${nameOf(value)} is not a ${wanted}.${hint}`);
}

function nameOf(value: object): string {
  return value.constructor?.name || "value of a class";
}
