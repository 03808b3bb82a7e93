// npm run ego -- …: the command line from source. Paths count from where the user stands, not from the root.
import { ensureSetup, runFile } from "./setup.mjs";

const args = process.argv.slice(2);
refuseSwallowed();
await ensureSetup();
process.exitCode = await runFile("cli/bin/ego.js", args, {
  cwd: process.env.INIT_CWD ?? process.cwd(),
});

/** What does not stand behind `--`, npm takes for options of its own, and says nothing. */
function refuseSwallowed() {
  const { npm_lifecycle_event: script, npm_config_install: install, npm_config_name: name } = process.env;
  if (script !== "ego" || args[0] !== "init") return;
  const taken = [...(install === "true" ? ["--install"] : []), ...(name ? [`--name ${name}`] : [])];
  if (taken.length === 0) return;
  const line = ["npm run ego --", ...args, ...taken].join(" ");
  process.stderr.write(`npm took ${taken.join(" ")} for itself; write it behind --: ${line}\n`);
  process.exit(1);
}
