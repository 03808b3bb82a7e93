import { existsSync, lstatSync } from "node:fs";
import { join, sep } from "node:path";
import type { Contract } from "./contract.ts";
import type { Draft } from "./draft.ts";
import type { Implementations } from "./implementations.ts";
import { fileNameOf, newFile } from "./new-file.ts";
import * as say from "./say.ts";
import { defaultStyle, styleOf } from "./style.ts";

/** Makes a file for each contract that nothing implements, beside the files of the others. */
export function createFiles(draft: Draft, contracts: readonly Contract[], implementations: Implementations): void {
  const { input, world, findings, created } = draft;
  const others = input.contracts
    .flatMap((contract) => implementations.literals(contract))
    .flatMap((literal) => input.sources.own.find(({ path }) => path === literal.getSourceFile().fileName) ?? []);
  const folder = folderOf(others.map(({ file }) => file));
  const sample = others.find(({ file }) => folderIn(file) === folder);
  const sampleFile = sample && world.file(sample.path);
  const style = sampleFile ? styleOf(world.ts, sampleFile) : defaultStyle;
  for (const contract of contracts) {
    const name = fileNameOf(contract, input.contracts);
    const file = folder === "" ? name : `${folder}/${name}`;
    const path = join(input.project.root, file).replaceAll(sep, "/");
    if (isThere(path) || [...created, ...input.sources.own].some((one) => one.file === file)) {
      findings.push(say.inTheWay(contract, file));
      continue;
    }
    const text = newFile(contract, path, input.generated(contract), input.extension, style);
    created.push({ file, path, contract, text });
    for (const section of contract.sections) {
      const members = section.members.filter(({ optional }) => !optional);
      draft.wanted.push(...members.map((member) => ({ path, contract, section, member })));
    }
  }
}

/** Where most of the others are; `src` if there are none. */
function folderOf(files: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(folderIn(file), (counts.get(folderIn(file)) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? "src";
}

function folderIn(file: string): string {
  return file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : "";
}

/** Also a link that leads nowhere is in the way. */
function isThere(path: string): boolean {
  return existsSync(path) || lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
