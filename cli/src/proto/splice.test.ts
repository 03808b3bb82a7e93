import { expect, test } from "vitest";
import { withInsertions } from "./insertion.ts";
import { insertIntoList } from "./option.ts";
import { findMessage, type MessageBody, type Outline, outlineOf } from "./outline.ts";
import { insertFields, insertImports, insertMessages } from "./splice.ts";

function bodyOf(outline: Outline, name: string): MessageBody {
  const body = findMessage(outline, name)?.at(-1)?.message;
  if (!body) throw new Error(`there is no ${name}`);
  return body;
}

function withField(text: string, ...fields: readonly string[]): string {
  const outline = outlineOf(text);
  return withInsertions(text, [
    insertFields(outline, bodyOf(outline, "A"), fields.length > 0 ? fields : ["int32 n = 9;"]),
  ]);
}

test.each([
  ["behind the last field", "message A {\n  string a = 1;\n}", "message A {\n  string a = 1;\n  int32 n = 9;\n}"],
  ["into empty braces", "message A {}\n", "message A {\n  int32 n = 9;\n}\n"],
  ["into braces on two lines", "message A {\n}\n", "message A {\n  int32 n = 9;\n}\n"],
  [
    "behind the comment on the line of the last field",
    "message A {\n  string a = 1; // a\n}",
    "message A {\n  string a = 1; // a\n  int32 n = 9;\n}",
  ],
  [
    "behind a comment below the last field, with an empty line, so that it stays that of the field",
    "message A {\n  string a = 1;\n  // of a\n}",
    "message A {\n  string a = 1;\n  // of a\n\n  int32 n = 9;\n}",
  ],
  [
    "behind a comment at the end",
    "message A {\n  string a = 1;\n\n  // string b = 2;\n}",
    "message A {\n  string a = 1;\n\n  // string b = 2;\n\n  int32 n = 9;\n}",
  ],
  [
    "between the last field and what is no field",
    "message A {\n  string a = 1; // a\n  // of E\n  enum E {\n    X = 0;\n  }\n}",
    "message A {\n  string a = 1; // a\n  int32 n = 9;\n  // of E\n  enum E {\n    X = 0;\n  }\n}",
  ],
  [
    "behind a oneof",
    "message A {\n  oneof o {\n    string a = 1;\n  }\n  reserved 2;\n}",
    "message A {\n  oneof o {\n    string a = 1;\n  }\n  int32 n = 9;\n  reserved 2;\n}",
  ],
  [
    "behind options, apart",
    "message A {\n  option deprecated = true;\n}",
    "message A {\n  option deprecated = true;\n\n  int32 n = 9;\n}",
  ],
  [
    "behind nested messages, if there are no fields",
    "message A {\n  // of B\n  message B {}\n}",
    "message A {\n  // of B\n  message B {}\n\n  int32 n = 9;\n}",
  ],
  ["on the one line that there is", "message A { string a = 1; }", "message A { string a = 1; int32 n = 9; }"],
  [
    "with the indentation of others",
    "message A {\n\tstring a = 1;\n}",
    "message A {\n\tstring a = 1;\n\tint32 n = 9;\n}",
  ],
  [
    "with the line ends of others",
    "message A {\r\n  string a = 1;\r\n}\r\n",
    "message A {\r\n  string a = 1;\r\n  int32 n = 9;\r\n}\r\n",
  ],
  [
    "before a brace that is on the line of the last field, if that is not all",
    "message A {\n  string a = 1;\n  string b = 2; }",
    "message A {\n  string a = 1;\n  string b = 2; \n  int32 n = 9;\n}",
  ],
])("a field is put %s", (_, before, after) => {
  expect(withField(before)).toBe(after);
});

test("options and comments of a field are indented as all else is", () => {
  const field = "// Of n.\nint32 n = 9 [\n  a = 1,\n  b = 2\n];";
  expect(withField("message A {\n    string a = 1;\n}", field)).toBe(
    "message A {\n    string a = 1;\n    // Of n.\n    int32 n = 9 [\n        a = 1,\n        b = 2\n    ];\n}",
  );
  expect(withField("message A { string a = 1; }", field.replace("// Of n.\n", ""))).toBe(
    "message A { string a = 1; int32 n = 9 [a = 1, b = 2]; }",
  );
  expect(withField("message A { string a = 1; }", field)).toBe(
    "message A { string a = 1; \n  // Of n.\n  int32 n = 9 [\n    a = 1,\n    b = 2\n  ];\n}",
  );
});

test.each([
  ["at the end", "message A {}\n", undefined, "message A {}\n\nmessage N {}\n"],
  ["at an end without a line break", "message A {}", undefined, "message A {}\n\nmessage N {}"],
  ["behind another", "message A {}\n\nmessage B {}\n", "A", "message A {}\n\nmessage N {}\n\nmessage B {}\n"],
  ["apart from the next", "message A {}\nmessage B {}\n", "A", "message A {}\n\nmessage N {}\n\nmessage B {}\n"],
  [
    "behind the comments of the one before, and before those of the next",
    "message A {} // of A\n// of B\nmessage B {}\n",
    "A",
    "message A {} // of A\n\nmessage N {}\n\n// of B\nmessage B {}\n",
  ],
  [
    "behind a comment below the one before",
    "message A {}\n// of A\n\n// of nothing\n\nmessage B {}\n",
    "A",
    "message A {}\n// of A\n\nmessage N {}\n\n// of nothing\n\nmessage B {}\n",
  ],
])("a message is put %s", (_, before, behind, after) => {
  const outline = outlineOf(before);
  const [statement] = behind === undefined ? [] : (findMessage(outline, behind) ?? []);
  expect(withInsertions(before, [insertMessages(outline, statement, ["message N {}"])])).toBe(after);
});

test.each([
  ["in its place", 'import "a";\nimport "z";\n', 'import "a";\nimport "m";\nimport "z";\n'],
  ["at the end of what is not sorted", 'import "z";\nimport "a";\n', 'import "z";\nimport "a";\nimport "m";\n'],
  [
    "before the first, and its comment",
    'package p;\n\n// of z\nimport "z";\n',
    'package p;\n\nimport "m";\n// of z\nimport "z";\n',
  ],
  [
    "behind the package, if there is none",
    "package p; // p\nmessage A {}\n",
    'package p; // p\n\nimport "m";\n\nmessage A {}\n',
  ],
  ["behind a comment of the one before", 'import "a"; // a\n', 'import "a"; // a\nimport "m";\n'],
  ["not, if it is there", 'import public "m";\n', 'import public "m";\n'],
])("an import is put %s", (_, before, after) => {
  expect(withInsertions(before, insertImports(outlineOf(before), ["m"]))).toBe(after);
});

const list = { extension: "x.y", role: "r", list: "b", order: ["a", "b", "c"] };

test.each([
  ["(x.y).r = {}", '(x.y).r = {b: ["N", "M"]}'],
  ["(x.y).r = { }", '(x.y).r = { b: ["N", "M"] }'],
  ['(x.y).r = {b: ["B"]}', '(x.y).r = {b: ["B", "N", "M"]}'],
  ["(x.y).r = {b: []}", '(x.y).r = {b: ["N", "M"]}'],
  ['(x.y).r = {b: "B"}', '(x.y).r = {b: ["B", "N", "M"]}'],
  ['(x.y).r = {b: "B" "C"}', '(x.y).r = {b: ["B" "C", "N", "M"]}'],
  ["(x.y).r = {b: 'A' b: 'B'}", `(x.y).r = {b: 'A' b: ['B', "N", "M"]}`],
  ['(x.y).r = {a: "A", c: C}', '(x.y).r = {a: "A", b: ["N", "M"], c: C}'],
  ["(x.y).r = {c: -1.5}", '(x.y).r = {b: ["N", "M"] c: -1.5}'],
  ["(x.y).r = {a: {b: 1} [p.q]: 2}", '(x.y).r = {a: {b: 1} b: ["N", "M"] [p.q]: 2}'],
  ["(.x.y) = {r <c: C;>}", '(.x.y) = {r <b: ["N", "M"]; c: C;>}'],
  ['(x.y).r.b = "B"', '(x.y).r.b = "B"; option (x.y).r.b = "N"; option (x.y).r.b = "M"'],
  ["(y).r.c = C", '(y).r.c = C; option (y).r.b = "N"; option (y).r.b = "M"'],
  [
    '(x.y).r = {\n    b: [\n      "B" // of B\n    ]\n  }',
    '(x.y).r = {\n    b: [\n      "B", // of B\n      "N",\n      "M"\n    ]\n  }',
  ],
  ["(x.y).r = {\n    a: A\n    c: C\n  }", '(x.y).r = {\n    a: A\n    b: ["N", "M"]\n    c: C\n  }'],
  ["(x.y).r = {\n    // of c\n    c: C\n  }", '(x.y).r = {\n    b: ["N", "M"]\n    // of c\n    c: C\n  }'],
])("option %s becomes %s", (before, after) => {
  const text = `message A { option ${before}; }`;
  const outline = outlineOf(text);
  const insertions = insertIntoList(outline, bodyOf(outline, "A"), list, ["N", "M"]);
  expect(withInsertions(text, insertions ?? [])).toBe(`message A { option ${after}; }`);
});

test.each(["(x.z).r = {}", "(x.y).q = {}", "deprecated = true"])("option %s has no such list", (option) => {
  const outline = outlineOf(`message A { option ${option}; }`);
  expect(insertIntoList(outline, bodyOf(outline, "A"), list, ["N"])).toBeUndefined();
});
