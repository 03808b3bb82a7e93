import { join, relative, sep } from "node:path";
import { printableName } from "../terminal/printable.ts";
import { quoted } from "../terminal/quoted.ts";
import type { EgoPackages } from "./ego-packages.ts";
import { packageManagers } from "./package-manager.ts";
import { needsOptions, type ProjectChoices, vendoredProtos } from "./project-files.ts";
import { stores } from "./store-choice.ts";

/** What was done that may surprise, and what is left to do in a workspace, whose files are not ours. */
export function notesOn(choices: ProjectChoices, ego: EgoPackages["dependencies"]): readonly string[] {
  const { workspace, manager, target } = choices;
  const notes: string[] = [];
  if (needsOptions(choices)) {
    const why =
      workspace === undefined ? "" : ": buf reads nothing above the project, where the workspace has its packages";
    notes.push(`Copied ego's options into ${vendoredProtos}${why}. \`ego doctor\` says when they are old.`);
  }
  if (workspace === undefined) return notes;
  const manifest = printableName(join(workspace.root, manager === "pnpm" ? "pnpm-workspace.yaml" : "package.json"));
  if (manager === "pnpm") notes.push(`Add to ${manifest}:\n  allowBuilds:\n    "@bufbuild/buf": true\n    node: true`);
  if (manager === "npm") {
    notes.push(`npm will ask for this in ${manifest}:\n  "allowScripts": { "@bufbuild/buf": true, "node": true }`);
  }
  if (ego.vendored && manager !== "npm") {
    const way = relative(workspace.root, join(target, ego.plugin.replace(/^file:/, "")))
      .split(sep)
      .join("/");
    const member = manager === "pnpm" ? "overrides" : '"resolutions"';
    notes.push(
      `The packages of ego are files of this project. Add to ${manifest}:\n  ${member}: { "@ego/protoc-gen-ego": "file:${way}" }`,
    );
  }
  return notes;
}

/** What to type next, from where the user stands. */
export function nextSteps(
  cwd: string,
  { target, manager, example, store }: ProjectChoices,
  installed: boolean,
): string {
  const way = relative(cwd, target);
  const { run } = packageManagers[manager];
  const { server } = stores[store];
  const steps = [
    ...(way === "" ? [] : [`cd ${quoted(way)}`]),
    ...(installed ? [] : [`${manager} install`]),
    ...(installed || !example ? [] : [`${run} generate`]),
    ...(example ? [`${manager} test`] : [`${run} ego ${manager === "npm" ? "-- " : ""}add entity account`]),
    ...(server === undefined ? [] : [`docker compose up --detach --wait    # ${server.name}; or set DATABASE_URL`]),
    `${manager} start`,
  ];
  return `\nNext:\n${steps.map((step) => `  ${step}`).join("\n")}`;
}
