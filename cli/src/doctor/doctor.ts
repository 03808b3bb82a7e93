import type { Host } from "../terminal/host.ts";
import type { Check, Patient } from "./check.ts";
import { generatedChecks } from "./generated.ts";
import { moduleChecks } from "./modules.ts";
import { nodeChecks } from "./node.ts";
import { bufChecks, dependencyChecks, egoChecks, installedChecks, manifestChecks } from "./packages.ts";
import { patientAt, projectChecks } from "./patient.ts";
import { pluginChecks } from "./plugins.ts";
import { typescriptChecks } from "./tsconfig.ts";

/** What was found out about a project and its machine. */
export interface Diagnosis {
  readonly patient: Patient;
  /** In the order in which one is to look at them: what comes first may be the reason of what follows. */
  readonly checks: readonly Check[];
}

/** Looks at the machine, the packages and the files of a project, as far as these are there. Runs none of its code. */
export async function examine(host: Host): Promise<Diagnosis> {
  const patient = patientAt(host.cwd);
  const machine = [...(await nodeChecks(host, patient)), ...projectChecks(patient)];
  if (!patient.isProject) return { patient, checks: machine };
  const checks = [
    ...machine,
    ...manifestChecks(patient),
    ...installedChecks(patient),
    ...(await bufChecks(host, patient)),
    ...egoChecks(patient),
    ...dependencyChecks(patient),
    ...moduleChecks(patient),
    ...pluginChecks(patient),
    ...typescriptChecks(patient),
    ...(await generatedChecks(host, patient)),
  ];
  return { patient, checks };
}
