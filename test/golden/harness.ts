import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { clone, create, fromBinary, type Message } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  type FileDescriptorSet,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { createPlugin } from "@ego/protoc-gen-ego/plugin";

const root = join(import.meta.dirname, "../..");
const optionsProto = join(root, "protoc-gen-ego/proto");

/** Proto files by path. */
export type Protos = Readonly<Record<string, string>>;

/** What the plugin made of a request. */
export interface Output {
  readonly error: string;
  readonly warnings: string;
  readonly files: ReadonlyMap<string, string>;
}

/** Builds folders of protos as buf does for plugins: options and source info included. */
export function buildFolders(...folders: readonly string[]): FileDescriptorSet {
  return inTemporaryFolder((folder) => {
    for (const from of [optionsProto, ...folders.map((path) => join(root, path))]) {
      cpSync(from, folder, { recursive: true });
    }
    return build(folder);
  });
}

/** Builds protos given as text. `ego/v1/ego.proto` among them replaces that of the plugin. */
export function buildProtos(protos: Protos): FileDescriptorSet {
  return inTemporaryFolder((folder) => {
    cpSync(optionsProto, folder, { recursive: true });
    for (const [path, text] of Object.entries(protos)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return build(folder);
  });
}

/** The text of ego/v1/ego.proto. */
export function optionsText(): string {
  return readFileSync(join(optionsProto, "ego/v1/ego.proto"), "utf8");
}

/** A request as buf makes it: options of source retention are in `sourceFileDescriptors` only. */
export function request(
  set: FileDescriptorSet,
  fileToGenerate: readonly string[],
  parameter = "target=ts,import_extension=ts",
): CodeGeneratorRequest {
  const files = closure(set, fileToGenerate);
  return create(CodeGeneratorRequestSchema, {
    parameter,
    fileToGenerate: [...fileToGenerate],
    protoFile: files.map((file) => (fileToGenerate.includes(file.name) ? withoutSourceOptions(file) : file)),
    sourceFileDescriptors: files.filter(({ name }) => fileToGenerate.includes(name)),
  });
}

/** Runs the plugin in this process. */
export function run(input: CodeGeneratorRequest): Output {
  let warnings = "";
  const plugin = createPlugin({
    warn: (text) => {
      warnings += text;
    },
  });
  const response = plugin.run(input);
  return {
    error: response.error ?? "",
    warnings,
    files: new Map(response.file.map(({ name, content }) => [name, content])),
  };
}

/** Diagnostics as lines, errors and warnings. */
export function diagnosticsOf({ error, warnings }: Output): string[] {
  return (error + warnings).split("\n").filter((line) => line !== "");
}

/** The files of a set and what they import, as they are ordered in the set. */
function closure(set: FileDescriptorSet, names: readonly string[]): FileDescriptorProto[] {
  const wanted = new Set<string>();
  const add = (name: string) => {
    if (wanted.has(name)) return;
    wanted.add(name);
    for (const imported of set.file.find((file) => file.name === name)?.dependency ?? []) add(imported);
  };
  names.forEach(add);
  return set.file.filter(({ name }) => wanted.has(name));
}

/** What buf and protoc leave of a file to generate in `protoFile`: all options of source retention are gone. */
function withoutSourceOptions(file: FileDescriptorProto): FileDescriptorProto {
  const copy = clone(FileDescriptorProtoSchema, file);
  const strip = (message: FileDescriptorProto["messageType"][number]) => {
    withoutEgo(message.options);
    for (const field of message.field) withoutEgo(field.options);
    message.nestedType.forEach(strip);
  };
  withoutEgo(copy.options);
  copy.messageType.forEach(strip);
  for (const service of copy.service) {
    withoutEgo(service.options);
    for (const method of service.method) withoutEgo(method.options);
  }
  return copy;
}

/** The number of all extensions of ego/v1/ego.proto. */
const egoOptions = 50346;

function withoutEgo(options: Message | undefined): void {
  if (options?.$unknown) options.$unknown = options.$unknown.filter(({ no }) => no !== egoOptions);
}

function build(folder: string): FileDescriptorSet {
  const buf = join(root, "node_modules/@bufbuild/buf/bin/buf");
  const args = [buf, "build", folder, "--as-file-descriptor-set", "--output", "-#format=binpb"];
  return fromBinary(FileDescriptorSetSchema, execFileSync(process.execPath, args, { maxBuffer: 1 << 28 }));
}

function inTemporaryFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "ego-golden-"));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
