// npm run lint: the TypeScript by biome, the protos by buf. Runs all of them, even if one finds something.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const steps = [
  ["node_modules/@biomejs/biome/bin/biome", "ci", "--colors=off"],
  ["node_modules/@bufbuild/buf/bin/buf", "lint"],
  ["node_modules/@bufbuild/buf/bin/buf", "format", "--diff", "--exit-code"],
];

for (const [bin = "", ...args] of steps) {
  const { status } = spawnSync(process.execPath, [join(root, bin), ...args], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
