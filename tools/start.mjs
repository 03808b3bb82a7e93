// npm start: generates the bank example from its proto and tells its story.
import { ensureSetup, root, runFile } from "./setup.mjs";

await ensureSetup();
process.exitCode = await start();

async function start() {
  process.stdout.write("Generating examples/bank from its proto …\n");
  const buf = ["generate", "--template", "examples/bank/buf.gen.yaml"];
  const generated = await runFile("node_modules/@bufbuild/buf/bin/buf", buf, { cwd: root });
  if (generated !== 0) return generated;
  process.stdout.write("Running examples/bank/src/story.ts …\n\n");
  return runFile("examples/bank/src/story.ts", process.argv.slice(2), { cwd: root });
}
