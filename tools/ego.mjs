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
  if (process.env.npm_lifecycle_event !== "ego" || args[0] !== "init") return;
  const taken = [
    ...["install", "empty", "example", "vendor", "yes"]
      .filter((flag) => swallowed(flag) === "true")
      .map((flag) => `--${flag}`),
    ...["name", "store", "manager"].filter(swallowed).map((option) => `--${option} ${swallowed(option)}`),
  ];
  if (taken.length === 0) return;
  const line = ["npm run ego --", ...args, ...taken].join(" ");
  process.stderr.write(`npm took ${taken.join(" ")} for itself; write it behind --: ${line}\n`);
  process.exit(1);
}

function swallowed(option) {
  return process.env[`npm_config_${option}`];
}
