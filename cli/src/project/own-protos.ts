import { globSync } from "node:fs";
import { join } from "node:path";
import { modulePaths } from "./buf-messages.ts";
import type { Project } from "./project.ts";

/** Whether the modules of buf.yaml have a proto that is the project's own, and not of an installed package. */
export function hasOwnProtos(project: Project): boolean {
  const modules = modulePaths(project);
  // A buf.yaml without paths is one module: the whole folder.
  const own = modules.length === 0 ? ["."] : modules.filter((path) => !isForeign(path));
  return own.some((path) => {
    const protos = globSync("**/*.proto", {
      cwd: join(project.root, path),
      exclude: (name) => name === "node_modules" || name === ".git",
    });
    return protos.some((proto) => proto !== "ego/v1/ego.proto");
  });
}

function isForeign(path: string): boolean {
  return path.split("/").includes("node_modules");
}
