// npm run ego -- …: the command line from source. Paths count from where the user stands, not from the root.
import { ensureSetup, runFile } from "./setup.mjs";

await ensureSetup();
process.exitCode = await runFile("cli/bin/ego.js", process.argv.slice(2), {
  cwd: process.env.INIT_CWD ?? process.cwd(),
});
