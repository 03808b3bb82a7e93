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
  ["1:1: cannot find `ego.v1.entity` in this scope", "There are ego.v1.file, ego.v1.message and ego.v1.field."],
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
  ["1:1: unexpected identifier after definition", 'Is a ";" missing on the line before?'],
  ["1:1: unexpected `int64` after definition", 'Is a ";" missing on the line before?'],
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
  const none = { names: new Map<string, readonly string[]>(), values: [] };
  const message = { file: "a.proto", row: 1, column: 1, text: unresolved };
  expect(hintedLines([message, "Failure: x"], none, () => "emit: []")).toEqual([
    `a.proto:1:1: ${unresolved}`,
    "Failure: x",
  ]);
});

test("protos without any mark are said to be that", () => {
  const none = { names: new Map<string, readonly string[]>(), values: [] };
  expect(hintedLines(['exclusion of type "ego.v1": not found'], none, () => "")).toEqual([
    `exclusion of type "ego.v1": not found
No proto imports ego/v1/ego.proto, so no message is marked and there is nothing to generate. Add import "ego/v1/ego.proto"; and mark a state, its commands and its events.`,
  ]);
});
