import { existsSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { modulePaths } from "../project/buf-messages.ts";
import { modulesFolder } from "../project/modules-folder.ts";
import { printableName } from "../terminal/printable.ts";
import { quoted } from "../terminal/quoted.ts";
import { type Check, fine, type Patient } from "./check.ts";
import { installedPackage } from "./installed-package.ts";

const optionsProto = "ego/v1/ego.proto";
const plugin = "@ego/protoc-gen-ego";
const ofPackage = "node_modules/@ego/protoc-gen-ego/proto";

/** buf.yaml: where protos are, and the options of ego among them, as the plugin knows these. */
export function moduleChecks(patient: Patient): readonly Check[] {
  const { root } = patient;
  if (!existsSync(join(root, "buf.yaml"))) return [];
  const modules = modulePaths(patient);
  const gone = modules.filter((path) => !statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory());
  // That the plugin is not installed is said already.
  const unsaid = gone.filter((path) => !path.endsWith(ofPackage) || installedPackage(root, plugin) !== undefined);
  const checks: Check[] = unsaid.map((path) => ({
    code: "EGO322",
    severity: "error",
    at: placeOf(root, "buf.yaml", path),
    text: `There is no folder ${printableName(path)}.`,
    help: path.endsWith(ofPackage)
      ? `The package is installed above, where buf reads nothing: ${copyHelp(patient)}`
      : "Make it, or take the module out.",
  }));
  const found = modules.filter((path) => existsSync(join(root, path, optionsProto)));
  const [module] = found;
  if (module === undefined) {
    if (gone.some((path) => path.endsWith(ofPackage))) return checks;
    return [
      ...checks,
      {
        code: "EGO320",
        severity: "error",
        at: { file: "buf.yaml", line: 1, column: 1 },
        text: `No module of it has ${optionsProto}, the options of ego.`,
        help: existsSync(join(root, ofPackage)) ? `Add to modules: \`- path: ${ofPackage}\`.` : copyHelp(patient),
      },
    ];
  }
  if (found.length > 1) {
    checks.push({
      code: "EGO320",
      severity: "error",
      at: placeOf(root, "buf.yaml", found[1] ?? ""),
      text: `${found.length} modules have ${optionsProto}: ${found.map(printableName).join(", ")}.`,
      help: "Keep one of them.",
    });
  }
  return [...checks, copyCheck(patient, join(module, optionsProto))];
}

function copyCheck(patient: Patient, file: string): Check {
  const installed = installedPackage(patient.root, plugin);
  const own = installed && join(installed.folder, "proto", optionsProto);
  const shown = printableName(file.split(sep).join("/"));
  if (own === undefined || !existsSync(own)) return fine(`buf.yaml: the options of ego are in ${shown}`);
  if (linesOf(own) === linesOf(join(patient.root, file)))
    return fine("buf.yaml: the options of ego, as the plugin has them");
  const from = quoted(relative(patient.root, own));
  return {
    code: "EGO321",
    severity: "error",
    at: { file: shown, line: 1, column: 1 },
    text: "These options of ego are not those of the plugin that is installed.",
    help: `Copy them anew: \`cp ${printableName(from)} ${printableName(quoted(file))}\``,
  };
}

/** buf reads nothing above the project, where a workspace has its packages. */
function copyHelp({ root }: Patient): string {
  const modules = modulesFolder(root, join("@ego/protoc-gen-ego/proto", optionsProto));
  if (modules === undefined) return "Install @ego/protoc-gen-ego, which has them.";
  const from = relative(root, join(modules, "@ego/protoc-gen-ego/proto", optionsProto));
  const command = `mkdir -p third_party/proto/ego/v1 && cp ${quoted(from)} third_party/proto/ego/v1/`;
  return `\`${printableName(command)}\`, and \`- path: third_party/proto\` in modules.`;
}

/** The first place of a text in a file of the project. */
function placeOf(root: string, file: string, text: string): { file: string; line: number; column: number } {
  const lines = readFileSync(join(root, file), "utf8").split(/\r?\n/);
  const line = Math.max(
    0,
    lines.findIndex((one) => !/^\s*#/.test(one) && one.includes(text)),
  );
  return { file, line: line + 1, column: Math.max(0, lines[line]?.indexOf(text) ?? 0) + 1 };
}

function linesOf(file: string): string {
  return readFileSync(file, "utf8").replaceAll("\r\n", "\n");
}
