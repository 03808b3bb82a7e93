import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildInfo, type DocsProject, docsProject } from "./docs-project.ts";
import { builtInto, type Installed } from "./installed.ts";

const root = join(import.meta.dirname, "../..");

/** Where Markdown files are tried. */
export interface DocsPlace {
  /** Their projects are made in it. */
  readonly folder: string;
  readonly installed: Installed;
}

/** The proto that a project begins with. */
export const bankProto = "proto/bank/v1/account.proto";

/** Builds the packages, once for all projects, and has the compiler check them. */
export function preparePlace(folder: string): DocsPlace {
  const installed = builtInto(folder);
  const project = docsProject(installed, folder);
  try {
    startWithBank(project);
    const problem = project.generate() ?? project.typecheck();
    if (problem !== undefined) throw new Error(`The project that all begin with is wrong.\n${problem}`);
    const kept = join(folder, "tsbuildinfo");
    copyFileSync(join(project.folder, buildInfo), kept);
    return { folder, installed: { ...installed, buildInfo: kept } };
  } finally {
    project.remove();
  }
}

/** Writes what `ego init` begins with. */
export function startWithBank(project: DocsProject): void {
  for (const file of [bankProto, "src/account.ts"]) {
    project.write(file, readFileSync(join(root, "templates/project", `${file}.hbs`), "utf8"));
  }
}
