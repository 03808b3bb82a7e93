import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { main } from "../main.ts";
import { fakeHost } from "../testdata/fake-host.ts";
import { temporaryFolder } from "../testdata/temporary-folder.ts";

const project = {
  "package.json": "{}",
  "buf.yaml": "version: v2\nmodules:\n  - path: proto\n",
  "buf.gen.yaml": "version: v2\nplugins:\n  - local: x\n    out: gen\n",
  "proto/a/v1/a.proto": "",
};

/** A project whose buf does what the lines of JavaScript say. */
const withBuf = (buf: string, files: Record<string, string> = {}) =>
  temporaryFolder({
    ...project,
    "node_modules/@bufbuild/buf/package.json": "{}",
    "node_modules/@bufbuild/buf/bin/buf": `const fs = require("node:fs");\n${buf}`,
    ...files,
  });

async function generate(cwd: string, ...args: string[]): Promise<{ exitCode: number; printed: string }> {
  const host = fakeHost(cwd);
  const exitCode = await main(["generate", ...args], host);
  return { exitCode, printed: host.printed.join("\n") };
}

test("buf runs at the root, wherever the user stands, and the changed files are listed", async () => {
  const root = withBuf('fs.mkdirSync("gen"); fs.writeFileSync("gen/a.ts", process.argv.slice(2).join());', {
    "src/x.ts": "",
  });
  expect(await generate(join(root, "src"))).toEqual({ exitCode: 0, printed: "  new      gen/a.ts\n1 file changed." });
});

test.each([
  [{}, "off 1GiB"],
  [{ GOGC: "50" }, "50 undefined"],
  [{ GOMEMLIMIT: "2GiB" }, "undefined 2GiB"],
])("buf collects no garbage before there is much of it, unless the user says otherwise: %j", async (said, expected) => {
  const { GOGC, GOMEMLIMIT, ...env } = process.env;
  const root = withBuf("console.error('a/v1/a.proto:1:1: warning', process.env.GOGC, process.env.GOMEMLIMIT);");
  const host = { ...fakeHost(root), env: { ...env, ...said } };
  expect(await main(["generate"], host)).toBe(0);
  expect(host.printed[0]).toBe(`proto/a/v1/a.proto:1:1: warning ${expected}`);
});

test("the generators keep what Node compiled of them", async () => {
  const { NODE_COMPILE_CACHE, CI, ...env } = process.env;
  const root = withBuf("console.error('a/v1/a.proto:1:1:', process.env.NODE_COMPILE_CACHE);");
  const host = { ...fakeHost(root), env };
  expect(await main(["generate"], host)).toBe(0);
  expect(host.printed[0]).toContain(join(root, "node_modules/.cache/ego"));
});

test("--quiet says nothing where nothing changed, and what changed otherwise", async () => {
  const root = withBuf('fs.mkdirSync("gen", { recursive: true }); fs.writeFileSync("gen/a.ts", "");');
  expect(await generate(root, "--quiet")).toEqual({ exitCode: 0, printed: "  new      gen/a.ts\n1 file changed." });
  expect(await generate(root, "--quiet")).toEqual({ exitCode: 0, printed: "" });
});

test("--quiet hides no warning and no mistake", async () => {
  const warned = withBuf('console.error("a/v1/a.proto:3:1: warning EGO020: No command emits it.");');
  expect(await generate(warned, "--quiet")).toEqual({
    exitCode: 0,
    printed: "proto/a/v1/a.proto:3:1: warning EGO020: No command emits it.",
  });
  const failed = withBuf('console.error("proto/a/v1/a.proto:3:1:text"); process.exit(100);');
  expect(await generate(failed, "--quiet")).toEqual({ exitCode: 1, printed: "proto/a/v1/a.proto:3:1: text" });
});

test("warnings are shown although all went well", async () => {
  const root = withBuf('console.error("a/v1/a.proto:3:1: warning EGO020: No command emits it.");', { "gen/a.ts": "" });
  expect(await generate(root)).toEqual({
    exitCode: 0,
    printed: "proto/a/v1/a.proto:3:1: warning EGO020: No command emits it.\n1 file up to date.",
  });
});

test("a proto that does not compile is the user's to mend, by file, line and column", async () => {
  const root = withBuf(
    'console.error("proto/a/v1/a.proto:3:13:cannot find `strin` in this scope"); process.exit(100);',
  );
  expect(await generate(root)).toEqual({
    exitCode: 1,
    printed: "proto/a/v1/a.proto:3:13: cannot find `strin` in this scope",
  });
});

test("buf's output cannot speak to the terminal", async () => {
  const root = withBuf('console.error("\\u001b[2Jgone"); process.exit(1);');
  expect(await generate(root)).toEqual({ exitCode: 1, printed: "\\x1b[2Jgone" });
});

test("without buf, npm install is what is missing", async () => {
  const root = temporaryFolder(project);
  expect(await generate(root)).toEqual({
    exitCode: 2,
    printed: `buf is not installed in ${root}. Run \`npm install\` there.`,
  });
});

test("buf without its program was installed without optional packages", async () => {
  const root = withBuf('throw require("node:child_process").spawnSync("/nowhere/buf").error;');
  expect(await generate(root)).toEqual({
    exitCode: 2,
    printed:
      "buf's program for this platform is missing: npm ran without optional packages.\nRun `npm install --include=optional`.",
  });
});

test("a plugin that is not there is the installation's fault", async () => {
  const text = 'Failure: plugin x: exec: "x": executable file not found in $PATH';
  const root = withBuf(`console.error(${JSON.stringify(text)}); process.exit(1);`);
  expect(await generate(root)).toEqual({
    exitCode: 2,
    printed:
      'plugin x: exec: "x": executable file not found in $PATH\nIs the plugin in package.json? Then run `npm install`.',
  });
});

test("a folder that cannot be written is the machine's fault", async () => {
  const root = withBuf('console.error("Failure: open gen/a.ts: permission denied"); process.exit(1);');
  expect(await generate(root)).toEqual({ exitCode: 2, printed: "open gen/a.ts: permission denied" });
});

test("buf that fails without a word is not taken for success", async () => {
  expect(await generate(withBuf("process.exit(1);"))).toEqual({
    exitCode: 2,
    printed: "buf failed and said nothing. Run `npm install` again.",
  });
});

test("a plugin that buf would run for each folder is refused before anything runs", async () => {
  const template = "plugins:\n  - local: protoc-gen-ego\n    out: gen\n";
  const root = withBuf('fs.writeFileSync("ran", "");', { "buf.gen.yaml": template });
  expect(await generate(root)).toEqual({
    exitCode: 1,
    printed: `buf.gen.yaml:2: protoc-gen-ego needs \`strategy: all\`, since its ego.schema.json describes all protos together.
Add the line \`strategy: all\` under its \`out\`.`,
  });
  expect(existsSync(join(root, "ran"))).toBe(false);
});

test("an out that leads outside the project is refused before anything runs", async () => {
  const root = withBuf('fs.writeFileSync("ran", "");', { "buf.gen.yaml": "plugins:\n  - local: x\n    out: ../gen\n" });
  expect(await generate(root)).toEqual({
    exitCode: 1,
    printed: `buf.gen.yaml:3: \`out: ../gen\` is outside the project. ego writes only below ${root}.`,
  });
});

test("plugins run under this Node", async () => {
  const root = withBuf(
    'const found = require("node:child_process").execFileSync("node", ["-p", "process.version"], { encoding: "utf8" }); if (found.trim() !== process.version) process.exit(1);',
    { "gen/a.ts": "" },
  );
  expect(await generate(root)).toEqual({ exitCode: 0, printed: "1 file up to date." });
});
