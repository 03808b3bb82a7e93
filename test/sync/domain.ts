import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { readDomain } from "@ego/protoc-gen-ego/model";
import { type Contract, contractsOf } from "../../cli/src/sync/contract.ts";
import { temporaryFolder } from "../../cli/src/testdata/temporary-folder.ts";
import { buildFolders } from "../golden/harness.ts";

const root = join(import.meta.dirname, "../..");

/** The contracts of test/golden. */
export function goldenContracts(): readonly Contract[] {
  return contractsOf(readDomain(toBinary(FileDescriptorSetSchema, buildFolders("test/golden/proto"))));
}

/**
 * A project in a temporary folder with the generated code of test/golden in `src/gen`, or with that of one folder of it,
 * under all flags of this repository.
 */
export function goldenProject(options: Readonly<Record<string, unknown>> = {}, only = ""): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "src"));
  cpSync(join(root, "test/golden/gen", only), join(folder, "src/gen", only), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeConfig(folder, options);
  return folder;
}

/** Writes a tsconfig.json with all flags of this repository. */
export function writeConfig(folder: string, options: Readonly<Record<string, unknown>> = {}): void {
  const compilerOptions = {
    noEmit: true,
    customConditions: ["@ego/source"],
    typeRoots: ["node_modules/@types"],
    noUnusedLocals: true,
    noUnusedParameters: true,
    ...options,
  };
  const config = { extends: join(root, "tsconfig.base.json"), compilerOptions, include: ["src"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
}

/**
 * Options with which the compiler does not check the sources of @ego/runtime, nor the declarations of Node, which would
 * take most of the time: what sources import of it is in a file of its own.
 */
export function withoutRuntime(folder: string): Readonly<Record<string, unknown>> {
  writeFileSync(
    join(folder, "runtime.d.ts"),
    `declare global { interface AbortSignal {} }
export class NotImplemented extends Error { constructor(type: string); }
export class Engine {}
export interface Clock {}
export declare const memoryStore: () => object;
`,
  );
  return { skipLibCheck: true, types: [], paths: { "@ego/runtime": ["./runtime.d.ts"] } };
}
