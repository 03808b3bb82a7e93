import { check } from "../check/check.ts";
import { hasErrors, reportJson, reportLines } from "../check/report.ts";
import { exitCode } from "../failure.ts";
import { findProject } from "../project/project.ts";
import type { Host } from "../terminal/host.ts";
import { jsonText } from "../terminal/json-text.ts";

/** Options of `ego check`. */
export interface CheckCommandOptions {
  /** What to compare with: a branch, a tag, a commit. */
  readonly against?: string;
  /** False: compare with nothing. */
  readonly evolution?: boolean;
  readonly json?: boolean;
}

/**
 * `ego check`: says whether the project can be merged: its generated files are those of its protos, and what is stored can
 * still be read.
 *
 * @returns the exit code: 1 if there is an error among the findings, 2 if something could not be found out
 * @throws Failure if there is no project
 */
export async function checkCommand(host: Host, options: CheckCommandOptions = {}): Promise<number> {
  const against = options.against ?? (host.env.EGO_CHECK_AGAINST || undefined);
  const checked = await check(host, findProject(host.cwd), {
    ...(against === undefined ? {} : { against }),
    evolution: options.evolution !== false,
  });
  for (const failure of checked.failures) host.err(failure);
  if (options.json) host.out(jsonText(reportJson(checked)));
  else for (const line of reportLines(checked)) host.out(line);
  if (checked.failures.length > 0) return exitCode.environment;
  return hasErrors(checked.findings) ? exitCode.input : exitCode.ok;
}
