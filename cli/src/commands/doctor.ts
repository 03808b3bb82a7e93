import { examine } from "../doctor/doctor.ts";
import { diagnosisJson, diagnosisText, isHealthy } from "../doctor/report.ts";
import { exitCode } from "../failure.ts";
import type { Host } from "../terminal/host.ts";
import { jsonText } from "../terminal/json-text.ts";

/** Options of `ego doctor`. */
export interface DoctorOptions {
  /** Prints JSON instead of text. */
  readonly json?: boolean;
}

/**
 * `ego doctor`: says whether the machine and the project have what ego needs, and what to do where they have not.
 *
 * @returns the exit code: 1 if something keeps the project from working
 */
export async function doctor(host: Host, options: DoctorOptions): Promise<number> {
  const diagnosis = await examine(host);
  host.out(options.json ? jsonText(diagnosisJson(diagnosis)) : diagnosisText(diagnosis));
  return isHealthy(diagnosis.checks) ? exitCode.ok : exitCode.input;
}
