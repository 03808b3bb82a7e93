import { basename } from "node:path";
import { nearest } from "../terminal/nearest.ts";
import type { EgoOptions } from "./ego-options.ts";
import type { ProtoType } from "./proto-types.ts";
import { wellKnownTypes } from "./well-known.ts";

/** What buf says about one place in a proto. */
export interface BufMessage {
  /** The file as seen from the root. */
  readonly file: string;
  readonly row: number;
  readonly column: number;
  readonly text: string;
}

/** What buf says where `exclude_types: [ego.v1]` excludes nothing. */
const nothingMarked = /exclusion of type "ego\.v1": not found/;
const unmarked =
  'No proto imports ego/v1/ego.proto, so no message is marked and there is nothing to generate. Add import "ego/v1/ego.proto"; and mark a state, its commands and its events.';

/** The options of files, messages, fields and services, as they are written. */
const options = ["ego.v1.file", "ego.v1.message", "ego.v1.field", "ego.v1.service", "ego.v1.method"];

/** Where the options are written that extend these messages of descriptor.proto, and which that is of ego. */
const places: Readonly<Record<string, readonly [place: string, option?: string]>> = {
  FileOptions: ["outside of messages and services", "(ego.v1.file)"],
  MessageOptions: ["in a message", "(ego.v1.message)"],
  FieldOptions: ["on a field", "(ego.v1.field)"],
  ServiceOptions: ["in a service", "(ego.v1.service)"],
  MethodOptions: ["in a method", "(ego.v1.method)"],
  EnumOptions: ["in an enum"],
  EnumValueOptions: ["on a value of an enum"],
  OneofOptions: ["in a oneof"],
};

/** What a field of these messages of ego.proto is an option of. */
const owners: Readonly<Record<string, string>> = {
  FileOptions: "a file",
  MessageOptions: "a message",
  FieldOptions: "a field",
  ServiceOptions: "a service",
  MethodOptions: "a method",
  State: "a state",
  Command: "a command",
  Event: "an event",
  Rejection: "a rejection",
  ReadModel: "a read model",
  Saga: "a saga",
  Table: "a table",
  Index: "an index",
  Column: "a column",
};

/**
 * The messages as lines, each with what buf cannot know about ego behind it: what was probably meant. Each hint is
 * given once; what follows from one missing import is one line. What is about no place stays as it is.
 */
export function hintedLines(
  messages: readonly (BufMessage | string)[],
  known: EgoOptions,
  sourceOf: (file: string) => string,
  typesNamed: (name: string) => readonly ProtoType[] = () => [],
): readonly string[] {
  const given = new Set<string>();
  return folded(messages).map(({ message, more }) => {
    if (typeof message === "string") return nothingMarked.test(message) ? `${message}\n${unmarked}` : message;
    const { file, row, column, text } = message;
    const line = `${file}:${row}:${column}: ${text}${more === 0 ? "" : `, and ${more} more of these`}`;
    const hint = hintOf(message, known, sourceOf) ?? hintForType(message, sourceOf, typesNamed);
    if (hint === undefined || given.has(file + hint)) return line;
    given.add(file + hint);
    return `${line}. ${hint}`;
  });
}

interface Folded {
  readonly message: BufMessage | string;
  /** How many more say the same about other places of the file. */
  more: number;
}

function folded(messages: readonly (BufMessage | string)[]): readonly Folded[] {
  const unresolved = new Map<string, Folded>();
  return messages.flatMap((message) => {
    const one: Folded = { message, more: 0 };
    if (typeof message === "string" || !options.includes(unknownName(message) ?? "")) return [one];
    const first = unresolved.get(message.file);
    if (first === undefined) {
      unresolved.set(message.file, one);
      return [one];
    }
    first.more++;
    return [];
  });
}

function unknownName({ text }: BufMessage): string | undefined {
  return /^cannot find `([\w.]+)` in this scope$/.exec(text)?.[1];
}

function hintOf(message: BufMessage, known: EgoOptions, sourceOf: (file: string) => string): string | undefined {
  const { text, file } = message;
  const name = unknownName(message);
  if (name !== undefined) return hintForName(name, file, known, sourceOf) ?? hintForWellKnown(name, file, sourceOf);
  const field = /^cannot find message field `(\w+)` in `ego\.v1\.(\w+)`$/.exec(text);
  if (field !== null) return hintForField(field[1], field[2], known);
  const literal = /^cannot resolve message field name for `ego\.v1\.(\w+)`$/.exec(text);
  if (literal !== null) return hintForField(wordAt(message, literal[1], known, sourceOf), literal[1], known);
  const bare = /^cannot find message field `(\w+)` in `google\.protobuf\.(\w+)`$/.exec(text);
  if (bare !== null) return hintForBareOption(bare[1], bare[2], known);
  const misplaced =
    /^expected `google\.protobuf\.(\w+)` extension, found message extension in `google\.protobuf\.(\w+)`$/.exec(text);
  if (misplaced !== null && lineOf(message, sourceOf).includes("(ego.v1.")) {
    return hintForPlace(misplaced[1], misplaced[2]);
  }
  if (text === "mismatched types") return hintForValue(message, known, sourceOf);
  if (text === "oneof `ego.v1.MessageOptions.role` set multiple times") {
    return `A message is one of these: ${listed(known.names.get("MessageOptions") ?? [], "or")}.`;
  }
  if (/^expected message type, found service method /.test(text)) {
    return "In a service the name means its method: give the method another name than the message.";
  }
  if (/^unexpected (?:identifier|`(?:\w+|})`) after (?:definition|import|`\w+` declaration)$/.test(text)) {
    return 'Is a ";" missing on the line before?';
  }
  return undefined;
}

function hintForName(
  name: string,
  file: string,
  known: EgoOptions,
  sourceOf: (file: string) => string,
): string | undefined {
  if (options.includes(name)) {
    // With the import, it is the module that is missing; buf says so in another message.
    const imported = /^\s*import\s+"ego\/v1\/ego\.proto"/m.test(sourceOf(file));
    return imported ? undefined : `Add import "ego/v1/ego.proto"; to ${basename(file)}.`;
  }
  if (/^\.?ego\./.test(name)) {
    const meant =
      nearest(name, options) ?? options.find((option) => option.endsWith(name.slice(name.lastIndexOf("."))));
    return meant === undefined ? `There are ${listed(options, "and")}.` : `Did you mean ${meant}?`;
  }
  if (!/^[A-Z][A-Z0-9_]*$/.test(name)) return undefined;
  const ending = known.values.filter((value) => value.endsWith(`_${name}`));
  const near = nearest(name, known.values);
  const meant = ending.length > 0 ? ending : near === undefined ? [] : [near];
  return meant.length === 0 ? undefined : `Did you mean ${listed(meant, "or")}?`;
}

function hintForField(name: string | undefined, owner = "", known: EgoOptions): string | undefined {
  const names = known.names.get(owner) ?? [];
  const what = owners[owner];
  if (name === undefined || names.length === 0 || what === undefined) return undefined;
  const meant = nearest(name, names);
  const question = meant === undefined ? "" : ` Did you mean "${meant}"?`;
  return `"${name}" is not an option of ${what}.${question} It has: ${names.join(", ")}.`;
}

/** An option of ego that is written without its parentheses, or as if it were one of protobuf. */
function hintForBareOption(name = "", target = "", known: EgoOptions): string | undefined {
  const [, option] = places[target] ?? [];
  if (option === undefined) return undefined;
  if (name === "ego") return `Write it in parentheses: ${option}.`;
  return known.names.get(target)?.includes(name) ? `Did you mean ${option}.${name}?` : undefined;
}

function hintForPlace(here = "", there = ""): string | undefined {
  const [place, option] = places[here] ?? [];
  const [right, written] = places[there] ?? [];
  if (place === undefined || right === undefined || written === undefined) return undefined;
  const meant = option === undefined ? "" : `; ${place}, it is ${option}`;
  return `${written} is written ${right}${meant}.`;
}

/** What an option takes that was given a value of another kind. */
function hintForValue(message: BufMessage, known: EgoOptions, sourceOf: (file: string) => string): string | undefined {
  const rows = sourceOf(message.file).split(/\r?\n/);
  const before = [...rows.slice(0, message.row - 1), lineOf(message, sourceOf).slice(0, message.column - 1)].join("\n");
  const [, name = "", list] = /(\w+)\s*[:=]\s*(\[[^\]]*)?$/.exec(before) ?? [];
  const type = known.types.get(name);
  if (type === undefined) return undefined;
  if (type === "bool") return `${name} is true or false, without quotes.`;
  if (type === "string")
    return `${name} takes ${list === undefined ? 'a text in quotes: "..."' : 'texts in quotes: ["..."]'}.`;
  const values = valuesOf(type, known);
  if (values.length > 0) return `${name} is ${listed(values, "or")}, without quotes.`;
  return `${name} takes braces: {}, or with options in them: ${(known.names.get(type) ?? []).join(", ")}.`;
}

/** The values of an enum that say something: they begin with its name. */
function valuesOf(type: string, known: EgoOptions): readonly string[] {
  const prefix = `${type.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase()}_`;
  return known.values.filter((value) => value.startsWith(prefix) && value !== `${prefix}UNSPECIFIED`);
}

/** A type of protobuf itself that is not imported, or written without its package. */
function hintForWellKnown(name: string, file: string, sourceOf: (file: string) => string): string | undefined {
  const type = name.replace(/^\.?google\.protobuf\./, "");
  const path = wellKnownTypes.get(`google.protobuf.${type}`);
  if (path === undefined) return undefined;
  const needed = sourceOf(file).includes(`"${path}"`) ? "" : ` Add import "${path}"; to ${basename(file)}.`;
  if (type === name) return `Did you mean google.protobuf.${type}?${needed}`;
  return needed === "" ? undefined : needed.trimStart();
}

/** A type that another file of the project declares: it is not imported, or is of another package. */
function hintForType(
  message: BufMessage,
  sourceOf: (file: string) => string,
  typesNamed: (name: string) => readonly ProtoType[],
): string | undefined {
  const name = unknownName(message);
  const [type, ...others] = name === undefined ? [] : typesNamed(name);
  if (type === undefined || others.length > 0) return undefined;
  const source = sourceOf(message.file);
  const scope = /^package\s+([\w.]+)\s*;/m.exec(source)?.[1];
  const visible = name === type.name || `${scope}.${name}` === type.name;
  const question = visible ? "" : `Did you mean ${type.name}? `;
  const imported = source.includes(`"${type.importPath}"`);
  const needed = imported ? "" : `Add import "${type.importPath}"; to ${basename(message.file)}.`;
  return `${question}${needed}`.trimEnd() || undefined;
}

function lineOf({ file, row }: BufMessage, sourceOf: (file: string) => string): string {
  return sourceOf(file).split(/\r?\n/)[row - 1] ?? "";
}

/** The word that buf points at. */
function wordAt(
  message: BufMessage,
  owner = "",
  known: EgoOptions,
  sourceOf: (file: string) => string,
): string | undefined {
  const line = lineOf(message, sourceOf);
  // buf counts what a terminal would show: beyond ASCII, its column is not an index.
  const word = /^[\x20-\x7e\t]*$/.test(line) ? /^\w+/.exec(line.slice(message.column - 1))?.[0] : undefined;
  if (word !== undefined) return word;
  const names = known.names.get(owner) ?? [];
  return [...line.matchAll(/(\w+)\s*[:{]/g)].map((match) => match[1] ?? "").find((key) => !names.includes(key));
}

function listed(names: readonly string[], word: "and" | "or"): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1)}`;
}
