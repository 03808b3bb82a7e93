import { type FileEdit, unifiedDiff } from "../edits/file-edit.ts";
import type { Finding } from "../project/finding.ts";
import { literalsOf } from "./choose.ts";
import type { Contract, Section } from "./contract.ts";
import { type Draft, fileNameIn } from "./draft.ts";
import { splicesOf } from "./file-change.ts";
import type { Implementations } from "./implementations.ts";
import { inspect } from "./inspect.ts";
import { literalOf, memberOf } from "./literal.ts";
import { offsetOf, placeOf, positionAt } from "./place.ts";
import * as say from "./say.ts";
import { placeAfter, type Splice, spliced, unspliced } from "./splice.ts";
import type { SyncPlan } from "./sync-plan.ts";
import type { World } from "./world.ts";

/** The sources as they will be. */
export interface Next {
  readonly world: World;
  readonly implementations: Implementations;
}

/** One file that is to be changed or made, and what the change is made of. */
interface Planned extends FileEdit {
  readonly path: string;
  readonly splices: readonly Splice[];
}

/**
 * Makes the plan of a draft, of those changes that hold what is promised: nothing of the file's own text goes, the result
 * parses, and there is nothing left to do in it.
 *
 * @param look how the sources are with these texts, by path
 */
export function verified(draft: Draft, look: (changed: ReadonlyMap<string, string>) => Next): SyncPlan {
  const planned = plannedOf(draft);
  const next = planned.length === 0 ? undefined : look(new Map(planned.map(({ path, after }) => [path, after])));
  const findings = [...draft.findings];
  const kept = planned.filter((one) => {
    const why = next && faultOf(draft, next, one);
    if (why !== undefined) findings.push(say.unverified(one.file, why, unifiedDiff([one])));
    return why === undefined;
  });
  const paths = new Set(kept.map(({ path }) => path));
  const place = (path: string, contract: Contract, section: Section, name: string) =>
    next && lineOf(draft, next, path, contract, section, name);
  return {
    edits: kept.map(({ file, before, after }) => ({ file, before, after })),
    findings,
    findingsAfter: findings.map((finding) => moved(finding, kept)),
    inserted: draft.wanted
      .filter(({ path }) => paths.has(path))
      .map(({ path, contract, section, member, at }) => ({
        file: fileNameIn(draft, path),
        line: place(path, contract, section, member?.name ?? "") ?? 1,
        contract: contract.type,
        member: member?.name ?? section.key ?? "",
        ...(at ? { at } : {}),
      })),
    renamed: draft.renames
      .filter(({ path }) => paths.has(path))
      .map(({ path, contract, section, from, to, at }) => ({
        file: fileNameIn(draft, path),
        line: place(path, contract, section, to) ?? 1,
        contract: contract.type,
        from,
        to,
        at,
      })),
    refused: findings.some(say.isRefusal),
  };
}

/** A finding whose place moves with what is inserted before it. */
function moved(finding: Finding, planned: readonly Planned[]): Finding {
  const { at } = finding;
  const change = planned.find(({ file, before }) => file === at?.file && before !== undefined);
  if (!at || !change?.before) return finding;
  const { file } = at;
  const place = positionAt(change.after, placeAfter(offsetOf(change.before, at), change.splices));
  return { ...finding, at: { file, ...place } };
}

function plannedOf({ world, changes, created }: Draft): readonly Planned[] {
  const changed = [...changes.values()].flatMap((change): Planned[] => {
    const { source } = change;
    const splices = splicesOf(world.ts, change);
    if (splices.length === 0) return [];
    return [
      { file: source.file, path: source.path, before: source.text, after: spliced(source.text, splices), splices },
    ];
  });
  return [
    ...changed,
    ...created.map(({ file, path, text }) => ({ file, path, before: undefined, after: text, splices: [] })),
  ];
}

/** What is wrong with a planned change, if anything is. */
function faultOf(draft: Draft, { world, implementations }: Next, planned: Planned): string | undefined {
  const { path, before, after, splices } = planned;
  if (before !== undefined) {
    const names = draft.renames.filter((one) => one.path === path).map(({ from }) => from);
    const gone = splices.filter(({ removed }) => removed > 0).map(({ at, removed }) => before.slice(at, at + removed));
    const yours = unspliced(after, splices, before) !== before || gone.some((name) => !names.includes(name));
    if (yours) return "the change would touch what is yours";
  }
  const file = world.file(path);
  if (!file || world.syntaxErrors(file).length > 0) return "it would not parse any more";
  const contracts = [...draft.wanted, ...draft.renames]
    .filter((one) => one.path === path)
    .map(({ contract }) => contract);
  for (const contract of new Set(contracts)) {
    const [literal, ...others] = literalsOf(implementations, contract);
    if (!literal || others.length > 0) return `its ${contract.type} would not be found any more`;
    const left = inspect(world, implementations, contract, literal).some(
      (problem) =>
        problem.kind === "missing" && problem.into.getSourceFile() === file && isWanted(draft, path, problem.members),
    );
    if (left) return "a second run would insert something again";
  }
  return undefined;
}

/** Whether one of these was inserted: others are held back, since they may have been renamed. */
function isWanted({ wanted }: Draft, path: string, members: readonly unknown[]): boolean {
  return wanted.some((one) => one.path === path && (members.includes(one.member) || members.length === 0));
}

function lineOf(
  draft: Draft,
  { world, implementations }: Next,
  path: string,
  contract: Contract,
  { key }: Section,
  name: string,
): number | undefined {
  const [root] = literalsOf(implementations, contract);
  const section = key === undefined ? root : sectionOf(world, root, key);
  const found = section && memberOf(world, section, name);
  const node = found?.kind === "element" ? (found.element.name ?? found.element) : section;
  if (!node || node.getSourceFile().fileName !== path) return undefined;
  return placeOf(fileNameIn(draft, path), node).line;
}

function sectionOf(world: World, root: Parameters<typeof memberOf>[1] | undefined, key: string) {
  const found = root && memberOf(world, root, key);
  if (found?.kind !== "element") return undefined;
  const { ts } = world;
  const { element } = found;
  const value = ts.isPropertyAssignment(element) ? element.initializer : element.name;
  return value && literalOf(world, value);
}
