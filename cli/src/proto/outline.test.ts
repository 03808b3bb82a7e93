import { expect, test } from "vitest";
import { findMessage, outlineOf, type Statement } from "./outline.ts";

const proto = `syntax = "proto3"; package a; ;
option (x.y) = {a: {b: 1}};
export message Outer {
  option (x.y).z = {};
  oneof kind { string a = 1; Inner b = 2; }
  message Inner { string message = 1; }
  map<string, Inner> c = 3 [(x.y) = {a: {}}, deprecated = true];
  optional group Old = 4 { optional string d = 5; }
  extensions 100 to 200 [declaration = {number: 100}];
  reserved 6, 7 to 9; // ; }
  enum E { A = 0; }
}
message message {}
service S { rpc Do(Outer) returns (Outer) { option (x.y) = {}; } rpc Did(Outer) returns (Outer); }
extend Outer { string e = 100; }
`;

const heads = (statements: readonly Statement[]) => statements.map(({ head }) => head);

test("a file is its statements", () => {
  expect(heads(outlineOf(proto).statements)).toEqual([
    "syntax",
    "package",
    "option",
    "message",
    "message",
    "service",
    "extend",
  ]);
});

test("a message is its statements, whatever braces are in them", () => {
  const [statement] = findMessage(outlineOf(proto), "Outer") ?? [];
  expect(heads(statement?.message?.statements ?? [])).toEqual([
    "option",
    "oneof",
    "message",
    "map",
    "optional",
    "extensions",
    "reserved",
    "enum",
  ]);
  expect(proto.slice(statement?.start, statement?.end)).toMatch(/^export message Outer \{.*\}$/s);
});

test("a nested message is found by its names, with what it is in", () => {
  const found = findMessage(outlineOf(proto), "Outer.Inner");
  expect(found?.map(({ message }) => message?.name)).toEqual(["Outer", "Inner"]);
  expect(heads(found?.[1]?.message?.statements ?? [])).toEqual(["string"]);
  expect(findMessage(outlineOf(proto), "message")?.[0]?.message?.statements).toEqual([]);
});

test.each(["Inner", "Outer.Kind", "S", "Outer.Inner.Deeper", ""])("%j is no message of it", (name) => {
  expect(findMessage(outlineOf(proto), name)).toBeUndefined();
});
