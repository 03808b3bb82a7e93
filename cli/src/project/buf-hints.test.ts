import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type BufMessage, hintedLines } from "./buf-hints.ts";
import { parseEgoOptions } from "./ego-options.ts";

// What buf prints about these mistakes is tried in test/scaffold/mistakes.test.ts.
const egoProto = readFileSync(join(import.meta.dirname, "../../../protoc-gen-ego/proto/ego/v1/ego.proto"), "utf8");
const known = parseEgoOptions(egoProto);

/** The lines for messages about the places of one source, `row:column: text` each. */
function lines(source: string, ...messages: string[]): readonly string[] {
  const parsed = messages.map((message): BufMessage => {
    const [, row, column, text = ""] = /^(\d+):(\d+): (.*)$/.exec(message) ?? [];
    return { file: "proto/shop/v1/book.proto", row: Number(row), column: Number(column), text };
  });
  return hintedLines(parsed, known, () => source).map((line) => line.replace("proto/shop/v1/book.proto:", ""));
}

test.each([
  ["1:1: cannot find `ego.v1.messages` in this scope", "Did you mean ego.v1.message?"],
  ["1:1: cannot find `ego.message` in this scope", "Did you mean ego.v1.message?"],
  [
    "1:1: cannot find `ego.v1.entity` in this scope",
    "There are ego.v1.file, ego.v1.message, ego.v1.field, ego.v1.service and ego.v1.method.",
  ],
  ["1:1: cannot find `ABSENT` in this scope", "Did you mean PRECONDITION_ABSENT?"],
  ["1:1: cannot find `NOT_FOUND` in this scope", "Did you mean CODE_NOT_FOUND?"],
  ["1:1: cannot find `PRECONDITION_PRESNT` in this scope", "Did you mean PRECONDITION_PRESENT?"],
  [
    "1:1: cannot find message field `stat` in `ego.v1.MessageOptions`",
    '"stat" is not an option of a message. Did you mean "state"? It has: state, command, event, rejection, read_model, saga.',
  ],
  [
    "1:1: cannot find message field `key` in `ego.v1.FieldOptions`",
    '"key" is not an option of a field. It has: id, sensitive, subject, column.',
  ],
  [
    "1:1: cannot find message field `qery` in `ego.v1.MethodOptions`",
    '"qery" is not an option of a method. Did you mean "query"? It has: query.',
  ],
  [
    "1:1: cannot find message field `entty` in `ego.v1.ServiceOptions`",
    '"entty" is not an option of a service. Did you mean "entity"? It has: entity.',
  ],
  [
    "1:1: cannot find message field `ego` in `google.protobuf.FieldOptions`",
    "Write it in parentheses: (ego.v1.field).",
  ],
  [
    "1:1: cannot find message field `state` in `google.protobuf.MessageOptions`",
    "Did you mean (ego.v1.message).state?",
  ],
  [
    "1:1: oneof `ego.v1.MessageOptions.role` set multiple times",
    "A message is one of these: state, command, event, rejection, read_model or saga.",
  ],
  [
    "1:1: expected message type, found service method `shop.v1.Books.Lend`",
    "In a service the name means its method: give the method another name than the message.",
  ],
  [
    "1:1: cannot find `Timestamp` in this scope",
    'Did you mean google.protobuf.Timestamp? Add import "google/protobuf/timestamp.proto"; to book.proto.',
  ],
  [
    "1:1: cannot find `google.protobuf.Duration` in this scope",
    'Add import "google/protobuf/duration.proto"; to book.proto.',
  ],
  ["1:1: unexpected identifier after definition", 'Is a ";" missing on the line before?'],
  ["1:1: unexpected `int64` after definition", 'Is a ";" missing on the line before?'],
  ["1:1: unexpected `}` after definition", 'Is a ";" missing on the line before?'],
  ["1:1: unexpected `option` after import", 'Is a ";" missing on the line before?'],
  ["1:1: unexpected `import` after `package` declaration", 'Is a ";" missing on the line before?'],
])("%s. %s", (message, hint) => {
  expect(lines("", message)).toEqual([`${message}. ${hint}`]);
});

test.each([
  "1:1: cannot find `sting` in this scope",
  "1:1: cannot find `WHATEVER` in this scope",
  "1:1: cannot find message field `x` in `google.protobuf.FieldOptions`",
  "1:1: mismatched types",
  "1:1: unexpected `[...]` in expression",
])("no hint: %s", (message) => {
  expect(lines("", message)).toEqual([message]);
});

const unresolved = "cannot resolve message field name for `ego.v1.Command`";
const commandHint =
  '"emit" is not an option of a command. Did you mean "emits"? It has: emits, rejects, precondition, entity.';

test.each([
  ["at the place", `1:5: ${unresolved}`, '    emit: ["A"]'],
  ["behind tabs", `1:3: ${unresolved}`, '\t\temit: ["A"]'],
  ["behind letters beyond ASCII", `1:20: ${unresolved}`, '  emits: ["Ä"] /* 😀 */ emit: ["A"]'],
])("the option is read from the source: %s", (_, message, source) => {
  expect(lines(source, message)).toEqual([`${message}. ${commandHint}`]);
});

test.each([
  ["Saga", "start_on: []", '"start_on" is not an option of a saga. Did you mean "starts_on"?'],
  ["ReadModel", "event: []", '"event" is not an option of a read model. Did you mean "events"?'],
  ["Index", "uniq: true", '"uniq" is not an option of an index. Did you mean "unique"?'],
  ["Column", 'nam: "x"', '"nam" is not an option of a column. Did you mean "name"?'],
])("the options of %s are known", (owner, source, hint) => {
  const message = `1:1: cannot resolve message field name for \`ego.v1.${owner}\``;
  expect(lines(source, message)[0]).toContain(`${message}. ${hint} It has: `);
});

test.each([
  [
    "option (ego.v1.message).state = true",
    "true",
    "state takes braces: {}, or with options in them: persistence, table, entity.",
  ],
  ["[(ego.v1.field).id = {}]", "{}", "id is true or false, without quotes."],
  ['[(ego.v1.field).id = "true"]', '"true"', "id is true or false, without quotes."],
  ["emits: [Lent]", "Lent", 'emits takes texts in quotes: ["..."].'],
  ['emits: ["Lent", Back]', "Back", 'emits takes texts in quotes: ["..."].'],
  ['emits: [\n  "Lent",\n  Back\n]', "Back", 'emits takes texts in quotes: ["..."].'],
  ["name: books", "books", 'name takes a text in quotes: "...".'],
  [
    'precondition: "absent"',
    '"absent"',
    "precondition is PRECONDITION_ABSENT or PRECONDITION_PRESENT, without quotes.",
  ],
])("a value of another kind: %s", (source, value, hint) => {
  const before = source.slice(0, source.indexOf(value)).split("\n");
  const place = `${before.length}:${(before.at(-1) ?? "").length + 1}`;
  expect(lines(source, `${place}: mismatched types`)).toEqual([`${place}: mismatched types. ${hint}`]);
});

const extension = (here: string, there: string) =>
  `1:1: expected \`google.protobuf.${here}\` extension, found message extension in \`google.protobuf.${there}\``;

test.each([
  ["FieldOptions", "MessageOptions", "(ego.v1.message) is written in a message; on a field, it is (ego.v1.field)."],
  [
    "FileOptions",
    "MessageOptions",
    "(ego.v1.message) is written in a message; outside of messages and services, it is (ego.v1.file).",
  ],
  ["MethodOptions", "MessageOptions", "(ego.v1.message) is written in a message; in a method, it is (ego.v1.method)."],
  ["EnumOptions", "MessageOptions", "(ego.v1.message) is written in a message."],
])("in the place of %s, %s are said to be elsewhere", (here, there, hint) => {
  const message = extension(here, there);
  expect(lines("option (ego.v1.message).id = true;", message)).toEqual([`${message}. ${hint}`]);
  expect(lines("option (other.v1.message).id = true;", message)).toEqual([message]);
});

test("a type that is imported is only missing its package", () => {
  const message = "1:1: cannot find `Timestamp` in this scope";
  expect(lines('import "google/protobuf/timestamp.proto";', message)).toEqual([
    `${message}. Did you mean google.protobuf.Timestamp?`,
  ]);
});

test("a place that is not in the source has no hint", () => {
  expect(lines("", `7:5: ${unresolved}`)).toEqual([`7:5: ${unresolved}`]);
});

test("a hint is given once", () => {
  const source = "emit: []\nemit: []\nrejectz: []";
  expect(lines(source, `1:1: ${unresolved}`, `2:1: ${unresolved}`, `3:1: ${unresolved}`)).toEqual([
    `1:1: ${unresolved}. ${commandHint}`,
    `2:1: ${unresolved}`,
    `3:1: ${unresolved}. ${commandHint.replace('"emit"', '"rejectz"').replace('"emits"', '"rejects"')}`,
  ]);
});

const withoutImport = ["file", "message", "field", "message"].map(
  (name, index) => `${index + 1}:9: cannot find \`ego.v1.${name}\` in this scope`,
);

test("what a missing import leads to is one line", () => {
  expect(lines('import "other.proto";', ...withoutImport, "9:1: mismatched types")).toEqual([
    '1:9: cannot find `ego.v1.file` in this scope, and 3 more of these. Add import "ego/v1/ego.proto"; to book.proto.',
    "9:1: mismatched types",
  ]);
});

test("where the import is there, it is not what is missing", () => {
  expect(lines('import "ego/v1/ego.proto";', ...withoutImport)).toEqual([
    "1:9: cannot find `ego.v1.file` in this scope, and 3 more of these",
  ]);
});

test("without ego's options, and about no place, messages stay as they are", () => {
  const none = { names: new Map<string, readonly string[]>(), types: new Map<string, string>(), values: [] };
  const message = { file: "a.proto", row: 1, column: 1, text: unresolved };
  expect(hintedLines([message, "Failure: x"], none, () => "emit: []")).toEqual([
    `a.proto:1:1: ${unresolved}`,
    "Failure: x",
  ]);
});

test("protos without any mark are said to be that", () => {
  const none = { names: new Map<string, readonly string[]>(), types: new Map<string, string>(), values: [] };
  expect(hintedLines(['exclusion of type "ego.v1": not found'], none, () => "")).toEqual([
    `exclusion of type "ego.v1": not found
No proto imports ego/v1/ego.proto, so no message is marked and there is nothing to generate. Add import "ego/v1/ego.proto"; and mark a state, its commands and its events.`,
  ]);
});
