// npm run bench:startup [-- --rounds 30]: how long `ego --help` takes, as it is published, beside a Node that does nothing.
// Writes bench/results/startup.json, and the table in docs/benchmarks.md.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { median, rounded, run, tableOf, writeResults } from "./results.ts";

const root = join(import.meta.dirname, "..");
const { values } = parseArgs({ options: { rounds: { type: "string", default: "30" } } });
const rounds = Number(values.rounds);

const folder = mkdtempSync(join(tmpdir(), "ego-startup-"));
try {
  execFileSync(process.execPath, [join(root, "tools/build.ts"), "--into", folder, "cli"], { stdio: "ignore" });
  // As npm installs it: the bin finds its own package by name.
  const installed = join(folder, "node_modules/@ego/cli");
  mkdirSync(join(folder, "node_modules/@ego"), { recursive: true });
  cpSync(join(folder, "cli"), installed, { recursive: true });
  const [node, help, version] = interleaved([
    ["-e", "0"],
    [join(installed, "bin/ego.js"), "--help"],
    [join(installed, "bin/ego.js"), "--version"],
  ]);
  const milliseconds = { node: inMs(node), help: inMs(help), version: inMs(version) };
  writeResults(
    "startup",
    { ...run(), rounds, milliseconds },
    tableOf(
      ["started", "ms", "more than Node alone"],
      [
        ["`node -e 0`", milliseconds.node, ""],
        ["`ego --help`", milliseconds.help, rounded(milliseconds.help - milliseconds.node, 1)],
        ["`ego --version`", milliseconds.version, rounded(milliseconds.version - milliseconds.node, 1)],
      ].map((row) => row.map(String)),
    ),
    `; medians of ${rounds} interleaved runs`,
  );
} finally {
  rmSync(folder, { recursive: true });
}

/** The seconds of each program's median run. */
function interleaved(programs: readonly (readonly string[])[]): readonly number[] {
  const seconds = programs.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, args] of programs.entries()) {
      const start = performance.now();
      execFileSync(process.execPath, args, { stdio: "ignore", env: { ...process.env, NODE_OPTIONS: "" } });
      seconds[index]?.push((performance.now() - start) / 1000);
    }
  }
  return seconds.map((of) => median(of));
}

function inMs(seconds: number | undefined): number {
  return rounded((seconds ?? Number.NaN) * 1000, 1);
}
