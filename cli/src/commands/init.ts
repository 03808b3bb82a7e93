import { join, relative, resolve } from "node:path";
import { Failure } from "../failure.ts";
import { egoPackages } from "../scaffold/ego-packages.ts";
import { makeRepository } from "../scaffold/git.ts";
import { nextSteps, notesOn } from "../scaffold/next-steps.ts";
import { origin } from "../scaffold/origin.ts";
import { likelyPackageManager, type PackageManager, packageManagers } from "../scaffold/package-manager.ts";
import { packageName } from "../scaffold/package-name.ts";
import { type ProjectChoices, projectFiles } from "../scaffold/project-files.ts";
import { installPackages } from "../scaffold/run-manager.ts";
import { type StoreKind, stores } from "../scaffold/store-choice.ts";
import { makeFolder } from "../scaffold/target-folder.ts";
import { findWorkspace, type Workspace } from "../scaffold/workspace.ts";
import { choose } from "../terminal/choose.ts";
import type { Host } from "../terminal/host.ts";
import { printableName } from "../terminal/printable.ts";
import { generate } from "./generate.ts";

/** Options of `ego init`. What is not given is asked for where somebody sits at a terminal, and is the default elsewhere. */
export interface InitOptions {
  /** Name of the npm package; default: the name of the folder. */
  readonly name?: string;
  /** Default: `sqlite`. */
  readonly store?: StoreKind;
  readonly empty?: boolean;
  readonly example?: boolean;
  /** Default: that of the workspace around the folder, or the one that runs `ego`, or npm. */
  readonly manager?: PackageManager;
  /** Copy ego's options into the project. */
  readonly vendor?: boolean;
  /** Make a git repository, outside of another one; default: true. */
  readonly git?: boolean;
  /** Also install and generate. */
  readonly install?: boolean;
  /** Ask nothing. */
  readonly yes?: boolean;
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
  const choices = await choicesFor(host, target, name, options);
  const from = origin();
  if (from.kind === "clone") host.err("Packing ego from this clone …");
  const packages = await egoPackages(host, from);
  const files = projectFiles(from, choices, packages);
  const made = makeFolder(target);
  try {
    made.write(files);
  } catch (error) {
    made.undo();
    throw error;
  }
  const repository = options.git === false ? undefined : await makeRepository(host, target);
  const what = repository === "made" ? `${printableName(name)}, a git repository,` : printableName(name);
  host.out(`Made ${what} in ${printableName(target)}.`);
  for (const note of notesOn(choices, packages.dependencies)) host.out(note);
  if (options.install) await install(host, choices);
  host.out(nextSteps(host.cwd, choices, options.install ?? false));
}

async function choicesFor(host: Host, target: string, name: string, options: InitOptions): Promise<ProjectChoices> {
  const { ask: _, ...silent } = host;
  const asked: Host = options.yes ? silent : host;
  const around = findWorkspace(target);
  const workspace = around?.member ? around : undefined;
  if (around?.member === false) host.out(notMember(around, target));
  const store = options.store ?? (await choose(asked, "Where are the events kept?", named(stores), "sqlite"));
  const example =
    options.empty === true
      ? false
      : options.example === true || (await choose(asked, "What is in it?", contents, "example")) === "example";
  const likely = likelyPackageManager(host.env, workspace?.manager);
  const manager =
    options.manager ??
    workspace?.manager ??
    (await choose(asked, "Which package manager?", named(packageManagers), likely));
  return { name, target, store, example, manager, workspace, vendor: options.vendor ?? false };
}

const contents = [
  { name: "example", meaning: "a bank account, with tests and a program" },
  { name: "empty", meaning: "nothing yet: `ego add entity` makes the first one" },
] as const;

function named<Name extends string>(choices: Readonly<Record<Name, { readonly meaning: string }>>) {
  return Object.entries<{ readonly meaning: string }>(choices).map(([name, { meaning }]) => ({
    name: name as Name,
    meaning,
  }));
}

function notMember({ root, manager }: Workspace, target: string): string {
  const way = printableName(relative(root, target));
  const file = manager === "pnpm" ? "pnpm-workspace.yaml" : "package.json";
  return `${printableName(join(root, file))} does not name ${way} as a member of its workspace: this is a project of its own.`;
}

async function install(host: Host, { target, manager }: ProjectChoices): Promise<void> {
  host.err("Installing its dependencies …");
  await installPackages(host, target, manager);
  host.err("Generating its code …");
  await generate({ ...host, cwd: target });
}
