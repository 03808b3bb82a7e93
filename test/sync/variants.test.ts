import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Contract } from "../../cli/src/sync/contract.ts";
import { compile } from "../types/diagnostics.ts";
import { goldenContracts, goldenProject, withoutRuntime, writeConfig } from "./domain.ts";
import { contractOf, type Sync, secondRun, splicerAlone, type Texts, trial, variantsFrom, wholeSync } from "./trial.ts";

/** `SYNC_VARIANTS=50000 npx vitest run test/sync/variants.test.ts` tries more, `SYNC_FROM=…` others. */
const count = Number(process.env.SYNC_VARIANTS ?? 100);
const from = Number(process.env.SYNC_FROM ?? 0);
/** The splicer alone is a small part of the work. */
const spliced = 20 * count;
const perProgram = 500;
const timeout = 20_000 + count * 100;

let account: Contract;
beforeAll(() => {
  const found = goldenContracts().find(({ type }) => type === "AccountBehavior");
  if (!found) throw new Error("there is no account");
  account = found;
});

test(
  `${spliced} files: what is inserted goes to its place, and what was there is what remains`,
  () => {
    const { faults } = trial(splicerAlone(account), variantsFrom(from, spliced));
    expect(faults.slice(0, 5)).toEqual([]);
  },
  timeout,
);

test(
  `${count} of them through all of sync: a second run changes nothing, and the compiler takes the result`,
  () => {
    const root = variantProject();
    const faults: string[] = [];
    for (let start = from; start < from + count; start += perProgram) {
      const sync = wholeSync(account, root);
      const done = trial(sync, variantsFrom(start, Math.min(perProgram, from + count - start)));
      faults.push(...done.faults, ...secondRun(sync, done.results));
      write(root, done.results);
    }
    faults.push(...compilerSays(root));
    expect(faults.slice(0, 5)).toEqual([]);
  },
  timeout,
);

describe("a splicer is caught that", () => {
  const variants = variantsFrom(0, 60);
  const saboteurs: Readonly<Record<string, (text: string, before: string) => string>> = {
    "takes a blank away": (text) => text.replace(/ => /, " =>"),
    "adds a blank": (text) => text.replace(/ => /, " =>  "),
    "writes another quote": (text) => text.replace("'x'", '"x"'),
    "inserts before a comment that stands last": (text) =>
      text.replace(
        /( *\/\/ .*\r?\n)((?:\s*\/\*\* .* \*\/\r?\n)?\s*\w+\(\) \{\r?\n[^}]*throw new[^}]*\},?\r?\n)/,
        "$2$1",
      ),
    "drops the byte order mark": (text) => text.replace(/^\ufeff/, ""),
    "changes the end of one line": (text) => text.replace(/\r\n/, "\n"),
    "ends its own lines otherwise": (text, before) =>
      before.includes("\r\n") ? text : text.replace(/\n(\s*throw new)/, "\r\n$1"),
    "inserts at the top of the braces": (text) =>
      text.replace(/(\{\r?\n)((?:.*\r?\n)*?)(\s*\w+\(\) \{\r?\n[^}]*throw new[^}]*\},?\r?\n)/, "$1$3$2"),
    "forgets a comma": (text) => text.replace(/\},(\r?\n\s*(?:\/\*\* .* \*\/\s*)?\w+\(\) \{\r?\n\s*\/\/ \()/, "}$1"),
    "leaves blanks behind a line": (text) => text.replace(/(throw new .*)/, "$1 "),
    "forgets a method": (text) => text.replace(/\s*\w+\(\) \{\r?\n[^}]*throw new[^}]*\},?/, ""),
  };

  test.each(Object.entries(saboteurs))("%s", (_, damage) => {
    const sync: Sync = (texts, say) =>
      new Map(
        [...splicerAlone(account)(texts, say)].map(([number, text]) => [number, damage(text, texts.get(number) ?? "")]),
      );
    expect(trial(sync, variants).faults.length).toBeGreaterThan(0);
  });

  test("inserts what is optional", () => {
    const sections = account.sections.map((section) => ({
      ...section,
      members: section.members.map((member) => ({ ...member, optional: false })),
    }));
    const { faults } = trial(wholeSync({ ...account, sections }, "/nowhere"), variantsFrom(0, 5));
    expect(faults.join("\n")).toContain("it inserted accountOpened");
  });

  test("inserts once more in a second run", () => {
    const again: Sync = (texts) =>
      new Map(
        [...texts].map(([number, text]) => [
          number,
          text.replace(/(\s*\w+\(\) \{\r?\n[^}]*throw new[^}]*\}),?/, (member, bare: string) => `${bare},${member}`),
        ]),
      );
    const { results } = trial(splicerAlone(account), variants);
    expect(secondRun(again, results).length).toBeGreaterThan(0);
  });

  test("forgets the import", () => {
    const root = variantProject();
    const { results } = trial(splicerAlone(account), variantsFrom(0, 5));
    const damaged = [...results].map(([number, text]): [number, string] => [
      number,
      text.replace(/import \{ NotImplemented \} from .*\r?\n/, ""),
    ]);
    write(root, new Map(damaged));
    expect(compilerSays(root).join("\n")).toContain("Cannot find name 'NotImplemented'");
  });
});

/** What has no declared type, as a default export, is no matter of sync. */
function variantProject(): string {
  const root = goldenProject({}, "golden/bank/v1");
  writeConfig(root, { ...withoutRuntime(root), isolatedDeclarations: false, declaration: false });
  return root;
}

function write(root: string, texts: Texts): void {
  for (const [number, text] of texts) {
    const { generated, sections } = contractOf(account, number);
    const types = ["Behavior", ...sections.map(({ type }) => type.replace(/^V\d+/, ""))];
    const names = types.map((suffix) => `Account${suffix} as V${number}${suffix}`).join(", ");
    const source = "./golden/bank/v1/account_ego.ts";
    writeFileSync(
      join(root, "src/gen", `${generated}.ts`),
      `export type { ${names} } from "${source}";\nexport { account as v${number} } from "${source}";\n`,
    );
    writeFileSync(join(root, "src", `v${number}.ts`), text);
  }
}

function compilerSays(root: string): readonly string[] {
  return [...compile(root)].flatMap(([file, said]) => said.map(({ line, text }) => `${file}:${line}: ${text}`));
}
