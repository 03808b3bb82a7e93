import { join } from "node:path";
import type { ts } from "@ts-morph/common";
import { compiler } from "../../cli/src/sync/compiler.ts";
import type { Contract } from "../../cli/src/sync/contract.ts";
import { addTo, fileChange, splicesOf } from "../../cli/src/sync/file-change.ts";
import { planOf } from "../../cli/src/sync/plan.ts";
import { spliced } from "../../cli/src/sync/splice.ts";
import { faultsOf } from "./checks.ts";
import { type Mark, type Variant, variantOf } from "./variant.ts";

/** The texts of variants, as they are or as they become, by number. */
export type Texts = ReadonlyMap<number, string>;

/** Brings texts in sync. What is said meanwhile is a fault. */
export type Sync = (texts: Texts, say: (fault: string) => void) => Texts;

/** The behavior of an account under another name, so that each variant has one of its own. */
export function contractOf(account: Contract, number: number): Contract {
  const rename = (type: string) => type.replace("Account", `V${number}`);
  return {
    ...account,
    name: `v${number}`,
    constant: `v${number}`,
    type: rename(account.type),
    generated: `v${number}_ego`,
    sections: account.sections.map((section) => ({ ...section, type: rename(section.type) })),
  };
}

/** All of `ego sync` but reading and writing. */
export function wholeSync(account: Contract, root: string): Sync {
  return (texts, say) => {
    const fileOf = (number: number) => `src/v${number}.ts`;
    const { edits, findings } = planOf({
      project: { root },
      contracts: [...texts.keys()].map((number) => contractOf(account, number)),
      sources: {
        own: [...texts].map(([number, text]) => ({ file: fileOf(number), path: join(root, fileOf(number)), text })),
        foreign: new Set(),
        outside: [],
        unreadable: new Map(),
      },
      generated: ({ generated }) => join(root, "src/gen", `${generated}.ts`),
      extension: ".ts",
      rename: new Map(),
    });
    for (const { at, code, text, help } of findings) say(`${at?.file}: ${code} ${text} ${help}`);
    const after = new Map(edits.map((edit) => [edit.file, edit.after]));
    return new Map([...texts].map(([number, text]) => [number, after.get(fileOf(number)) ?? text]));
  };
}

/** The splicer alone: it is told where to insert what. For texts in which all of that is missing. */
export function splicerAlone(account: Contract): Sync {
  const ts = compiler();
  return (texts) =>
    new Map(
      [...texts].map(([number, text]) => {
        const { places, missing } = variantOf(number);
        const file = ts.createSourceFile("x.ts", text, ts.ScriptTarget.Latest, true);
        const literals = literalsIn(ts, file);
        const change = fileChange({ file: "x.ts", path: "x.ts", text }, file);
        for (const section of account.sections) {
          const literal = literals.get(places[section.key as Mark] ?? -1);
          const members = section.members.filter(({ name }) => missing.includes(name));
          if (literal) addTo(change, literal, ...members.map((member) => ({ kind: "member" as const, member })));
          const root = literals.get(places.root ?? -1);
          if (!literal && root) addTo(change, root, { kind: "section", section });
        }
        return [number, spliced(text, splicesOf(ts, change))];
      }),
    );
}

function literalsIn(compiler: typeof ts, file: ts.SourceFile): ReadonlyMap<number, ts.ObjectLiteralExpression> {
  const found = new Map<number, ts.ObjectLiteralExpression>();
  function visit(node: ts.Node): void {
    if (compiler.isObjectLiteralExpression(node)) found.set(node.getStart(file), node);
    compiler.forEachChild(node, visit);
  }
  visit(file);
  return found;
}

/** Syncs variants, and looks at what became of them. Returns the results, and what is wrong with them. */
export function trial(
  sync: Sync,
  variants: ReadonlyMap<number, Variant>,
): { results: Texts; faults: readonly string[] } {
  const faults: string[] = [];
  const texts = new Map([...variants].map(([number, { text }]) => [number, text]));
  const results = sync(texts, (fault) => faults.push(fault));
  for (const [number, variant] of variants) {
    for (const fault of faultsOf(variant, results.get(number) ?? "")) faults.push(`${variant.name}: ${fault}`);
  }
  return { results, faults };
}

/** What a second run does, which is to be nothing. */
export function secondRun(sync: Sync, results: Texts): readonly string[] {
  const faults: string[] = [];
  for (const [number, text] of sync(results, (fault) => faults.push(fault))) {
    if (text !== results.get(number)) faults.push(`v${number}: a second run changes it`);
  }
  return faults;
}

/** The variants of some numbers. */
export function variantsFrom(from: number, count: number): ReadonlyMap<number, Variant> {
  return new Map(Array.from({ length: count }, (_, index) => [from + index, variantOf(from + index)]));
}
