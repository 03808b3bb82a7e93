import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pluginEntries } from "../project/plugin-strategy.ts";
import { compiler, type ts } from "../sync/compiler.ts";
import { printableName } from "../terminal/printable.ts";
import { type Check, fine, type Patient } from "./check.ts";
import { installedPackage } from "./installed-package.ts";

const at = { file: "tsconfig.json", line: 1, column: 1 };

/** TypeScript, and what of its configuration the generated code needs. */
export function typescriptChecks(patient: Patient): readonly Check[] {
  const typescript = installedPackage(patient.root, "typescript");
  const checks: Check[] = [
    typescript === undefined
      ? {
          code: "EGO314",
          severity: "warning",
          text: "typescript is not installed: nobody checks that all handlers are there.",
          help: "Install it, and run `tsc` before the tests.",
        }
      : fine(`typescript ${printableName(typescript.version)}`),
  ];
  if (!existsSync(join(patient.root, "tsconfig.json"))) {
    const help = "See the one that `ego init <folder>` writes.";
    return [...checks, { code: "EGO340", severity: "error", text: "There is no tsconfig.json.", help }];
  }
  const ts = compiler();
  const path = join(patient.root, "tsconfig.json");
  const { config, error } = ts.readConfigFile(path, ts.sys.readFile);
  const host = { ...ts.sys, readDirectory: () => [] };
  const parsed = ts.parseJsonConfigFileContent(config ?? {}, host, patient.root);
  // That there are no files is our doing.
  const mistakes = [...(error ? [error] : []), ...parsed.errors.filter(({ code }) => code !== 18003)];
  if (mistakes.length > 0) {
    return [...checks, ...mistakes.map((mistake): Check => mistakeCheck(ts, mistake))];
  }
  const faults = flagChecks(ts, parsed.options, importsTs(patient));
  return [...checks, ...(faults.length > 0 ? faults : [fine("tsconfig.json: what the generated code needs")])];
}

function flagChecks(ts: typeof import("@ts-morph/common").ts, options: ts.CompilerOptions, isTs: boolean): Check[] {
  const checks: Check[] = [];
  const resolution = options.moduleResolution ?? resolutionOf(ts, options.module);
  const { Node16, NodeNext, Bundler } = ts.ModuleResolutionKind;
  if (![Node16, NodeNext, Bundler].includes(resolution)) {
    checks.push({
      code: "EGO340",
      severity: "error",
      at,
      text: "It finds no module by the `exports` of a package, as those of ego.",
      help: 'Set "module": "nodenext".',
    });
  }
  if (isTs && !options.rewriteRelativeImportExtensions && !options.allowImportingTsExtensions) {
    checks.push({
      code: "EGO340",
      severity: "error",
      at,
      text: "Generated code imports files by their name with .ts, which it does not allow.",
      help: 'Set "rewriteRelativeImportExtensions": true.',
    });
  }
  if (!options.strict) {
    checks.push({
      code: "EGO340",
      severity: "warning",
      at,
      text: "Without strict, a handler whose path ends without a value is no mistake.",
      help: 'Set "strict": true.',
    });
  }
  if (!options.erasableSyntaxOnly) {
    checks.push({
      code: "EGO340",
      severity: "note",
      at,
      text: "Without erasableSyntaxOnly, what Node cannot run without a build is found only when it runs.",
      help: 'Set "erasableSyntaxOnly": true.',
    });
  }
  return checks;
}

/** What follows from `module`, where nothing else is said. */
function resolutionOf(
  ts: typeof import("@ts-morph/common").ts,
  module: ts.ModuleKind | undefined,
): ts.ModuleResolutionKind {
  const { ModuleKind, ModuleResolutionKind } = ts;
  if (module === undefined || module === ModuleKind.Preserve) return ModuleResolutionKind.Bundler;
  return module >= ModuleKind.Node16 && module <= ModuleKind.NodeNext
    ? ModuleResolutionKind.NodeNext
    : ModuleResolutionKind.Node10;
}

function mistakeCheck(ts: typeof import("@ts-morph/common").ts, { file, start, messageText }: ts.Diagnostic): Check {
  const place = file && start !== undefined ? ts.getLineAndCharacterOfPosition(file, start) : { line: 0, character: 0 };
  return {
    code: "EGO340",
    severity: "error",
    at: { ...at, line: place.line + 1, column: place.character + 1 },
    text: printableName(ts.flattenDiagnosticMessageText(messageText, " ")),
    help: "`tsc` says the same.",
  };
}

/** Whether the generated code imports files with .ts. */
function importsTs({ root }: Patient): boolean {
  const file = join(root, "buf.gen.yaml");
  if (!existsSync(file)) return false;
  return pluginEntries(readFileSync(file, "utf8")).some(({ text }) => /\bimport_extension=ts\b/.test(text));
}
