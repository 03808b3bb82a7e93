import { type DescField, type DescMessage, type Message, ScalarType, toJson } from "@bufbuild/protobuf";
import { isReflectMessage, type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";

/** Bytes that are shown on one line. */
const lineBytes = 32;

/**
 * The fields of a message as plain data that every test runner can compare and print: 64-bit numbers as `"31n"`, since
 * not every runner can carry a bigint; bytes in hexadecimal; values of enums by their names; keys of maps in order;
 * well-known types as their JSON.
 */
export function showFields(descriptor: DescMessage, message: Message): unknown {
  return shown(reflect(descriptor, message));
}

function shown(message: ReflectMessage): unknown {
  const { typeName } = message.desc;
  if (typeName.startsWith("google.protobuf.")) {
    try {
      return toJson(message.desc, message.message);
    } catch {
      // Not every one has a JSON form, as an `Any` of an unknown type.
    }
  }
  const fields: { [name: string]: unknown } = {};
  for (const field of message.fields) {
    // A number that is 0 says something; a list that is empty does not.
    if (message.isSet(field) || isPlain(field)) fields[field.localName] = shownField(message, field);
  }
  return fields;
}

function isPlain({ fieldKind, presence, oneof }: DescField): boolean {
  const implicit = 2;
  return (fieldKind === "scalar" || fieldKind === "enum") && presence === implicit && oneof === undefined;
}

function shownField(message: ReflectMessage, field: DescField): unknown {
  switch (field.fieldKind) {
    case "list":
      return [...message.get(field)].map((item) => shownValue(field, item));
    case "map": {
      const entries = [...message.get(field)].map(([key, value]) => [String(key), shownValue(field, value)] as const);
      return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
    }
    default:
      return shownValue(field, message.get(field));
  }
}

function shownValue({ enum: names, scalar }: DescField, value: unknown): unknown {
  if (isReflectMessage(value)) return shown(value);
  if (names) return names.value[value as number]?.name ?? value;
  if (value instanceof Uint8Array) return shownBytes(value);
  if (typeof value === "bigint") return `${value}n`;
  // Also with [jstype = JS_STRING] a number is none of the texts.
  return typeof value === "string" && scalar !== ScalarType.STRING ? `${value}n` : value;
}

function shownBytes(bytes: Uint8Array): unknown {
  const hex = (some: Uint8Array) => [...some].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  if (bytes.length <= lineBytes) return `${bytes.length} bytes${bytes.length > 0 ? `: ${hex(bytes)}` : ""}`;
  const lines = Array.from({ length: Math.ceil(bytes.length / lineBytes) }, (_, line) => {
    const from = line * lineBytes;
    return `${from}: ${hex(bytes.subarray(from, from + lineBytes))}`;
  });
  return [`${bytes.length} bytes`, ...lines];
}
