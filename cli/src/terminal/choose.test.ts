import { expect, test } from "vitest";
import { fakeHost } from "../testdata/fake-host.ts";
import { choose } from "./choose.ts";

const stores = [
  { name: "sqlite", meaning: "a file" },
  { name: "mysql", meaning: "a server" },
] as const;

/** What is chosen, and printed, by somebody who types these lines. */
async function chosenBy(...typed: (string | undefined)[]): Promise<{ chosen: string; printed: readonly string[] }> {
  const host = fakeHost("/");
  const lines = [...typed];
  const ask = async () => lines.shift();
  const chosen = await choose({ ...host, ask }, "Which store?", stores, "sqlite");
  expect(lines).toEqual([]);
  return { chosen, printed: host.printed };
}

test.each([
  ["2", "mysql"],
  ["mysql", "mysql"],
  [" MySQL ", "mysql"],
  ["1", "sqlite"],
  ["", "sqlite"],
])("%j chooses %s", async (typed, chosen) => {
  expect(await chosenBy(typed)).toEqual({
    chosen,
    printed: ["Which store?\n  1  sqlite  a file\n  2  mysql   a server"],
  });
});

test("what is none of them is said, and asked again", async () => {
  const { chosen, printed } = await chosenBy("mysqll", "0", "3", "\u001b[2J", "mysql");
  expect(chosen).toBe("mysql");
  expect(printed.slice(1)).toEqual([
    '"mysqll" is none of them. Did you mean mysql? Type a number, a name, or nothing for sqlite.',
    '"0" is none of them. Type a number, a name, or nothing for sqlite.',
    '"3" is none of them. Type a number, a name, or nothing for sqlite.',
    '"\\x1b[2J" is none of them. Type a number, a name, or nothing for sqlite.',
  ]);
});

test("the end of the input makes nothing", async () => {
  await expect(chosenBy(undefined)).rejects.toThrow("Nothing was made.");
});

test("where nobody can be asked, it is the preferred one", async () => {
  const host = fakeHost("/");
  expect(await choose(host, "Which store?", stores, "mysql")).toBe("mysql");
  expect(host.printed).toEqual([]);
});
