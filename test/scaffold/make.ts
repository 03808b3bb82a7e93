import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { EgoPackages } from "../../cli/src/scaffold/ego-packages.ts";
import { origin } from "../../cli/src/scaffold/origin.ts";
import { type ProjectChoices, projectFiles } from "../../cli/src/scaffold/project-files.ts";
import { makeFolder } from "../../cli/src/scaffold/target-folder.ts";
import { findWorkspace } from "../../cli/src/scaffold/workspace.ts";

/** Makes a project as `ego init` does, by default what that makes by default, without packing ego once more. */
export function makeProject(target: string, packages: EgoPackages, choices: Partial<ProjectChoices> = {}): void {
  const workspace = findWorkspace(target);
  const all: ProjectChoices = {
    name: "my-bank",
    target,
    store: "sqlite",
    example: true,
    manager: workspace?.manager ?? "npm",
    workspace,
    vendor: false,
    ...choices,
  };
  makeFolder(target).write(projectFiles(origin(), all, packages));
}

/** The packages that a project has in its folder `vendor`. */
export function packagesOf(project: string): EgoPackages {
  const tarballs = readdirSync(join(project, "vendor"));
  const dependency = (name: string) => `file:vendor/${tarballs.find((file) => file.startsWith(`ego-${name}-`))}`;
  return {
    dependencies: {
      runtime: dependency("runtime"),
      cli: dependency("cli"),
      plugin: dependency("protoc-gen-ego"),
      vendored: true,
    },
    files: new Map(tarballs.map((file) => [`vendor/${file}`, readFileSync(join(project, "vendor", file))])),
  };
}
