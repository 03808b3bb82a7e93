import {
  createRegistry,
  type DescFile,
  type DescMessage,
  type JsonValue,
  type Message,
  toJson,
} from "@bufbuild/protobuf";
import type { EntityTable } from "../codegen/entity.ts";

/** What stands in place of a sensitive value. */
export const sensitiveText = "[sensitive]";

/**
 * Makes what gives messages of one kind in protobuf's JSON form; it throws where a message has none, as an `Any` of an
 * unknown type.
 *
 * @param sensitive whether fields that are marked as sensitive are shown
 */
export function jsonViewer(
  { sensitive: marked = {} }: EntityTable,
  descriptor: DescMessage,
  sensitive: boolean,
): (message: Message) => JsonValue {
  const registry = createRegistry(...filesOf(descriptor.file));
  const { typeName } = descriptor;
  const { fields = [] } = (!sensitive && Object.hasOwn(marked, typeName) && marked[typeName]) || {};
  const paths = fields.map((path) => path.split("."));
  return (message) => {
    const json = toJson(descriptor, message, { registry });
    for (const path of paths) cover(json, descriptor, path);
    return json;
  };
}

/** A file with those that it imports. */
function filesOf(file: DescFile, found: Set<DescFile> = new Set()): ReadonlySet<DescFile> {
  if (found.has(file)) return found;
  found.add(file);
  for (const imported of file.dependencies) filesOf(imported, found);
  return found;
}

/** Covers what a path of local names leads to, in each item of a list and each value of a map on the way. */
function cover(json: JsonValue, descriptor: DescMessage, [name, ...rest]: readonly string[]): void {
  const field = descriptor.fields.find(({ localName }) => localName === name);
  if (!field || typeof json !== "object" || json === null || Array.isArray(json)) return;
  const value = json[field.jsonName];
  if (value === undefined) return;
  if (rest.length === 0) {
    json[field.jsonName] = sensitiveText;
  } else if (field.message) {
    const many = field.fieldKind === "message" ? [value] : Object.values(value as object);
    for (const one of many) cover(one as JsonValue, field.message, rest);
  }
}
