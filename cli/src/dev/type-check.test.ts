import { expect, test } from "vitest";
import { fakeHost } from "../testdata/fake-host.ts";
import { temporaryFolder } from "../testdata/temporary-folder.ts";
import { typeCheck, typeErrors } from "./type-check.ts";

test("what the compiler prints is read, with places and all its lines", () => {
  const output = [
    "src/a (1).ts(3,14): error TS2322: Type 'string' is not assignable to type 'Fields'.",
    "  Property 'x' is missing.",
    "    In type 'string'.",
    "error TS18003: No inputs were found in config file.",
    "",
  ].join("\r\n");
  expect(typeErrors(output)).toEqual([
    {
      at: { file: "src/a (1).ts", line: 3, column: 14 },
      code: "TS2322",
      text: "Type 'string' is not assignable to type 'Fields'.\n  Property 'x' is missing.\n    In type 'string'.",
    },
    { at: undefined, code: "TS18003", text: "No inputs were found in config file." },
  ]);
});

const never = new AbortController().signal;

async function checkedIn(files: Readonly<Record<string, string>>, signal = never) {
  const root = temporaryFolder(files);
  const check = typeCheck(fakeHost(root), { root });
  try {
    return await check.run(signal);
  } finally {
    check[Symbol.dispose]();
  }
}

const compiler = (text: string) => ({
  "tsconfig.json": "{}",
  "node_modules/typescript/package.json": "{}",
  "node_modules/typescript/bin/tsc": text,
});

test("where types cannot be checked, it is said why", async () => {
  expect(await checkedIn({})).toEqual({ checked: false, why: "not checked: there is no tsconfig.json" });
  expect(await checkedIn({ "tsconfig.json": "{}" })).toEqual({
    checked: false,
    why: "not checked: typescript is not installed",
  });
  expect(await checkedIn(compiler('console.error("out of memory"); process.exit(3);'))).toEqual({
    checked: false,
    why: "not checked: out of memory",
  });
  expect(await checkedIn(compiler("process.exit(3);"))).toEqual({
    checked: false,
    why: "not checked: the compiler ended with 3 and said nothing",
  });
});

test("a check that the next change has overtaken is ended", async () => {
  const overtaken = new AbortController();
  const checking = checkedIn(compiler("setInterval(() => {}, 60_000);"), overtaken.signal);
  overtaken.abort();
  expect(await checking).toEqual({ checked: false, why: "not checked: something has changed again" });
});
