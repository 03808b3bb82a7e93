import { applyEdits } from "../edits/apply-edits.ts";
import { unifiedDiff } from "../edits/file-edit.ts";
import { exitCode } from "../failure.ts";
import { findingLines } from "../project/finding.ts";
import { type MigrationPlan, type PlanOptions, planMigration } from "../tables/plan-migration.ts";
import { changeText, isChoice, isDecision, type TableChange } from "../tables/table-change.ts";
import type { Host } from "../terminal/host.ts";
import { jsonText } from "../terminal/json-text.ts";
import { printableName } from "../terminal/printable.ts";

/** Options of `ego migrate diff`. */
export interface MigrateDiffOptions extends PlanOptions {
  /** Prints JSON instead of text. */
  readonly json?: boolean;
}

/**
 * `ego migrate diff`: writes the migration for what changed in the tables of the protos, or says whether one is missing.
 *
 * @returns the exit code: 1 if there is something that no migration can do, or, with `check`, if one is missing
 * @throws Failure if it could not be found out
 */
export async function migrateDiff(host: Host, options: MigrateDiffOptions, now: Date = new Date()): Promise<number> {
  const plan = await planMigration(host, options, now);
  const writes = !options.check && !options.dryRun;
  const written = writes ? applyEdits(plan.project, plan.edits) : [];
  const failed = plan.findings.some(({ severity }) => severity === "error");
  if (options.json) host.out(jsonText(jsonOf(plan, written)));
  else {
    for (const line of findingLines(plan.findings)) host.err(line);
    for (const line of linesOf(plan, written, options)) host.out(line);
  }
  return failed ? exitCode.input : exitCode.ok;
}

function linesOf(plan: MigrationPlan, written: readonly string[], options: MigrateDiffOptions): readonly string[] {
  const { changes, edits, against, undecided } = plan;
  if (plan.findings.some(({ severity }) => severity === "error")) return options.check ? [] : ["Nothing was written."];
  if (changes.length === 0 && !plan.hasTables) {
    return ["Nothing to migrate: no state or read model of the protos has a table."];
  }
  if (changes.length === 0) {
    return [
      `Nothing to migrate: the tables are those of ${printableName(against)}.`,
      ...(plan.isFirst && options.against === undefined
        ? [
            "There is no migration yet. What was released before that commit? --against <tag>; and --initial if nothing was.",
          ]
        : []),
    ];
  }
  if (options.dryRun) return [unifiedDiff(edits).trimEnd()];
  return [
    `Since ${printableName(against)}:`,
    ...changes.map((change) => `  ${changeText(change)}${remarkOn(change)}`),
    ...written.map((file) => `Wrote ${printableName(file)}`),
    ...(undecided
      ? [
          `It fails until you decide: ${undecided.lines.map((line) => `${printableName(undecided.file)}:${line}`).join(", ")}`,
        ]
      : ["Read it and commit it; `ego migrate up` applies it."]),
  ];
}

function remarkOn(change: TableChange): string {
  if (isDecision(change)) return " (decide)";
  return isChoice(change) ? " (left to you)" : "";
}

function jsonOf({ against, changes, edits, findings, undecided }: MigrationPlan, written: readonly string[]): object {
  return {
    format: 1,
    against,
    upToDate: changes.length === 0 && findings.every(({ severity }) => severity !== "error"),
    changes: changes.map((change) => ({
      action: change.action,
      table: change.table.name,
      ...("column" in change ? { column: change.column.name } : {}),
      ...("index" in change ? { index: change.index.name } : {}),
      decide: isDecision(change),
      text: changeText(change),
    })),
    files: edits.map(({ file, after }) => ({ file, text: after })),
    undecided: undecided ?? null,
    written,
    findings,
  };
}
