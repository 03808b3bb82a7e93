import type { Domain } from "@ego/protoc-gen-ego/model";
import { Failure } from "../failure.ts";
import { wellKnownTypes } from "../project/well-known.ts";
import { nearest } from "../terminal/nearest.ts";
import { quoted } from "./typed-name.ts";

/** The type of a field that is to be added. */
export interface FieldType {
  readonly label: "" | "optional" | "repeated" | "map";
  /** As it is written in the proto, without the label: `int64`, `google.protobuf.Timestamp`, `map<string, Line>`. */
  readonly text: string;
  /** The same, with full names. */
  readonly full: string;
  /** The proto to be imported for it. */
  readonly import?: string;
}

/** Where the name of a type is written. */
export interface TypeScope {
  /** The name of the file in imports. */
  readonly file: string;
  readonly package: string;
  /** The full name of the message. */
  readonly message: string;
}

/** The types of protobuf that are no messages and no enums. */
export const scalars: readonly string[] =
  "string bool bytes int32 int64 uint32 uint64 double float sint32 sint64 fixed32 fixed64 sfixed32 sfixed64".split(" ");

/** What is no type in protobuf, and is typed for one. */
const meant: Readonly<Record<string, string>> = {
  number: "int64, int32 or double",
  integer: "int64 or int32",
  int: "int64 or int32",
  uint: "uint64 or uint32",
  long: "int64",
  bigint: "int64",
  float64: "double",
  float32: "float",
  decimal: "int64, in the smallest unit, or string",
  boolean: "bool",
  text: "string",
  uuid: "string",
  date: "Timestamp",
  datetime: "Timestamp",
  time: "Timestamp",
  buffer: "bytes",
  blob: "bytes",
  json: "Struct",
  object: "Struct",
};

/**
 * Finds the type that was typed for a field: a scalar, a message or an enum, with `repeated` or `optional` before it, or
 * `map<string, …>`. Types of `google.protobuf` may be typed without that.
 *
 * @throws Failure if there is none, with the nearest
 */
export function fieldTypeOf(domain: Domain, scope: TypeScope, typed: string): FieldType {
  const text = typed.trim().replace(/\s+/g, " ");
  const map = /^map ?< ?(\w+) ?, ?([^<>]+?) ?>$/.exec(text);
  if (map !== null) {
    const [, key = "", value = ""] = map;
    if (!scalars.includes(key) || ["bytes", "double", "float"].includes(key)) {
      throw new Failure(
        "input",
        `${quoted(key)} cannot be the key of a map. Use string, bool or an integer, such as int64.`,
      );
    }
    const element = elementOf(domain, scope, value);
    return { ...element, label: "map", text: `map<${key}, ${element.text}>`, full: `map<${key}, ${element.full}>` };
  }
  const [, label = "", element = ""] = /^(?:(repeated|optional) )?(.*)$/.exec(text) ?? [];
  const list = /^(.*[^ ]) ?\[\]$/.exec(element);
  if (list !== null) {
    throw new Failure("input", `${quoted(typed)} is no type in protobuf. Did you mean "repeated ${list[1]}"?`);
  }
  return { label: label as "" | "optional" | "repeated", ...elementOf(domain, scope, element) };
}

/** Where a message or an enum is declared. */
interface Home {
  readonly file: string;
  readonly package: string;
}

/** The messages and enums that fields can have as types, by their full names. */
function declaredTypes(domain: Domain): ReadonlyMap<string, Home> {
  const types = domain.files.flatMap(({ desc, messages }) => [
    ...messages.map((message) => message.desc),
    ...desc.enums,
    ...messages.flatMap((message) => message.desc.nestedEnums),
  ]);
  return new Map(types.map(({ typeName, file }) => [typeName, { file: file.proto.name, package: file.proto.package }]));
}

function elementOf(domain: Domain, scope: TypeScope, name: string): Omit<FieldType, "label"> {
  if (scalars.includes(name)) return { text: name, full: name };
  const declared = declaredTypes(domain);
  const found = /^\.?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/.test(name) ? resolve(declared, scope, name) : undefined;
  if (found === undefined) throw unknown(declared, scope, name);
  const [full, home] = found;
  const text = home.package === scope.package ? withinPackage(full, scope.package) : full;
  return { text, full, ...(home.file === scope.file ? {} : { import: home.file }) };
}

/** The full name, and where that is declared. */
function resolve(
  declared: ReadonlyMap<string, Home>,
  scope: TypeScope,
  name: string,
): readonly [string, Home] | undefined {
  const absolute = name.startsWith(".") ? [name.slice(1)] : outward(scope.message).map((outer) => `${outer}${name}`);
  for (const full of absolute) {
    const home = declared.get(full);
    if (home !== undefined) return [full, home];
  }
  const full = name.includes(".") ? name.replace(/^\./, "") : `google.protobuf.${name}`;
  const file = wellKnownTypes.get(full);
  return file === undefined ? undefined : [full, { file, package: "google.protobuf" }];
}

/** `bank.v1.Account` → what may be before a name that is written there: itself, `bank.v1.`, `bank.`, nothing. */
function outward(name: string): readonly string[] {
  const parts = name.split(".");
  return [...parts.map((_, index) => `${parts.slice(0, parts.length - index).join(".")}.`), ""];
}

function unknown(declared: ReadonlyMap<string, Home>, scope: TypeScope, name: string): Failure {
  const others = [...declared].filter(([, home]) => !/^(?:google\.protobuf|ego\.v1)$/.test(home.package));
  const elsewhere = others.flatMap(([full]) => (full.endsWith(`.${name}`) ? [full] : []));
  const short = others.map(([full, home]) =>
    home.package === scope.package ? withinPackage(full, home.package) : full,
  );
  const known = [
    ...scalars,
    ...short,
    ...[...wellKnownTypes.keys()].map((full) => full.replace("google.protobuf.", "")),
  ];
  const guess =
    elsewhere.length > 0 ? elsewhere.join(" or ") : (own(meant, name.toLowerCase()) ?? nearest(name, known));
  const advice =
    guess === undefined
      ? `Use one of ${scalars.slice(0, 6).join(", ")}, …, or a message or enum of the protos.`
      : `Did you mean ${guess}?`;
  return new Failure("input", `There is no type ${quoted(name)}. ${advice}`);
}

function own(record: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** A full name as it is written in its package. */
export function withinPackage(full: string, scope: string): string {
  return scope !== "" && full.startsWith(`${scope}.`) ? full.slice(scope.length + 1) : full;
}
