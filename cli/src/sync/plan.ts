import { type Choice, choose } from "./choose.ts";
import type { Contract } from "./contract.ts";
import { createFiles } from "./create.ts";
import { newDraft } from "./draft.ts";
import { findImplementations, type Implementations } from "./implementations.ts";
import { inspect, type Problem } from "./inspect.ts";
import { mend } from "./mend.ts";
import { mentioning } from "./mentions.ts";
import * as say from "./say.ts";
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
    let looked = look(world, implementations, contract);
    if (!looked.told) looked = lookAgain(contract, looked);
    const { choice, problems } = looked;
    if (choice.kind === "nothing") draft.findings.push(...choice.findings);
    else if (choice.kind === "create") absent.push(contract);
    else mend(draft, contract, choice.source, problems);
  }
  createFiles(draft, absent, implementations);
  return verified(draft, (changed) => {
    const roots = new Map([...files.roots, ...changed]);
    const next = world.with({ ...files, roots, texts: new Map([...texts, ...changed]) });
    return { world: next, implementations: implementationsIn(next, [...roots.keys()], contracts, input) };
  });

  function look(into: World, found: Implementations, contract: Contract): Looked {
    const choice = choose(input, into, found, contract);
    if (choice.kind !== "literal") {
      const told = choice.kind === "create" || !choice.findings.some(say.isUntold);
      return {
        choice,
        problems: [],
        told,
        at: choice.kind === "create" ? [] : choice.findings.flatMap(({ at }) => at?.file ?? []),
      };
    }
    const problems = inspect(into, found, contract, choice.literal);
    return { choice, problems, told: told(problems), at: [choice.source.file] };
  }

  /** With all that the sources import: what is spread may come from a package. */
  function lookAgain(contract: Contract, { at }: Looked): Looked {
    const roots = rootsOf(candidates.filter(({ file }) => at.includes(file)));
    const whole = worldOf(project, { ...files, roots }, true);
    return look(whole, implementationsIn(whole, [...texts.keys()], [contract], input), contract);
  }
}

/** What was found of a contract. */
interface Looked {
  readonly choice: Choice;
  readonly problems: readonly Problem[];
  /** Whether it could be told what is there. */
  readonly told: boolean;
  /** The files that it is in. */
  readonly at: readonly string[];
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
