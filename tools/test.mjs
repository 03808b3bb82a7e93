// npm test: all tests, from source. Further arguments go to vitest: `npm test -- cli`.
import { ensureSetup, root, runFile } from "./setup.mjs";

await ensureSetup();
process.exitCode = await runFile("node_modules/vitest/vitest.mjs", ["run", ...process.argv.slice(2)], { cwd: root });
