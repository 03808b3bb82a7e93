import { unifiedDiff } from "../edits/file-edit.ts";
import { Failure } from "../failure.ts";
import { type Finding, findingLines } from "../project/finding.ts";
import { findProject } from "../project/project.ts";
import { summaryLines, unsynced } from "../sync/report.ts";
import { applySync, planSync } from "../sync/sync.ts";
import type { Host } from "../terminal/host.ts";
import { jsonText } from "../terminal/json-text.ts";

/** Options of `ego sync`. */
export interface SyncCommandOptions {
  /** Change nothing; the exit code says whether something would change. */
  readonly check?: boolean;
  /** Change nothing; print what would change. */
  readonly dryRun?: boolean;
  readonly json?: boolean;
  /** `old=new`, each. */
  readonly rename?: readonly string[];
}

/**
 * `ego sync`: inserts the methods that implementations of the generated contracts lack.
 *
 * @returns 0 if all is in sync, 1 if something has to be changed, 2 if something was refused
 * @throws Failure for protos that do not compile, and for what was typed wrong
 */
export async function sync(host: Host, options: SyncCommandOptions = {}): Promise<number> {
  const project = findProject(host.cwd);
  const plan = await planSync(host, project, { rename: renames(options.rename ?? []) });
  const writes = !options.check && !options.dryRun;
  const files = writes ? applySync(project, plan) : plan.edits.map(({ file }) => file);
  const findings: readonly Finding[] = writes ? plan.findingsAfter : [...plan.findings, ...unsynced(plan)];
  const wrong = findings.some(({ severity }) => severity === "error");
  const exitCode = plan.refused ? 2 : wrong ? 1 : 0;
  if (options.json) {
    const { inserted, renamed } = plan;
    host.out(jsonText({ format: 1, inSync: exitCode === 0, written: writes, files, inserted, renamed, findings }));
    return exitCode;
  }
  if (options.dryRun) {
    const diff = unifiedDiff(plan.edits).trimEnd();
    if (diff !== "") host.out(diff);
  }
  for (const line of findingLines(options.dryRun ? plan.findings : findings)) host.err(line);
  for (const line of summaryLines(plan, writes)) host.out(line);
  return exitCode;
}

function renames(pairs: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const pair of pairs) {
    const [, from, to] = /^([\w$]+)=([\w$]+)$/.exec(pair) ?? [];
    if (from === undefined || to === undefined || names.has(from)) {
      throw new Failure(
        "input",
        `\`--rename ${pair}\` is not understood. Write the name that is gone and the one that is new: \`--rename openAccount=createAccount\`.`,
      );
    }
    names.set(from, to);
  }
  return names;
}
