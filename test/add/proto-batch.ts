import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type Domain, readDomain } from "@ego/protoc-gen-ego/model";
import type { FileEdit } from "../../cli/src/edits/file-edit.ts";
import type { Project } from "../../cli/src/project/project.ts";
import { temporaryFolder, writeFiles } from "../../cli/src/testdata/temporary-folder.ts";

const root = join(import.meta.dirname, "../..");

/** Many protos in one folder, compiled by one run of buf: what is slow about it is its start. */
export interface ProtoBatch extends Project {
  write(protos: Readonly<Record<string, string>>): void;
  writeEdits(edits: readonly FileEdit[]): void;
  read(file: string): string;
  compile(): Domain;
  /** What buf makes of all protos. */
  format(): void;
}

/** A batch of protos below `proto/`, with ego's options beside them. */
export function protoBatch(protos: Readonly<Record<string, string>>): ProtoBatch {
  const folder = temporaryFolder({
    "buf.yaml": "version: v2\nmodules:\n  - path: proto\n  - path: options\n",
    "buf.gen.yaml": "version: v2\n",
  });
  cpSync(join(root, "protoc-gen-ego/proto"), join(folder, "options"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const buf = (...args: readonly string[]) =>
    execFileSync(process.execPath, [join(root, "node_modules/@bufbuild/buf/bin/buf"), ...args], {
      cwd: folder,
      stdio: "pipe",
    });
  const write = (files: Readonly<Record<string, string>>) =>
    writeFiles(folder, Object.fromEntries(Object.entries(files).map(([file, text]) => [`proto/${file}`, text])));
  write(protos);
  return {
    root: folder,
    write,
    writeEdits: (edits) => writeFiles(folder, Object.fromEntries(edits.map(({ file, after }) => [file, after]))),
    read: (file) => readFileSync(join(folder, file), "utf8"),
    compile() {
      buf("build", "-o", "image.binpb");
      return readDomain(readFileSync(join(folder, "image.binpb")));
    },
    format: () => void buf("format", "-w", "proto"),
  };
}
