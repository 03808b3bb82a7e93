import type { GeneratedFile } from "@bufbuild/protoplugin";
import { expect, test } from "vitest";
import { listLiteral, type Member, objectLiteral, printMember } from "./object-literal.ts";

function printed(member: Member): string[] {
  const lines: string[] = [];
  const file = { print: (...parts: unknown[]) => void lines.push(textOf(parts)) };
  printMember(file as unknown as GeneratedFile, member);
  return lines;
}

function textOf(printable: unknown): string {
  return Array.isArray(printable) ? printable.map(textOf).join("") : String(printable);
}

const long = "x".repeat(50);

test("a member that fits stays in one line", () => {
  expect(printed(["a", objectLiteral([["b", listLiteral(["1", "2"])]])])).toEqual(["  a: { b: [1, 2] },"]);
  expect(printed(["a", objectLiteral([])])).toEqual(["  a: {},"]);
});

test("objects and lists that do not fit have one line for each member, and what is in no list stays whole", () => {
  expect(printed(["a", listLiteral([long, long, long])])).toEqual([
    "  a: [",
    `    ${long},`,
    `    ${long},`,
    `    ${long},`,
    "  ],",
  ]);
  expect(printed(["a", objectLiteral([["b", long.repeat(3)]])])).toEqual([
    "  a: {",
    `    b: ${long.repeat(3)},`,
    "  },",
  ]);
});

test("a key is quoted where it has to be, and never the prototype", () => {
  const keys = ["a$1", "bank.v1.Opened", "__proto__", 'a"b', ""];
  const [line = ""] = printed(["keys", objectLiteral(keys.map((key) => [key, "1"]))]);
  expect(line).toBe('  keys: { a$1: 1, "bank.v1.Opened": 1, ["__proto__"]: 1, "a\\"b": 1, "": 1 },');
});
