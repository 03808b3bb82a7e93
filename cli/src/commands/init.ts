import { join, relative, resolve } from "node:path";
import { Failure } from "../failure.ts";
import { egoPackages } from "../scaffold/ego-packages.ts";
import { runNpm } from "../scaffold/npm.ts";
import { origin } from "../scaffold/origin.ts";
import { packageName } from "../scaffold/package-name.ts";
import { type Files, makeFolder } from "../scaffold/target-folder.ts";
import { renderTemplates } from "../scaffold/template.ts";
import type { Host } from "../terminal/host.ts";
import { printableName } from "../terminal/printable.ts";
import { generate } from "./generate.ts";

/** Options of `ego init`. */
export interface InitOptions {
  /** Name of the npm package; default: the name of the folder. */
  readonly name?: string;
  /** Also install and generate. */
  readonly install?: boolean;
}

/**
 * `ego init`: makes a complete project in a new or empty folder, and says what to do next.
 *
 * @throws Failure for what the user or the machine got wrong; the folder is then as it was.
 */
export async function init(host: Host, folder: string, options: InitOptions = {}): Promise<void> {
  if (folder === "") throw new Failure("input", "The folder has to have a name.");
  const target = resolve(host.cwd, folder);
  const name = packageName(target, options.name);
  // What is in the way is found now, before the slow part; and if that is interrupted, nothing is left.
  makeFolder(target).undo();
  const files = await projectFiles(host, name);
  const made = makeFolder(target);
  try {
    made.write(files);
  } catch (error) {
    made.undo();
    throw error;
  }
  host.out(`Made ${printableName(name)} in ${printableName(target)}.`);
  if (options.install) await install(host, target);
  host.out(nextSteps(host.cwd, target, options.install ?? false));
}

async function projectFiles(host: Host, name: string): Promise<Files> {
  const from = origin();
  if (from.kind === "clone") host.err("Packing ego from this clone …");
  const { dependencies, files } = await egoPackages(host, from);
  const rendered = renderTemplates(join(from.templates, "project"), { name, ego: dependencies });
  return new Map([...rendered, ...files]);
}

async function install(host: Host, target: string): Promise<void> {
  host.err("Installing its dependencies …");
  await runNpm(host, target, ["install"]);
  host.err("Generating its code …");
  await generate({ ...host, cwd: target });
}

function nextSteps(cwd: string, target: string, installed: boolean): string {
  const way = relative(cwd, target);
  const steps = [
    ...(way === "" ? [] : [`cd ${quoted(way)}`]),
    ...(installed ? [] : ["npm install", "npm run generate"]),
    "npm test",
    "npm start",
  ];
  return `\nNext:\n${steps.map((step) => `  ${step}`).join("\n")}`;
}

/** For a POSIX shell. */
function quoted(path: string): string {
  return /^[\w./~@%+=:,-]+$/.test(path) && !path.startsWith("-") ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
