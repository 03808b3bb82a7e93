import { create, type DescFile, maximumEdition, minimumEdition } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  type CodeGeneratorResponse,
  CodeGeneratorResponse_Feature,
  CodeGeneratorResponse_FileSchema,
  CodeGeneratorResponseSchema,
} from "@bufbuild/protobuf/wkt";
import { createEcmaScriptPlugin, type Plugin, runNodeJs, type Schema } from "@bufbuild/protoplugin";
import { check } from "./check/check.ts";
import { checkTarget, optionError } from "./check/plugin-options.ts";
import { createReport, type Report } from "./diagnostics/diagnostic.ts";
import { render } from "./diagnostics/render.ts";
import { docsPath } from "./docs-path.ts";
import { header, printEgoFiles } from "./emit/ego-file.ts";
import { sortImports } from "./emit/imports.ts";
import { schemaJson } from "./emit/schema-json.ts";
import { link } from "./model/link.ts";
import { readFile } from "./options/marked-file.ts";
import { version } from "./version.ts";

/** Where the model is written for the command line, below the output folder. */
export const schemaJsonPath = "ego.schema.json";

/** What a plugin needs beside a request. */
export interface PluginHost {
  /** Shows warnings: a response has no place for them. */
  warn(text: string): void;
  /** The file that explains the codes of diagnostics, to be named behind them. */
  docs?(): string;
}

/** Makes the plugin. Mistakes in the protos are the `error` of its response. */
export function createPlugin(host: PluginHost): Plugin {
  return { name: "protoc-gen-ego", version: `v${version}`, run: (request) => run(request, host) };
}

/** The plugin as buf and protoc run it: warnings go to standard error. */
export const plugin: Plugin = createPlugin({ warn: (text) => process.stderr.write(text), docs: docsPath });

/** Reads a request from standard input and writes the response to standard output. */
export function main(): void {
  runNodeJs(plugin);
}

function run(request: CodeGeneratorRequest, host: PluginHost): CodeGeneratorResponse {
  const report = createReport();
  const rendered = () => render(report.diagnostics, host.docs?.());
  let printed: Printed = { sources: new Map(), schemaJson: "" };
  checkTarget(request.parameter, report);
  if (hasErrors(report)) return failed(rendered());
  const printer = createEcmaScriptPlugin({
    name: "protoc-gen-ego",
    version: `v${version}`,
    generateTs(schema) {
      printed = print(schema, report);
    },
  });
  let response: CodeGeneratorResponse;
  try {
    response = printer.run(request);
  } catch (thrown) {
    const text = optionError(thrown);
    if (text === undefined) throw thrown;
    report.error("EGO091", undefined, text);
    return failed(rendered());
  }
  if (hasErrors(report)) return failed(rendered());
  if (report.diagnostics.length > 0) host.warn(rendered());
  for (const file of response.file) {
    const source = printed.sources.get(file.name);
    if (source) file.content = `${header(source)}\n\n${sortImports(file.content)}`;
  }
  if (response.file.length > 0) {
    const json = create(CodeGeneratorResponse_FileSchema, { name: schemaJsonPath, content: printed.schemaJson });
    response.file.push(json);
  }
  return response;
}

interface Printed {
  /** The proto file that each generated file was made of. */
  readonly sources: ReadonlyMap<string, DescFile>;
  readonly schemaJson: string;
}

function print(schema: Schema, report: Report): Printed {
  const generate = new Set(schema.files);
  const options = schema.allFiles.find((file) => file.proto.name === "ego/v1/ego.proto");
  const domain = link(schema.allFiles.map((file) => readFile(file, generate.has(file), options)));
  check(domain, report);
  if (hasErrors(report)) return { sources: new Map(), schemaJson: "" };
  return { sources: printEgoFiles(schema, domain), schemaJson: schemaJson(domain) };
}

function hasErrors({ diagnostics }: Report): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

/**
 * buf and protoc print the error behind words of their own: it begins with a line break so that each line is one place.
 * The features are those of an answer without an error: without them, protoc complains about them first.
 */
function failed(diagnostics: string): CodeGeneratorResponse {
  return create(CodeGeneratorResponseSchema, {
    error: `\n${diagnostics}`,
    supportedFeatures: BigInt(
      CodeGeneratorResponse_Feature.PROTO3_OPTIONAL | CodeGeneratorResponse_Feature.SUPPORTS_EDITIONS,
    ),
    minimumEdition,
    maximumEdition,
  });
}
