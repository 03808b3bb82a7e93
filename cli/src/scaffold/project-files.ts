import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import type { EgoPackages } from "./ego-packages.ts";
import type { Origin } from "./origin.ts";
import { type PackageManager, packageManagers } from "./package-manager.ts";
import { type StoreKind, stores } from "./store-choice.ts";
import type { Files } from "./target-folder.ts";
import { renderTemplates, type TemplateValues } from "./template.ts";
import type { Workspace } from "./workspace.ts";

/** What was chosen for a new project. */
export interface ProjectChoices {
  readonly name: string;
  /** The folder to be made, absolute. */
  readonly target: string;
  readonly store: StoreKind;
  readonly example: boolean;
  readonly manager: PackageManager;
  /** The workspace that it is a member of. */
  readonly workspace: Workspace | undefined;
  /** Copy ego's options into the project, even where buf would find them in its node_modules. */
  readonly vendor: boolean;
}

/** The folder, in a project, of options that are copied. */
export const vendoredProtos = "third_party/proto";

const optionsProto = "ego/v1/ego.proto";
/** What only the example has. */
const bank: readonly string[] = ["proto/bank/v1/account.proto", "src/account.ts", "test/account.test.ts"];

/** Whether buf does not find ego's options in the project's own node_modules: it reads nothing above the project. */
export function needsOptions({ vendor, workspace }: ProjectChoices): boolean {
  return vendor || workspace?.hoisted === true;
}

/** All files of a new project. */
export function projectFiles(from: Origin, choices: ProjectChoices, { dependencies, files }: EgoPackages): Files {
  const values = templateValues(choices, dependencies);
  const rendered = renderTemplates(join(from.templates, "project"), values);
  const overlay = (folder: string) => {
    for (const [path, text] of renderTemplates(join(from.templates, folder), values)) rendered.set(path, text);
  };
  if (!choices.example) {
    for (const path of bank) rendered.delete(path);
    overlay("empty");
  }
  if (choices.store !== "sqlite") overlay(choices.store);
  if (choices.manager !== "npm" && choices.workspace === undefined) overlay(choices.manager);
  if (needsOptions(choices)) {
    rendered.set(`${vendoredProtos}/${optionsProto}`, readFileSync(join(optionsFolder(from), optionsProto), "utf8"));
    replace(rendered, "buf.yaml", "path: node_modules/@ego/protoc-gen-ego/proto", `path: ${vendoredProtos}`);
  }
  if (values.modules !== "node_modules") {
    replace(rendered, "buf.gen.yaml", "./node_modules/.bin/", `${values.modules}/.bin/`);
  }
  return new Map([...rendered, ...files]);
}

function templateValues(choices: ProjectChoices, ego: TemplateValues["ego"]): TemplateValues {
  const { name, example, target, workspace } = choices;
  const store = stores[choices.store];
  const traits = packageManagers[choices.manager];
  const { url } = store.server ?? {};
  const argument =
    url === undefined
      ? `{ filename: new URL("../${example ? "bank" : "app"}.db", import.meta.url) }`
      : `{ connectionString: process.env.DATABASE_URL ?? "${url}" }`;
  const modules = workspace?.hoisted ? relative(target, join(workspace.root, "node_modules")) : "node_modules";
  return {
    name,
    example,
    ego,
    store: { ...store, call: `${store.function}(${argument})` },
    manager: {
      ...traits,
      name: choices.manager,
      resolutions: choices.manager === "yarn" && ego.vendored && !workspace,
    },
    modules: modules.split(sep).join("/"),
    vendoredOptions: needsOptions(choices),
  };
}

/** The protos of the plugin that belongs to this `ego`. */
function optionsFolder(from: Origin): string {
  if (from.kind === "clone") return join(from.root, "protoc-gen-ego/proto");
  return join(dirname(createRequire(import.meta.url).resolve("@ego/protoc-gen-ego/package.json")), "proto");
}

function replace(files: Map<string, string>, file: string, from: string, to: string): void {
  const text = files.get(file);
  if (!text?.includes(from)) throw new Error(`${file} of the template lacks ${from}`);
  files.set(file, text.replaceAll(from, to));
}
