import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Contract } from "../../cli/src/sync/contract.ts";
import { planOf } from "../../cli/src/sync/plan.ts";
import type { SyncPlan } from "../../cli/src/sync/sync-plan.ts";
import { compile } from "../types/diagnostics.ts";
import { remains } from "./checks.ts";
import { goldenContracts, goldenProject } from "./domain.ts";

// Files as people write them, each with behaviors or projections that lack something. What becomes of them is in `synced`,
// to be read: `npx vitest run test/sync/corpus.test.ts -u` writes it anew.
const folder = join(import.meta.dirname, "corpus");
const results = join(import.meta.dirname, "synced");
const names = readdirSync(folder);

let contracts: readonly Contract[];
beforeAll(() => {
  contracts = goldenContracts();
});

/** Plans read texts, not the disk. */
const root = "/nowhere";

/** The file alone, with the contracts that it imports. */
function plan(name: string, text: string): SyncPlan {
  const file = `src/${name}`;
  return planOf({
    project: { root },
    contracts: contracts.filter(
      ({ generated, type }) => text.includes(`/${generated}.ts`) && new RegExp(`\\b${type}\\b`).test(text),
    ),
    sources: { own: [{ file, path: join(root, file), text }], foreign: new Set(), outside: [], unreadable: new Map() },
    generated: ({ generated }) => join(root, "src/gen", `${generated}.ts`),
    extension: ".ts",
    rename: new Map(),
  });
}

function synced(name: string, text: string): string {
  const { edits, findings } = plan(name, text);
  expect(findings).toEqual([]);
  expect(edits.map(({ file }) => file)).toEqual([`src/${name}`]);
  return edits[0]?.after ?? "";
}

const isOurs = (piece: string) => /^\s*,?\s*$/.test(piece) || /NotImplemented|Später|\{\}/.test(piece);

test.each(names)("%s", async (name) => {
  const text = readFileSync(join(folder, name), "utf8");
  const after = synced(name, text);
  expect(remains(text, after, 12, isOurs)).toBe(true);
  await expect(after).toMatchFileSnapshot(join(results, name));
  const again = plan(name, after);
  expect(again.findings).toEqual([]);
  expect(again.edits).toEqual([]);
});

test("with the line endings of Windows and a byte order mark, all of it is the same otherwise", () => {
  for (const name of names) {
    const text = readFileSync(join(folder, name), "utf8");
    const windows = (unix: string) => unix.replaceAll("\n", "\r\n");
    const marked = text.startsWith("#!") ? windows(text) : `\ufeff${windows(text)}`;
    const after = synced(name, marked);
    expect(after.replace(/^\ufeff/, "")).toBe(windows(readFileSync(join(results, name), "utf8")));
    expect(remains(marked, after, 12, isOurs)).toBe(true);
  }
});

test("in the middle of a file of 20,000 lines, nothing else moves", () => {
  const text = readFileSync(join(folder, "standard.ts"), "utf8");
  const lines = (from: number) =>
    Array.from({ length: 10_000 }, (_, index) => `export const n${from + index}: number = ${index} // {`).join("\n");
  const [head = "", body = ""] = text.split(/(?=\/\/ what may be done)/);
  const around = (inner: string) => `${head}${lines(0)}\n${inner}${lines(10_000)}\n`;
  const [, expected = ""] = readFileSync(join(results, "standard.ts"), "utf8").split(/(?=\/\/ what may be done)/);
  const after = synced("huge.ts", around(body));
  expect(after.slice(after.indexOf("// what may be done"))).toBe(`${expected}${lines(10_000)}\n`);
});

test("the compiler takes all of them, under all flags", () => {
  const project = goldenProject();
  for (const name of names) {
    writeFileSync(join(project, "src", name), synced(name, readFileSync(join(folder, name), "utf8")));
  }
  expect(Object.fromEntries(compile(project))).toEqual({});
});
