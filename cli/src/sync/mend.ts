import type { ts } from "./compiler.ts";
import type { Contract, Member, Section } from "./contract.ts";
import { changeOf, type Draft, fileNameIn } from "./draft.ts";
import { addTo } from "./file-change.ts";
import type { Problem } from "./inspect.ts";
import { placeOf } from "./place.ts";
import { isAlike, renamed } from "./rename.ts";
import * as say from "./say.ts";
import type { Source } from "./sources.ts";
import { optedOut, syntaxProblem, type Unusable } from "./usable.ts";

type Missing = Extract<Problem, { kind: "missing" }>;
type Unknown = Extract<Problem, { kind: "unknown" }>;

/** Mends what can be mended of an implementation, and says what cannot. */
export function mend(draft: Draft, contract: Contract, source: Source, problems: readonly Problem[]): void {
  const { world, findings } = draft;
  const file = world.file(source.path);
  const broken = file && syntaxProblem(world, source, file);
  if (broken) {
    findings.push(say.unusable(contract, broken.at, broken.why));
    return;
  }
  sayStuck(draft, contract, problems);
  for (const problem of problems) {
    if (problem.kind === "misfit") findings.push(say.misfit(problem.misfit, placeIn(draft, problem.misfit.at)));
    if (problem.kind === "sometimes")
      findings.push(say.sometimes(contract, problem.member, placeIn(draft, problem.at)));
  }
  const missing = problems.filter((problem) => problem.kind === "missing");
  const unknown = problems.filter((problem) => problem.kind === "unknown");
  const kept = rename(draft, contract, missing, unknown);
  for (const { into, section, members, whole } of kept) insert(draft, contract, into, section, members, whole);
}

/** What cannot be told at one place is said once. */
function sayStuck(draft: Draft, contract: Contract, problems: readonly Problem[]): void {
  const stuck = problems.filter((problem) => problem.kind === "stuck");
  for (const [at, list] of Map.groupBy(stuck, ({ at }) => at)) {
    const place = placeIn(draft, at);
    const members = list.flatMap((problem) => problem.members);
    const why = list[0]?.why;
    if (why === "cannot be told") draft.findings.push(say.untold(contract, place, members));
    else if (why === "spread only") {
      draft.findings.push(say.uneditable(contract, place, "all that is here is spread from elsewhere", members));
    } else draft.findings.push(say.uneditable(contract, place, "it is not an object literal", members));
  }
}

/** Gives members their new names, if that was asked for; else says which are gone. Returns what is missing then. */
function rename(
  draft: Draft,
  contract: Contract,
  missing: readonly Missing[],
  unknown: readonly Unknown[],
): readonly Missing[] {
  const { world, input, findings } = draft;
  const held = new Set<Member>();
  for (const problem of unknown) {
    const { element, name, section } = problem;
    const place = placeIn(draft, element.name ?? element);
    const lacking = missing.filter((one) => one.section === section && !one.whole).flatMap(({ members }) => members);
    const to = input.rename.get(name);
    const target = to === undefined ? undefined : lacking.find((member) => member.name === to && !held.has(member));
    const change = target && changeOf(draft, element.getSourceFile().fileName);
    const splice = change && section && renamed(world, element, target.name);
    if (change && section && splice && !refusedFor(draft, contract, change.source, [])) {
      change.renames.push(splice);
      draft.renames.push({ path: change.source.path, contract, section, from: name, to: target.name, at: place });
      held.add(target);
      continue;
    }
    const others = unknown.filter((other) => other.section === section).length;
    const alike =
      others === 1 ? lacking.filter((member) => !held.has(member) && isAlike(world, element, name, member)) : [];
    const suggested = alike.length === 1 ? alike[0] : undefined;
    if (suggested) held.add(suggested);
    findings.push(say.gone(contract, section, name, place, suggested));
  }
  return missing
    .map((one) => ({ ...one, members: one.members.filter((member) => !held.has(member)) }))
    .filter(({ members, whole }) => whole || members.length > 0);
}

function insert(
  draft: Draft,
  contract: Contract,
  into: ts.ObjectLiteralExpression,
  section: Section,
  members: readonly Member[],
  whole: boolean,
): void {
  const path = into.getSourceFile().fileName;
  const change = changeOf(draft, path);
  if (!change) {
    draft.findings.push(
      say.uneditable(contract, placeIn(draft, into), "it is in a file that is not yours to edit", members),
    );
    return;
  }
  if (refusedFor(draft, contract, change.source, members)) return;
  const at = placeIn(draft, into);
  if (whole) {
    addTo(change, into, { kind: "section", section });
    if (members.length === 0) draft.wanted.push({ path, contract, section, member: undefined, at });
  } else {
    addTo(change, into, ...members.map((member) => ({ kind: "member" as const, member })));
  }
  draft.wanted.push(...members.map((member) => ({ path, contract, section, member, at })));
}

/** Whether nothing may be changed in a file; says so. */
function refusedFor(draft: Draft, contract: Contract, source: Source, members: readonly Member[]): boolean {
  const { world, findings } = draft;
  const file = world.file(source.path);
  const why: Unusable | undefined = file && (syntaxProblem(world, source, file) ?? optedOut(source, file));
  if (!why) return false;
  findings.push(say.unusable(contract, why.at, why.why, members));
  return true;
}

function placeIn(draft: Draft, node: ts.Node) {
  return placeOf(fileNameIn(draft, node.getSourceFile().fileName), node);
}
