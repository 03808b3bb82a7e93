// node tools/run.mjs FILE ARGS…
// Runs FILE (relative to the root of the repository) under the project's Node, from source, in the current directory.
import { ensureSetup, fail, runFile } from "./setup.mjs";

const [file, ...args] = process.argv.slice(2);
if (file === undefined) fail("usage: node tools/run.mjs FILE ARGS…");
await ensureSetup();
process.exitCode = await runFile(file, args);
