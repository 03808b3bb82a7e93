import { expect, test } from "vitest";
import { packageName } from "./package-name.ts";

test.each(["my-bank", "bank.v2", "b_2", "1bank", "x"])("a folder %s gives the package its name", (name) => {
  expect(packageName(`/home/ann/${name}`, undefined)).toBe(name);
});

test("a given name wins over the folder's, and may have a scope", () => {
  expect(packageName("/home/ann/My Bank", "@ann/bank")).toBe("@ann/bank");
});

test.each([
  ["MyBank", "it has capital letters", "mybank"],
  ["my bank", "it has characters other than a-z, 0-9, dot, hyphen and underscore", "my-bank"],
  ["Zürich Bank", "it has capital letters", "zurich-bank"],
  [".bank", 'it begins with "."', "bank"],
  ["_bank", 'it begins with "_"', "bank"],
  ["-bank", 'it begins with "-"', "bank"],
  ["node_modules", "npm reserves it", "my-bank"],
  ["漢字", "it has characters other than a-z, 0-9, dot, hyphen and underscore", "my-bank"],
  ["b".repeat(215), "it is longer than 214 characters", "b".repeat(214)],
])("the folder %s is refused, with a name that npm takes", (folder, problem, suggestion) => {
  expect(() => packageName(`/home/ann/${folder}`, undefined)).toThrow(
    `The folder's name "${folder}" cannot be the name of an npm package: ${problem}.\n` +
      `Take another folder, or name the package: \`--name ${suggestion}\`.`,
  );
});

test("a given name that npm refuses is refused", () => {
  expect(() => packageName("/home/ann/bank", "Ann/Bank")).toThrow(
    'The name "Ann/Bank" cannot be the name of an npm package: it has a slash.\nTry `ann-bank`.',
  );
});

test("the root of the file system has no name", () => {
  expect(() => packageName("/", undefined)).toThrow("it is empty");
});

test("a name cannot speak to the terminal", () => {
  expect(() => packageName("/x/\u001b[2J", undefined)).toThrow('"\\x1b[2J"');
});
