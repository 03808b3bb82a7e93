import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { packageManagers } from "../scaffold/package-manager.ts";
import { upwards } from "../upwards.ts";
import type { Check, Patient } from "./check.ts";

/**
 * What there is to look at from a folder: the nearest one, upwards, with a file of buf, or else with a package.json that names
 * ego, or else itself.
 */
export function patientAt(cwd: string): Patient {
  const start = realpathSync(cwd);
  const ofBuf = upwards(start).find((folder) => bufFiles.some((file) => existsSync(join(folder, file))));
  const found = ofBuf ?? upwards(start).find(namesEgo);
  const root = found ?? start;
  const manager = managerOf(root);
  return { root, isProject: found !== undefined, manager, run: packageManagers[manager].run };
}

function namesEgo(folder: string): boolean {
  const manifest = join(folder, "package.json");
  return existsSync(manifest) && readFileSync(manifest, "utf8").includes('"@ego/');
}

/** The two files that make a folder a project. */
export function projectChecks({ root }: Patient): readonly Check[] {
  const missing = bufFiles.filter((file) => !existsSync(join(root, file)));
  if (missing.length === 0) return [];
  const help = "Go to the folder of your project, or make a project: `ego init <folder>`.";
  const text =
    missing.length === 2
      ? "There is no project here: neither buf.yaml nor buf.gen.yaml, nor in a folder above."
      : `There is no ${missing.join()}, which says ${purposes[missing.join()]}.`;
  return [{ code: "EGO310", severity: "error", text, help }];
}

const purposes: Readonly<Record<string, string>> = {
  "buf.yaml": "where the protos are",
  "buf.gen.yaml": "what to generate, and where to",
};
const bufFiles = Object.keys(purposes);

/** By the lock file that is nearest: a member of a workspace has none of its own. */
function managerOf(root: string): Patient["manager"] {
  const locks = { npm: ["package-lock.json"], pnpm: ["pnpm-lock.yaml", "pnpm-workspace.yaml"], yarn: ["yarn.lock"] };
  for (const folder of upwards(root)) {
    for (const [manager, files] of Object.entries(locks)) {
      if (files.some((file) => existsSync(join(folder, file)))) return manager as Patient["manager"];
    }
  }
  return "npm";
}
