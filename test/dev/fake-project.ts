import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "../../cli/src/testdata/temporary-folder.ts";

/** Stands for buf and its plugins, which take a hundred times as long: makes one module of all protos. */
const buf = `
const fs = require("node:fs");
if (fs.existsSync(".gate")) fs.readFileSync(".gate");
const files = fs.globSync("proto/**/*.proto").sort();
const text = files.map((file) => fs.readFileSync(file, "utf8")).join("").trim();
if (text.includes("broken")) {
  console.error("proto/a.proto:1:1:it is broken");
  process.exit(100);
}
fs.mkdirSync("src/gen", { recursive: true });
fs.writeFileSync("src/gen/a_pb.ts", "// @generated\\nexport const protos = " + JSON.stringify(text) + ";\\n");
`;

/** A program that says what it is made of, and stays. */
export const staying = `import { protos } from "./gen/a_pb.ts";
console.log("made of", protos, "by", process.pid);
setInterval(() => {}, 60_000);
`;

/** A project that generates at once. Its program is `staying`, unless the files say otherwise. */
export function fakeProject(files: Readonly<Record<string, string>> = {}): string {
  return temporaryFolder({
    "package.json": JSON.stringify({ type: "module", scripts: { start: "node src/main.ts" } }),
    "buf.yaml": "version: v2\nmodules:\n  - path: proto\n",
    "buf.gen.yaml": "version: v2\nplugins:\n  - local: x\n    out: src/gen\n",
    "node_modules/@bufbuild/buf/package.json": "{}",
    "node_modules/@bufbuild/buf/bin/buf": buf,
    "proto/a.proto": "one",
    "src/main.ts": staying,
    ...files,
  });
}

/** Stands for the compiler, which finds a mistake where a source has one. */
export const fakeCompiler: Readonly<Record<string, string>> = {
  "tsconfig.json": "{}",
  "node_modules/typescript/package.json": "{}",
  "node_modules/typescript/bin/tsc": `
const fs = require("node:fs");
if (fs.existsSync(".types-gate")) fs.readFileSync(".types-gate");
if (!fs.readFileSync("src/main.ts", "utf8").includes("mistake")) process.exit(0);
console.log("src/main.ts(1,2): error TS2322: It does not fit.\\n  Not at all.");
process.exit(2);
`,
};

/** Makes the generator wait at its start, each time; or the compiler, at its own gate. */
export function closeGate(folder: string, name: ".gate" | ".types-gate" = ".gate"): Gate {
  const path = join(folder, name);
  execFileSync("mkfifo", [path]);
  return {
    async reached() {
      // Opens when somebody reads.
      const handle: FileHandle = await open(path, "w");
      return { open: () => handle.close() };
    },
    remove: () => rmSync(path),
  };
}

/** What a program waits at. */
export interface Gate {
  /** Resolves when a run has come to it. */
  reached(): Promise<{ open(): Promise<void> }>;
  /** Later runs do not wait. */
  remove(): void;
}
