import { join } from "node:path";
import { expect, test } from "vitest";
import { findingLines } from "../project/finding.ts";
import { compiler, type ts } from "./compiler.ts";
import { type Draft, newDraft } from "./draft.ts";
import { addTo, fileChange } from "./file-change.ts";
import { findImplementations } from "./implementations.ts";
import { offsetOf, positionAt } from "./place.ts";
import { placeAfter, type Splice, spliced, unspliced } from "./splice.ts";
import { stubOf } from "./stub.ts";
import type { PlanInput, SyncPlan } from "./sync-plan.ts";
import { entityContract } from "./testdata/plan-in-memory.ts";
import { verified } from "./verify.ts";
import { worldOf } from "./world.ts";

const root = "/nowhere";
const account = entityContract("account", ["openAccount", "closeAccount"]);
const [commands] = account.sections;
const stub = join(root, "src/gen/account_ego.ts");
const path = join(root, "src/account.ts");
const text = `import type { AccountBehavior } from "./gen/account_ego.ts";
export const b: AccountBehavior = { commands: { openAccount() {}, closeIt() {} } };
`;

/** What becomes of a draft in which the file is changed so, and a member wanted. */
function after(
  change: (draft: Draft, literal: ts.ObjectLiteralExpression) => readonly Splice[],
  wanted: string,
): SyncPlan {
  const source = { file: "src/account.ts", path, text };
  const input: PlanInput = {
    project: { root },
    contracts: [account],
    sources: { own: [source], foreign: new Set(), outside: [], unreadable: new Map() },
    generated: () => stub,
    extension: ".ts",
    rename: new Map(),
  };
  const look = (texts: ReadonlyMap<string, string>) => {
    const stubs = new Map([[stub, stubOf([account])]]);
    const roots = new Map([[path, text], ...texts]);
    const world = worldOf({ root }, { roots, stubs, texts: new Map(), foreign: new Set() }, false);
    const file = world.file(path);
    return { world, implementations: findImplementations(world, file ? [file] : [], [account], () => stub) };
  };
  const { world } = look(new Map());
  const file = world.file(path);
  if (!file || !commands) throw new Error("there is no file");
  const draft = newDraft(input, world);
  const made = fileChange(source, file);
  draft.changes.set(path, made);
  made.renames.push(...change(draft, sectionIn(file)));
  const member = commands.members.find(({ name }) => name === wanted);
  draft.wanted.push({ path, contract: account, section: commands, member });
  return verified(draft, look);
}

function sectionIn(file: ts.SourceFile): ts.ObjectLiteralExpression {
  const ts = compiler();
  let found: ts.ObjectLiteralExpression | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node) && node.properties.length === 2) found = node;
    ts.forEachChild(node, visit);
  };
  visit(file);
  if (!found) throw new Error("there is no section");
  return found;
}

const at = (part: string) => text.indexOf(part);

test("a change that holds what is promised is planned", () => {
  const plan = after((draft, literal) => {
    const member = commands?.members.find(({ name }) => name === "closeAccount");
    const change = draft.changes.get(path);
    if (member && change) addTo(change, literal, { kind: "member", member });
    return [];
  }, "closeAccount");
  expect(plan).toMatchObject({ findings: [], refused: false, inserted: [{ line: 4, member: "closeAccount" }] });
  expect(plan.edits).toHaveLength(1);
});

test.each<[string, Splice, string]>([
  [
    "takes something away",
    { at: at("closeIt"), removed: 7, text: "closeAccount" },
    "the change would touch what is yours",
  ],
  ["does not parse", { at: at("seIt"), removed: 0, text: " " }, "it would not parse any more"],
  ["loses the implementation", { at: at(" = {"), removed: 0, text: '["commands"]' }, "would not be found any more"],
  [
    "leaves something to do",
    { at: at("export"), removed: 0, text: "// nothing\n" },
    "a second run would insert something again",
  ],
])("a change that %s is not made: a patch is shown", (_, splice, why) => {
  const plan = after(() => [splice], "closeAccount");
  expect(plan.edits).toEqual([]);
  expect(plan.inserted).toEqual([]);
  expect(plan.refused).toBe(true);
  const [line = ""] = findingLines(plan.findings);
  expect(line).toContain("src/account.ts:1:1: error EGO114: the file stays as it is: ");
  expect(line).toContain(why);
  expect(line).toContain("--- a/src/account.ts");
});

test("what stood there is found again behind any splices, and places move with them", () => {
  let seed = 11;
  const next = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % below;
  };
  for (let round = 0; round < 500; round++) {
    const before = Array.from({ length: next(40) }, () => "ab\r\n\ufeff\u2028"[next(6)]).join("");
    const splices: Splice[] = [];
    for (let start = 0; start <= before.length; ) {
      const place = start + next(8);
      if (place > before.length) break;
      const removed = Math.min(next(3), before.length - place);
      splices.push({ at: place, removed, text: "xyz".slice(0, next(4)) });
      start = place + removed + next(2);
    }
    const done = spliced(before, splices);
    expect(unspliced(done, splices, before)).toBe(before);
    const place = next(before.length + 1);
    const untouched = splices.every(({ at, removed }) => place < at || place >= at + removed);
    if (untouched && place < before.length) expect(done[placeAfter(place, splices)]).toBe(before[place]);
    if (place < before.length && !(place === 0 && before.startsWith("\ufeff"))) {
      expect(offsetOf(before, positionAt(before, place))).toBe(place);
    }
  }
});

test("splices that overlap are a mistake", () => {
  expect(() =>
    spliced("abc", [
      { at: 0, removed: 2, text: "" },
      { at: 1, removed: 0, text: "x" },
    ]),
  ).toThrow(RangeError);
});
