#!/usr/bin/env node
// Says which Node it needs before it loads anything that would fail in a less readable way.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `ego needs Node >= 22.18, this is ${process.versions.node}. A project made by ego brings its own: run \`npm run generate\` there, or \`npm run ego -- …\` for the rest. Elsewhere, update Node.\n`,
  );
  process.exit(2);
}
const { main } = await import("@ego/cli/main");
const exitCode = await main(process.argv.slice(2)).catch((bug) => {
  process.stderr.write(`${bug instanceof Error ? bug.stack : bug}\n`);
  return 2;
});
// What a project's own code left open, as a pool of connections, does not keep this process; what was printed is let out.
process.stdout.write("", () => process.stderr.write("", () => process.exit(exitCode)));
