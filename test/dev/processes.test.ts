import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { main } from "../../cli/src/main.ts";
import { fakeHost } from "../../cli/src/testdata/fake-host.ts";
import { temporaryFolder, writeFiles } from "../../cli/src/testdata/temporary-folder.ts";
import { closeGate, fakeProject } from "./fake-project.ts";
import { dev } from "./session.ts";

/** A program that starts another one, says "up", and stays. As long as one of the two is there, `alive` does not end. */
const parent = ({ atFirst = "", inTheEnd = "" }) => `import { spawn } from "node:child_process";
import { openSync } from "node:fs";
${atFirst};
spawn("sleep", ["600"], { stdio: ["ignore", openSync("alive", "w"), "ignore"] }).once("spawn", () => {
  console.log("up");
  ${inTheEnd};
});
setInterval(() => {}, 60_000);
`;

/** A project with that program, and what ends with the two processes. */
function parentProject(program: string): { folder: string; gone: Promise<unknown> } {
  const folder = fakeProject({ "src/main.ts": program });
  execFileSync("mkfifo", [join(folder, "alive")]);
  return { folder, gone: goneFrom(folder) };
}

/** Resolves when processes that have `alive` open have come and gone. */
function goneFrom(folder: string): Promise<unknown> {
  return readFile(join(folder, "alive"));
}

const stubborn = (word: string) => parent({ atFirst: `process.on("SIGTERM", () => console.log("${word}"))` });

test("^C ends the program and what it started, with exit code 0", async () => {
  const { folder, gone } = parentProject(parent({}));
  const session = dev(folder, "--no-sync");
  await session.line("up");
  expect(await session.stop()).toBe(0);
  await gone;
});

test("a program that does not end at SIGTERM is killed, for a restart as for ^C", async () => {
  const { folder, gone } = parentProject(stubborn("no"));
  const session = dev(folder, "--no-sync", "--json", "--grace", "100");
  await session.line("up");
  await session.next();
  writeFiles(folder, { "src/main.ts": stubborn("never") });
  await gone;
  const newOneGone = goneFrom(folder);
  expect(await session.next()).toMatchObject({ program: { state: "restarted", killed: true } });
  await session.line("up");
  expect(await session.stop()).toBe(0);
  await session.line("never");
  await newOneGone;
});

test("a second ^C does not wait for the program", async () => {
  const { folder, gone } = parentProject(stubborn("wait"));
  const session = dev(folder, "--no-sync", "--grace", "600000");
  await session.line("up");
  session.process.kill("SIGINT");
  await session.line("wait");
  expect(await session.stop()).toBe(0);
  await gone;
});

test("^C during a run ends the program at once, and ego dev when the generator is done", async () => {
  const { folder, gone } = parentProject(parent({}));
  const session = dev(folder, "--no-sync", "--json");
  await session.line("up");
  await session.next();
  const gate = closeGate(folder);
  writeFiles(folder, { "proto/a.proto": "two" });
  const here = await gate.reached();
  const stopped = session.stop();
  await gone;
  await here.open();
  expect(await stopped).toBe(0);
  expect(session.waiting).toEqual([]);
  expect(readFileSync(join(folder, "src/gen/a_pb.ts"), "utf8")).toContain("two");
});

test("it stops when nobody reads what it prints any more", async () => {
  const { folder, gone } = parentProject(parent({}));
  const session = dev(folder, "--no-sync");
  await session.line("up");
  session.process.stdout?.destroy();
  const exited = once(session.process, "exit");
  writeFiles(folder, { "test/a.test.ts": "" });
  expect(await exited).toEqual([0, null]);
  await gone;
});

test("a killed ego dev leaves no program behind, even one that is busy", async () => {
  const { folder, gone } = parentProject(parent({ atFirst: 'process.on("SIGTERM", () => {})', inTheEnd: "for (;;);" }));
  const session = dev(folder, "--no-sync");
  await session.line("up");
  session.process.kill("SIGKILL");
  await gone;
});

test("the next process can listen where the one before did, however long that took to end", async () => {
  const finder = createServer().listen(0, "127.0.0.1");
  await once(finder, "listening");
  const { port } = finder.address() as { port: number };
  await new Promise((done) => finder.close(done));
  const server = `import { createServer } from "node:net";
const server = createServer().listen(${port}, "127.0.0.1", () => console.log("listening"));
process.on("SIGTERM", () => setTimeout(() => server.close(), 100));
`;
  const folder = fakeProject({ "src/main.ts": server });
  const session = dev(folder, "--no-sync", "--json");
  await session.line("listening");
  await session.next();
  writeFiles(folder, { "src/main.ts": `${server}\n` });
  await session.line("listening");
  expect(await session.next()).toMatchObject({ program: { state: "restarted", killed: false } });
  expect(session.waiting).toEqual([]);
});

test("what went wrong in the program is shown with its stack, and cannot speak to the terminal", async () => {
  const folder = fakeProject({
    "src/main.ts": 'throw new Error("\\u001b[2J\\u001b[31mred\\u001b[0m \\u202ereversed");',
  });
  const session = dev(folder, "--no-sync");
  expect(await session.line("Error: ")).toBe("Error: \\x1b[2J\u001b[31mred\u001b[0m \\u{202e}reversed");
  expect(await session.line("    at ")).toContain("src/main.ts:1:7");
  expect(await session.line("ended")).toMatch(/^\d\d:\d\d:\d\d {2}ended with 1, waiting for a change$/);
  writeFiles(folder, { "src/\u001b[2J\u202e.ts": "", "src/main.ts": "" });
  expect(await session.line("src/main.ts")).toMatch(
    /^\d\d:\d\d:\d\d {2}src\/\\x1b\[2J\\u\{202e\}\.ts \(new\), src\/main\.ts$/,
  );
  expect(await session.line("types")).toBe("          types      not checked: there is no tsconfig.json");
  expect(await session.line("program")).toMatch(/^ {10}program {4}restarted after \d+ ms$/);
  expect(await session.line("ended")).toMatch(/ended with 0, waiting for a change$/);
});

test("the program gets its arguments, and those that the script start gives to Node", async () => {
  const script = { scripts: { start: "node --stack-trace-limit=7 src/main.ts from package" }, type: "module" };
  const folder = fakeProject({
    "package.json": JSON.stringify(script),
    "src/main.ts": "console.log('args', process.argv.slice(2), Error.stackTraceLimit, process.env.EGO_DEV);",
  });
  await Promise.all([
    dev(folder, "--no-sync").line("args [ 'from', 'package' ] 7 1"),
    dev(folder, "--no-sync", "--", "--port", "1").line("args [ '--port', '1' ] 7 1"),
    dev(folder, "--no-sync", "src/main.ts", "--", "x").line("args [ 'x' ] 10 1"),
  ]);
});

async function refused(folder: string, ...args: string[]): Promise<{ exitCode: number; printed: string }> {
  const host = fakeHost(folder);
  const exitCode = await main(["dev", ...args], host);
  return { exitCode, printed: host.printed.join("\n") };
}

test("without a program, it says what it looked for", async () => {
  const named = "\nName the program: `ego dev src/server.ts`.";
  const bare = { "package.json": "{}", "src/main.ts": "", "src/server.ts": "" };
  const folder = fakeProject(bare);
  const script = (start: string) => writeFiles(folder, { "package.json": JSON.stringify({ scripts: { start } }) });
  script("tsx watch src/main.ts");
  expect(await refused(folder)).toEqual({
    exitCode: 1,
    printed: `What is to be run? The script \`start\` of package.json is \`tsx watch src/main.ts\`, which is not \`node FILE\`.${named}`,
  });
  script("node src/gone.ts");
  expect((await refused(folder)).printed).toContain("runs src/gone.ts, which is not there.");
  writeFiles(folder, { "package.json": "{" });
  expect((await refused(folder)).printed).toMatch(/^package\.json is no JSON: /);
  script("node --enable-source-maps dist/main.js");
  writeFiles(folder, { "dist/main.js": "" });
  expect((await refused(folder)).printed).toContain("runs dist/main.js, which no change of a source changes.");
  expect((await refused(folder, "src")).printed).toContain("There is no file src.");
  expect((await refused(folder, "--port", "80")).printed).toBe(
    "error: unknown option '--port'\nOptions of the program stand behind `--`: `ego dev -- --port`.",
  );
  expect((await refused(folder, "prod")).printed).toContain("There is no file prod.\nThe program comes first");
  expect((await refused(folder, "../x.ts")).printed).toContain("../x.ts is outside of the project");
  expect((await refused(folder, "--grace", "5s")).printed).toContain("`--grace 5s` is no number of milliseconds");
  const empty = temporaryFolder({ "buf.yaml": "version: v2\n", "buf.gen.yaml": "version: v2\n" });
  expect((await refused(empty)).printed).toBe(
    `What is to be run? Package.json has no script \`start\`, and there is no src/main.ts.${named}`,
  );
});

test("in a project that is not installed, npm install is what is missing", async () => {
  const folder = temporaryFolder({
    "buf.yaml": "version: v2\nmodules:\n  - path: proto\n",
    "buf.gen.yaml": "version: v2\n",
    "proto/a.proto": "",
    "src/main.ts": "",
  });
  expect(await refused(folder)).toEqual({
    exitCode: 2,
    printed: `buf is not installed in ${folder}. Run \`npm install\` there.`,
  });
});
