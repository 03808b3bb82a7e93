import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { writeFiles } from "../../cli/src/testdata/temporary-folder.ts";
import { closeGate, fakeCompiler, fakeProject, staying } from "./fake-project.ts";
import { dev, type Session } from "./session.ts";

/** Starts `ego dev` without sync, and waits until the program is there. */
async function begun(folder: string, ...args: string[]): Promise<Session> {
  const session = dev(folder, "--json", "--no-sync", ...args);
  expect(await session.next()).toMatchObject({ event: "start", failure: null, program: { state: "started" } });
  return session;
}

const files = ({ changes }: { changes: readonly { file: string; what: string }[] }) =>
  changes.map(({ file, what }) => (what === "changed" ? file : `${what} ${file}`));

test("a proto: code is generated, and the program starts with it; a source: the program starts, and no more", async () => {
  const folder = fakeProject();
  const session = await begun(folder);
  await session.line("made of one");
  writeFiles(folder, { "proto/a.proto": "two" });
  const first = await session.next();
  expect(first).toMatchObject({ event: "change", generated: ["src/gen/a_pb.ts"], program: { state: "restarted" } });
  expect(files(first)).toEqual(["proto/a.proto"]);
  await session.line(`made of two by ${first.program.pid}`);
  writeFiles(folder, { "src/main.ts": staying.replace("made", "newly made") });
  // The files that were generated made no turn of their own in between.
  const second = await session.next();
  expect(files(second)).toEqual(["src/main.ts"]);
  expect(second).toMatchObject({ generated: null, program: { state: "restarted", killed: false } });
  await session.line(`newly made of two by ${second.program.pid}`);
  expect(session.waiting).toEqual([]);
});

test("what changes while a run is going on makes one more run", async () => {
  const folder = fakeProject();
  const session = await begun(folder);
  const gate = closeGate(folder);
  writeFiles(folder, { "proto/a.proto": "two" });
  const here = await gate.reached();
  gate.remove();
  for (let count = 0; count < 20; count++) writeFiles(folder, { "src/b.ts": `export const b = ${count};` });
  writeFiles(folder, { "proto/b.proto": "three" });
  await here.open();
  expect(files(await session.next())).toEqual(["proto/a.proto"]);
  expect(files(await session.next())).toEqual(["new proto/b.proto", "new src/b.ts"]);
  await session.line("made of twothree");
  writeFiles(folder, { "src/b.ts": "" });
  expect(files(await session.next())).toEqual(["src/b.ts"]);
  expect(session.waiting).toEqual([]);
});

test("fifty writes are two runs at most, and the last of them counts", async () => {
  const folder = fakeProject();
  const session = await begun(folder);
  for (let count = 1; count <= 50; count++)
    writeFiles(folder, { "src/version.ts": `export const version = ${count};` });
  writeFiles(folder, { "src/main.ts": 'import { version } from "./version.ts";\nconsole.log("version", version);' });
  const first = await session.next();
  const more = files(first).includes("src/main.ts") ? [] : [await session.next()];
  expect([first, ...more].flatMap(files)).toContain("src/main.ts");
  await session.line("version 50");
  expect(await session.next()).toMatchObject({ event: "ended", exitCode: 0, signal: null });
  writeFiles(folder, { "src/version.ts": "export const version = 51;" });
  expect(files(await session.next())).toEqual(["src/version.ts"]);
  await session.line("version 51");
});

test("protos that do not compile leave the program as it is, until they are mended", async () => {
  const folder = fakeProject();
  const session = await begun(folder);
  await session.line("made of one");
  writeFiles(folder, { "proto/a.proto": "broken", "src/more.ts": "" });
  expect(await session.next()).toMatchObject({
    generated: null,
    failure: "proto/a.proto:1:1: it is broken",
    program: { state: "kept" },
  });
  // The source that changed with it makes the program start although nothing is generated.
  writeFiles(folder, { "proto/a.proto": "one" });
  const mended = await session.next();
  expect(mended).toMatchObject({ generated: [], failure: null, program: { state: "restarted" } });
  await session.line(`made of one by ${mended.program.pid}`);
  writeFiles(folder, { "proto/a.proto": "one\n" });
  expect(await session.next()).toMatchObject({ generated: [], program: { state: "kept" } });
});

test("files that are renamed over, folders that are new, gone and there again are seen", async () => {
  const folder = fakeProject({ "proto/deep/er/b.proto": "b" });
  const session = await begun(folder);
  writeFileSync(join(folder, "src/main.ts~"), staying.replace("made", "renamed, made"));
  renameSync(join(folder, "src/main.ts~"), join(folder, "src/main.ts"));
  expect(files(await session.next())).toEqual(["src/main.ts"]);
  await session.line("renamed, made of oneb");
  writeFiles(folder, { "proto/new/folder/c.proto": "c" });
  expect(files(await session.next())).toEqual(["new proto/new/folder/c.proto"]);
  await session.line("made of onebc");
  rmSync(join(folder, "proto/deep"), { recursive: true });
  expect(files(await session.next())).toEqual(["removed proto/deep/er/b.proto"]);
  await session.line("made of onec");
  mkdirSync(join(folder, "proto/deep/er"), { recursive: true });
  writeFiles(folder, { "proto/deep/er/b.proto": "d" });
  expect(files(await session.next())).toEqual(["new proto/deep/er/b.proto"]);
  await session.line("made of onedc");
  writeFiles(folder, { "proto/deep/er/b.proto": "e" });
  expect(files(await session.next())).toEqual(["proto/deep/er/b.proto"]);
});

test("what is no part of the program does not start it again", async () => {
  const folder = fakeProject();
  const session = await begun(folder);
  writeFiles(folder, {
    "notes.md": "x",
    "data.json": "{}",
    "node_modules/x/index.js": "x",
    ".cache/x.ts": "x",
    "dist/main.js": "x",
    "src/.#main.ts": "x",
    "src/main.ts": staying,
    "elsewhere/x.proto": "x",
    "test/a.test.ts": "x",
  });
  const event = await session.next();
  expect(files(event)).toEqual(["new test/a.test.ts"]);
  expect(event).toMatchObject({ generated: null, program: { state: "kept" } });
});

test("a block does not wait for a slow type check, which is told of when it is done", async () => {
  const folder = fakeProject({ ...fakeCompiler, "src/main.ts": `// mistake\n${staying}` });
  const gate = closeGate(folder, ".types-gate");
  const session = dev(folder, "--no-sync");
  const first = await gate.reached();
  expect(await session.line("types")).toBe("          types      are being checked");
  expect(await session.line("program")).toMatch(/^ {10}program {4}started after \d+ ms$/);
  await first.open();
  expect(await session.line("types")).toMatch(
    /^\d\d:\d\d:\d\d {2}types {6}src\/main\.ts:1:2: error TS2322: It does not fit\.$/,
  );
  expect(await session.line("Not at all")).toBe("                       Not at all.");
  // One that the next change breaks off says nothing of its own.
  writeFiles(folder, { "src/main.ts": staying });
  await session.line("src/main.ts");
  expect(await session.line("types")).toBe("          types      are being checked");
  writeFiles(folder, { "src/main.ts": `${staying}// again\n` });
  expect(await session.linesUntil("src/main.ts")).not.toContainEqual(expect.stringContaining("not checked"));
  const last = await gate.reached();
  expect(await session.line("types")).toBe("          types      are being checked");
  gate.remove();
  await last.open();
  expect(await session.line("types")).toMatch(/^\d\d:\d\d:\d\d {2}types {6}fine$/);
});

test("the program keeps what Node compiled of it", async () => {
  vi.stubEnv("NODE_COMPILE_CACHE", undefined);
  vi.stubEnv("CI", undefined);
  const folder = fakeProject({ "src/main.ts": "console.log('kept in', process.env.NODE_COMPILE_CACHE);" });
  const session = dev(folder, "--no-sync");
  vi.unstubAllEnvs();
  expect(await session.line("kept in")).toBe(`kept in ${join(folder, "node_modules/.cache/ego")}`);
});
