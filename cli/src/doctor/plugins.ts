import { existsSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { modulesFolder } from "../project/modules-folder.ts";
import { pluginEntries } from "../project/plugin-strategy.ts";
import { printableName } from "../terminal/printable.ts";
import { type Check, fine, type Patient } from "./check.ts";
import { installedPackage } from "./installed-package.ts";

interface PluginOption {
  readonly name: string;
  readonly pattern: RegExp;
  readonly severity: "error" | "warning";
  readonly why: string;
}

const all: PluginOption = {
  name: "strategy: all",
  pattern: /(?:^|[\s{,])["']?strategy["']?\s*:\s*["']?all\b/m,
  severity: "warning",
  why: "Without it, buf starts the plugin once for each folder, which is slow.",
};
const target: PluginOption = {
  name: "opt: target=ts",
  pattern: /\btarget=ts\b/,
  severity: "error",
  why: "What ego prints imports TypeScript.",
};
const extension: PluginOption = {
  name: "opt: import_extension=ts",
  pattern: /\bimport_extension=(?:ts|js)\b/,
  severity: "warning",
  why: "Without it, imports have no extension, and Node finds no module without its own.",
};

const plugins: Readonly<Record<"protoc-gen-es" | "protoc-gen-ego", readonly PluginOption[]>> = {
  "protoc-gen-es": [
    all,
    target,
    extension,
    {
      name: "opt: erasable_syntax=true",
      pattern: /\berasable_syntax=true\b/,
      severity: "warning",
      why: "Without it, an enum of a proto is one that Node cannot run without a build.",
    },
    {
      name: "exclude_types: [ego.v1]",
      pattern: /\bexclude_types["']?\s*:[^:]*\bego\.v1\b/,
      severity: "warning",
      why: "Without it, the options of ego are generated into your code.",
    },
  ],
  "protoc-gen-ego": [
    {
      ...all,
      severity: "error",
      why: "Its ego.schema.json describes all protos together; without it, most of them are missing there.",
    },
    target,
    extension,
  ],
};

/** How an entry names them: the program, or the plugin at a registry. */
const names: Readonly<Record<string, RegExp>> = {
  "protoc-gen-es": /\bprotoc-gen-es\b|\bbufbuild\/es\b/,
  "protoc-gen-ego": /\bprotoc-gen-ego\b/,
};

const packages: Readonly<Record<string, string>> = {
  "protoc-gen-es": "@bufbuild/protoc-gen-es",
  "protoc-gen-ego": "@ego/protoc-gen-ego",
};

/** What both plugins have to have alike. */
const shared = [
  { what: "folders", pattern: /\bout["']?\s*:\s*["']?([^\s"',}]+)/ },
  { what: "extensions of imports", pattern: /\bimport_extension=(\w+)/ },
];

/** buf.gen.yaml: both plugins, with the options that their code needs. */
export function pluginChecks({ root }: Patient): readonly Check[] {
  const file = "buf.gen.yaml";
  if (!existsSync(join(root, file))) return [];
  const entries = pluginEntries(readFileSync(join(root, file), "utf8"));
  const found = Object.entries(plugins).map(([name, options]) => ({
    name,
    options,
    entry: entries.find(({ text }) => names[name]?.test(text)),
  }));
  const checks = found.flatMap(({ name, options, entry }): readonly Check[] => {
    if (entry === undefined) {
      return [
        {
          code: "EGO330",
          severity: "error",
          at: { file, line: 1, column: 1 },
          text: `It does not run ${name}.`,
          help: `Add to plugins: \`- local: ./node_modules/.bin/${name}\`, with its \`out\` and options.`,
        },
      ];
    }
    const at = { file, line: entry.row, column: 1 };
    const program = programOf(entry.text);
    // That its package is not installed is said already.
    const isInstalled = installedPackage(root, packages[name] ?? "") !== undefined;
    const isThere = program === undefined || !isInstalled || existsSync(join(root, program));
    return [
      ...(isThere
        ? []
        : [
            {
              code: "EGO330",
              severity: "error",
              at,
              text: `There is no ${printableName(program)}.`,
              help: whereabouts(root, name),
            } as const,
          ]),
      ...options
        .filter(({ pattern }) => !pattern.test(entry.text))
        .map(({ name: option, severity, why }) => ({
          code: "EGO331" as const,
          severity,
          at,
          text: `${name} has no \`${option}\`.`,
          help: why,
        })),
    ];
  });
  for (const { what, pattern } of shared) {
    const values = new Set(found.flatMap(({ entry }) => pattern.exec(entry?.text ?? "")?.[1] ?? []));
    if (values.size < 2) continue;
    checks.push({
      code: "EGO331",
      severity: "error",
      at: { file, line: 1, column: 1 },
      text: `The plugins have different ${what}: ${[...values].map(printableName).join(", ")}.`,
      help: "What one of them generates imports what the other does, from beside it: give both the same.",
    });
  }
  return checks.length > 0 ? checks : [fine("buf.gen.yaml: both plugins, with what they need")];
}

/** The program that an entry runs, if it names it by a path. */
function programOf(entry: string): string | undefined {
  const [, local = ""] = /\blocal["']?\s*:(.*?)(?=(?:\n|,)\s*["']?\w+["']?\s*:|$)/s.exec(entry) ?? [];
  return /(?:^|[\s"'[])((?:\.{1,2}|node_modules)\/[^\s"',\]}]*)/.exec(local)?.[1];
}

/** Where a program is, if not where buf.gen.yaml says: in a workspace, above. */
function whereabouts(root: string, name: string): string {
  const program = join(".bin", name);
  const modules = modulesFolder(root, program);
  if (modules === undefined) return "Its package is installed without it: install the packages anew.";
  return `It is ${printableName(relative(root, join(modules, program)).split(sep).join("/"))}.`;
}
