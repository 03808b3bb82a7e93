import { choose, literalsOf } from "./choose.ts";
import type { Contract } from "./contract.ts";
import { createFiles } from "./create.ts";
import { newDraft } from "./draft.ts";
import { findImplementations, type Implementations } from "./implementations.ts";
import { inspect, type Problem } from "./inspect.ts";
import { mend } from "./mend.ts";
import { mentioning } from "./mentions.ts";
import type { Source } from "./sources.ts";
import { stubOf } from "./stub.ts";
import type { PlanInput, SyncPlan } from "./sync-plan.ts";
import { verified } from "./verify.ts";
import { type World, worldOf } from "./world.ts";

/** Plans what has to be inserted where. Reads no file but those that imports lead to, and writes none. */
export function planOf(input: PlanInput): SyncPlan {
  const { project, contracts, sources, generated } = input;
  const candidates = mentioning(sources.own, contracts);
  const stubs = new Map([...Map.groupBy(contracts, generated)].map(([path, list]) => [path, stubOf(list)]));
  const texts = new Map(sources.own.map(({ path, text }) => [path, text]));
  const files = { roots: rootsOf(candidates), stubs, texts, foreign: sources.foreign };
  const world = worldOf(project, files, false);
  const implementations = implementationsIn(world, [...files.roots.keys()], contracts, input);
  const draft = newDraft(input, world);
  const absent: Contract[] = [];
  for (const contract of contracts) {
    const choice = choose(input, world, implementations, contract);
    if (choice.kind === "nothing") draft.findings.push(...choice.findings);
    else if (choice.kind === "create") absent.push(contract);
    else {
      const problems = inspect(world, implementations, contract, choice.literal);
      mend(draft, contract, choice.source, told(problems) ? problems : (again(contract, choice.source) ?? problems));
    }
  }
  createFiles(draft, absent, implementations);
  return verified(draft, (changed) => {
    const roots = new Map([...files.roots, ...changed]);
    const next = world.with({ ...files, roots, texts: new Map([...texts, ...changed]) });
    return { world: next, implementations: implementationsIn(next, [...roots.keys()], contracts, input) };
  });

  /** With all that the sources import: what is spread may come from a package. */
  function again(contract: Contract, source: Source): readonly Problem[] | undefined {
    const whole = worldOf(project, { ...files, roots: rootsOf([source]) }, true);
    const found = implementationsIn(whole, [...texts.keys()], [contract], input);
    const [literal] = literalsOf(found, contract);
    return literal && inspect(whole, found, contract, literal);
  }
}

function implementationsIn(
  world: World,
  paths: readonly string[],
  contracts: readonly Contract[],
  { generated }: PlanInput,
): Implementations {
  const files = paths.flatMap((path) => world.file(path) ?? []);
  return findImplementations(world, files, contracts, generated);
}

function rootsOf(sources: readonly Source[]): ReadonlyMap<string, string> {
  return new Map(sources.map(({ path, text }) => [path, text]));
}

function told(problems: readonly Problem[]): boolean {
  return !problems.some((problem) => problem.kind === "stuck" && problem.why === "cannot be told");
}
