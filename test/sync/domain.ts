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

/** A project in a temporary folder with the generated code of test/golden in `src/gen`, under all flags of this repository. */
export function goldenProject(options: Readonly<Record<string, unknown>> = {}): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "src"));
  cpSync(join(root, "test/golden/gen"), join(folder, "src/gen"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const compilerOptions = {
    noEmit: true,
    customConditions: ["@ego/source"],
    typeRoots: ["node_modules/@types"],
    noUnusedLocals: true,
    noUnusedParameters: true,
    ...options,
  };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: join(root, "tsconfig.base.json"), compilerOptions, include: ["src"] }),
  );
  return folder;
}
