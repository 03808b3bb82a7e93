import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readDomain } from "@ego/protoc-gen-ego/model";
import { type Addition, nothing } from "../../cli/src/add/addition.ts";
import { protoEdits } from "../../cli/src/add/proto-edits.ts";
import { differences } from "../../cli/src/add/same-but.ts";
import { temporaryFolder } from "../../cli/src/testdata/temporary-folder.ts";
import { protoVariant } from "./proto-variants.ts";

const root = join(import.meta.dirname, "../..");
const buf = join(root, "node_modules/@bufbuild/buf/bin/buf");

function domainIn(folder: string) {
  execFileSync(process.execPath, [buf, "build", "-o", "image.binpb"], { cwd: folder, stdio: "pipe" });
  return readDomain(readFileSync(join(folder, "image.binpb")));
}

test.each(["between statements", "anywhere"] as const)("lab %s", (wildness) => {
  const N = 1000;
  const variants = fc.sample(protoVariant(wildness), { numRuns: N, seed: 7 });
  const folder = temporaryFolder({ "buf.yaml": "version: v2\nmodules:\n  - path: proto\n  - path: options\n" });
  cpSync(join(root, "protoc-gen-ego/proto"), join(folder, "options"), { recursive: true });
  mkdirSync(join(folder, "proto"));
  variants.forEach((v, i) => writeFileSync(join(folder, "proto", `v${i}.proto`), v(`v${i}`)));
  const before = domainIn(folder);
  const additionOf = (i: number): Addition => {
    const scope = `v${i}`;
    const file = `v${i}.proto`;
    const desc = (name: string) => before.files.flatMap(({ messages }) => messages).find(({ desc }) => desc.typeName === `${scope}.${name}`)!.desc;
    const str = { label: "", text: "string", full: "string" } as const;
    return {
      ...nothing,
      messages: [
        { file, package: scope, name: "NewCommand", behind: `${scope}.C`, mark: { role: "command", emits: ["A", "NewEvent"], rejects: [] }, comment: "New.", fields: [] },
        { file, package: scope, name: "NewEvent", behind: `${scope}.N.Inner`, mark: { role: "event", aliases: [] }, fields: [{ name: "id", number: 1, type: str, id: true }] },
        { file, package: scope, name: "NewLast", mark: { role: "rejection", code: "not_found" }, fields: [] },
      ],
      fields: [
        ...["S", "N", "N.Inner", "N.Other", "C", "D", "R", "None"].map((name) => ({ message: desc(name), field: { name: "added", number: 20, type: str, ...(name === "S" ? { sensitive: true as const } : {}), comment: "Of the field." } })),
        { message: desc("None"), field: { name: "at", number: 21, type: { label: "", text: "google.protobuf.Timestamp", full: "google.protobuf.Timestamp", import: "google/protobuf/timestamp.proto" } } },
      ],
      lists: [
        { command: desc("C"), list: "emits", names: ["NewEvent"] },
        { command: desc("D"), list: "rejects", names: ["R", "NewLast"] },
      ],
    };
  };
  const edits = variants.flatMap((_, i) => protoEdits({ root: folder }, before, additionOf(i), (d) => `proto/${d.proto.name}`).edits);
  for (const { file, after } of edits) writeFileSync(join(folder, file), after);
  let after = before;
  try { after = domainIn(folder); } catch (e) { console.log(String((e as any).stderr).split("\n").length, String((e as any).stderr).slice(0, 1500)); 
    const f = /proto\/v(\d+)/.exec(String((e as any).stderr))?.[1]; console.log(edits[Number(f)]!.after); throw new Error("no compile"); }
  const bad: string[] = [];
  const one = (d: typeof before, i: number) => ({ ...d, files: d.files.filter((f) => f.desc.proto.name === `v${i}.proto`) });
  let shown = 0;
  variants.forEach((_, i) => {
    const wrong = differences(one(before, i), one(after, i), additionOf(i));
    if (wrong.length) { bad.push(`${i}: ${wrong.join("\n    ")}`); if (shown++ < 3) console.log(bad.at(-1), "\n", edits[i]!.after); }
  });
  console.log(wildness, bad.length, "of", N);
}, 100000);
