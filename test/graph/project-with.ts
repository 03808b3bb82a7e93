import { cpSync, existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Graph } from "../../cli/src/graph/graph.ts";
import { graphOf } from "../../cli/src/graph/graph-of.ts";
import { main } from "../../cli/src/main.ts";
import { loadDomain } from "../../cli/src/project/domain.ts";
import { fakeHost } from "../../cli/src/testdata/fake-host.ts";
import { temporaryFolder } from "../../cli/src/testdata/temporary-folder.ts";

/** The root of this repository. */
export const root: string = join(import.meta.dirname, "../..");

/** A project with this folder of the repository in it, at the same place, and with this repository's packages. */
export function projectWith(protos: string): string {
  const folder = temporaryFolder({
    "buf.yaml": `version: v2\nmodules:\n  - path: ${protos}\n  - path: options\n`,
    "buf.gen.yaml": "version: v2\n",
  });
  if (existsSync(join(root, protos))) cpSync(join(root, protos), join(folder, protos), { recursive: true });
  cpSync(join(root, "protoc-gen-ego/proto"), join(folder, "options"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** Runs `ego graph` in a folder. */
export async function egoGraph(cwd: string, ...argv: string[]): Promise<{ exitCode: number; printed: string }> {
  const host = fakeHost(cwd);
  const exitCode = await main(["graph", ...argv], host);
  return { exitCode, printed: host.printed.filter((line) => line !== "Reading the protos …").join("\n") };
}

/** The graph of a project. */
export async function graphIn(folder: string): Promise<Graph> {
  return graphOf(await loadDomain(fakeHost(folder), { root: folder }), (at) => at);
}

let golden: Promise<Graph> | undefined;

/** The graph of the protos that have one of everything. Read once. */
export function goldenGraph(): Promise<Graph> {
  golden ??= graphIn(projectWith("test/golden/proto"));
  return golden;
}
