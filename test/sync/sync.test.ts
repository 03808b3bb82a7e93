import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, globSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { main } from "../../cli/src/main.ts";
import { fakeHost } from "../../cli/src/testdata/fake-host.ts";
import { temporaryFolder, writeFiles } from "../../cli/src/testdata/temporary-folder.ts";
import { compile } from "../types/diagnostics.ts";
import { withoutRuntime, writeConfig } from "./domain.ts";

const root = join(import.meta.dirname, "../..");

/** A project of one of this repository's folders: its protos, its generated code, and no source of its own. */
function projectOf(protos: string, generated: string, folder = temporaryFolder()): string {
  writeFiles(folder, {
    "buf.yaml": "version: v2\nmodules:\n  - path: proto\n  - path: options\n",
    "buf.gen.yaml": "version: v2\nplugins:\n  - local: x\n    out: src/gen\n    strategy: all\n",
    "package.json": '{ "type": "module" }',
  });
  cpSync(join(root, protos), join(folder, "proto"), { recursive: true });
  cpSync(join(root, generated), join(folder, "src/gen"), { recursive: true });
  cpSync(join(root, "protoc-gen-ego/proto"), join(folder, "options"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeConfig(folder, withoutRuntime(folder));
  return folder;
}

/** The bank, with the projection of its read model. */
function bank(given?: string): string {
  const folder = projectOf("examples/bank/proto", "examples/bank/src/gen", given);
  cpSync(join(root, "examples/bank/src/balances.ts"), join(folder, "src/balances.ts"));
  return folder;
}
const behavior = readFileSync(join(root, "examples/bank/src/account.ts"), "utf8");
/** The bank's behavior without two of its methods. */
const incomplete = behavior
  .replace(/ {4}closeAccount\(.*?\n {4}\},\n/s, "")
  .replace(/ {4}accountDebited\(.*?\n {4}\},\n/s, "");

async function ego(cwd: string, ...argv: string[]): Promise<{ exitCode: number; printed: string }> {
  const host = fakeHost(cwd);
  const exitCode = await main(["sync", ...argv], host);
  return { exitCode, printed: host.printed.filter((line) => line !== "Reading the protos …").join("\n") };
}

/** All files below a folder but the generated ones, with their content. */
function filesIn(folder: string): Record<string, string> {
  const files = globSync(["src/*.ts", "src/*/*.ts", "*", "packages/**/*.ts"], {
    cwd: folder,
    exclude: ["node_modules"],
  });
  const own = files.filter((file) => !file.startsWith("src/gen") && statSync(join(folder, file)).isFile());
  return Object.fromEntries(own.map((file) => [file, readFileSync(join(folder, file), "utf8")]));
}

describe("what is inserted on the protos of this repository is what the compiler asks for, under all flags:", () => {
  test.each([
    ["examples/bank/proto", "examples/bank/src/gen", 2],
    ["test/domain/proto", "test/domain/gen", 2],
    ["test/golden/proto", "test/golden/gen", 21],
  ])("%s", async (protos, generated, files) => {
    const folder = projectOf(protos, generated);
    const { exitCode, printed } = await ego(folder);
    expect(printed.split("\n")).toHaveLength(files);
    expect(exitCode).toBe(0);
    expect(Object.fromEntries(compile(folder))).toEqual({});
    expect(await ego(folder)).toEqual({ exitCode: 0, printed: "In sync." });
  });
});

describe("--check", () => {
  test("writes nothing, says what is missing where, and its exit code is 1", async () => {
    const folder = bank();
    writeFiles(folder, { "src/account.ts": incomplete });
    const before = filesIn(folder);
    expect(await ego(folder, "--check")).toEqual({
      exitCode: 1,
      printed: `src/account.ts:4:13: error EGO102: AccountBehavior lacks closeAccount
  Run \`ego sync\`.
src/account.ts:20:11: error EGO102: AccountBehavior lacks accountDebited
  Run \`ego sync\`.
src/account.ts  +2: closeAccount, accountDebited
Nothing was written.`,
    });
    expect(filesIn(folder)).toEqual(before);
  });

  test("of a project without a behavior says which file there would be", async () => {
    const { exitCode, printed } = await ego(bank(), "--check");
    expect(exitCode).toBe(1);
    expect(printed).toContain("error EGO103: AccountBehavior is not written yet: src/account.ts would be made\n");
  });

  test("of what is in sync is 0", async () => {
    const folder = bank();
    writeFiles(folder, { "src/account.ts": behavior });
    expect(await ego(folder, "--check")).toEqual({ exitCode: 0, printed: "In sync." });
  });
});

test("--dry-run prints a diff that git applies, and it makes what sync makes", async () => {
  const folder = bank();
  writeFiles(folder, { "src/account.ts": incomplete });
  const { exitCode, printed } = await ego(folder, "--dry-run");
  expect(exitCode).toBe(1);
  const [diff = "", summary = ""] = printed.split(/\n(?=src\/account\.ts {2}\+2)/);
  expect(summary).toBe("src/account.ts  +2: closeAccount, accountDebited\nNothing was written.");
  expect(filesIn(folder)["src/account.ts"]).toBe(incomplete);
  execFileSync("git", ["apply", "-"], {
    cwd: folder,
    input: `${diff}\n`,
    env: { ...process.env, GIT_CEILING_DIRECTORIES: folder },
  });
  const applied = filesIn(folder)["src/account.ts"];
  writeFiles(folder, { "src/account.ts": incomplete });
  expect((await ego(folder)).exitCode).toBe(0);
  expect(filesIn(folder)["src/account.ts"]).toBe(applied);
});

test("--json is one document, for those who look and for those who write", async () => {
  const folder = bank();
  writeFiles(folder, { "src/account.ts": incomplete });
  const inserted = [
    {
      file: "src/account.ts",
      line: 21,
      contract: "AccountBehavior",
      member: "closeAccount",
      at: { file: "src/account.ts", line: 4, column: 13 },
    },
    {
      file: "src/account.ts",
      line: 33,
      contract: "AccountBehavior",
      member: "accountDebited",
      at: { file: "src/account.ts", line: 20, column: 11 },
    },
  ];
  const looked = JSON.parse((await ego(folder, "--check", "--json")).printed);
  expect(looked).toMatchObject({
    format: 1,
    inSync: false,
    written: false,
    files: ["src/account.ts"],
    inserted,
    renamed: [],
  });
  expect(looked.findings).toMatchObject([{ code: "EGO102" }, { code: "EGO102" }]);
  const wrote = JSON.parse((await ego(folder, "--json")).printed);
  expect(wrote).toEqual({
    format: 1,
    inSync: true,
    written: true,
    files: ["src/account.ts"],
    inserted,
    renamed: [],
    findings: [],
  });
  const lines = readFileSync(join(folder, "src/account.ts"), "utf8").split("\n");
  for (const { line, member } of inserted) expect(lines[line - 1]).toContain(`${member}()`);
});

test("mode and byte order mark are kept, and a file in sync is not written", async () => {
  const folder = bank();
  const file = join(folder, "src/account.ts");
  writeFiles(folder, { "src/account.ts": `\ufeff${incomplete.replaceAll("\n", "\r\n")}` });
  chmodSync(file, 0o640);
  expect((await ego(folder)).exitCode).toBe(0);
  const text = readFileSync(file, "utf8");
  expect(text.startsWith("\ufeffimport")).toBe(true);
  expect(text.replaceAll("\r\n", "")).not.toContain("\n");
  const { mode, mtimeMs, ino } = statSync(file);
  expect(mode & 0o777).toBe(0o640);
  expect((await ego(folder)).exitCode).toBe(0);
  expect(statSync(file)).toMatchObject({ mtimeMs, ino });
});

test("code that is older than the protos, or not there, is to be generated first: nothing is inserted that would not compile", async () => {
  const folder = bank();
  writeFiles(folder, { "src/account.ts": incomplete });
  const proto = join(folder, "proto/bank/v1/account.proto");
  const text = readFileSync(proto, "utf8");
  writeFileSync(proto, text.replaceAll("AccountClosed", "AccountTerminated"));
  const stale = (what: string) => ({
    exitCode: 2,
    printed: `proto/bank/v1/account.proto:10:9: error EGO101: the generated code of "account", the read model "balances" ${what}\n  Run \`ego generate\` first.`,
  });
  expect(await ego(folder)).toEqual(stale("is older than its proto"));
  // A comment changes nothing that is generated of it but comments.
  writeFileSync(proto, text.replace("// Opens the account.", "// Opens one."));
  expect((await ego(folder, "--check")).exitCode).toBe(1);
  writeFileSync(proto, text);
  writeFileSync(join(folder, "src/gen/ego.schema.json"), "{");
  expect(await ego(folder)).toEqual(stale("is not generated yet"));
  expect(filesIn(folder)["src/account.ts"]).toBe(incomplete);
});

describe("exit code 2:", () => {
  test("protos that do not compile", async () => {
    const folder = bank();
    writeFiles(folder, { "proto/bank/v1/account.proto": "syntax =" });
    expect(await ego(folder)).toMatchObject({ exitCode: 2, printed: expect.stringContaining("account.proto:1:9") });
  });

  test.each([
    [["--rename", "openAccount"], "`--rename openAccount` is not understood."],
    [["--rename", "a=b", "--rename", "a=c"], "`--rename a=c` is not understood."],
    [["--rename", "../x=y"], "`--rename ../x=y` is not understood."],
    [["--rename", "openIt=openAccount"], "There is nothing to rename from openIt to openAccount: "],
    [["--all"], "error: unknown option '--all'"],
  ])("%j", async (argv, said) => {
    const folder = bank();
    writeFiles(folder, { "src/account.ts": incomplete });
    const { exitCode, printed } = await ego(folder, ...argv);
    expect(exitCode).toBe(2);
    expect(printed).toContain(said);
    expect(filesIn(folder)["src/account.ts"]).toBe(incomplete);
  });
});

test("--rename gives a method the name that is new in the protos, and the rest is inserted", async () => {
  const folder = bank();
  writeFiles(folder, { "src/account.ts": incomplete.replace("openAccount: (command", "createAccount: (command") });
  const held = await ego(folder);
  expect(held.exitCode).toBe(1);
  expect(held.printed).toContain("Has it become openAccount? Then run `ego sync --rename createAccount=openAccount`");
  // What was inserted meanwhile moved the place.
  const [, line = "0"] = /src\/account\.ts:(\d+):5: error EGO110/.exec(held.printed) ?? [];
  expect(filesIn(folder)["src/account.ts"]?.split("\n")[Number(line) - 1]).toContain("createAccount");
  expect(await ego(folder, "--rename", "createAccount=openAccount")).toEqual({
    exitCode: 0,
    printed: "src/account.ts  renamed: createAccount → openAccount",
  });
  expect(await ego(folder)).toEqual({ exitCode: 0, printed: "In sync." });
});

describe("nothing outside of the project is written:", () => {
  test("a behavior that is a link to somewhere else is refused, and no second one is made", async () => {
    const outside = temporaryFolder({ "account.ts": incomplete });
    const folder = bank();
    symlinkSync(join(outside, "account.ts"), join(folder, "src/account.ts"));
    expect(await ego(folder)).toEqual({
      exitCode: 2,
      printed:
        "src/account.ts:1:1: error EGO105: AccountBehavior is not synced: the file is a link to one outside of the project",
    });
    expect(readFileSync(join(outside, "account.ts"), "utf8")).toBe(incomplete);
  });

  test("nor into a folder that is a link", async () => {
    const outside = temporaryFolder({ "lot.ts": "" });
    const folder = bank();
    symlinkSync(outside, join(folder, "src/domain"));
    writeFiles(folder, { "src/account.ts": 'export { b } from "./domain/account.ts";' });
    writeFiles(outside, { "account.ts": incomplete });
    const { exitCode } = await ego(folder);
    expect(exitCode).toBe(2);
    expect(readFileSync(join(outside, "account.ts"), "utf8")).toBe(incomplete);
  });
});

describe("a project in a workspace", () => {
  test("finds what packages import under their names, and what tsconfig.json and package.json name", async () => {
    const workspace = temporaryFolder({ "package.json": '{ "workspaces": ["packages/*"] }' });
    const folder = bank(join(workspace, "packages/bank"));
    writeFiles(folder, {
      "package.json": JSON.stringify({
        name: "@acme/bank",
        type: "module",
        exports: { "./*": "./src/*.ts" },
        imports: { "#own/*": "./src/*.ts" },
      }),
      "tsconfig.json": JSON.stringify({
        compilerOptions: { module: "nodenext", paths: { "@gen/*": ["./src/gen/*.ts"] }, types: [] },
      }),
    });
    for (const from of [
      "@acme/bank/gen/bank/v1/account_ego",
      "#own/gen/bank/v1/account_ego",
      "@gen/bank/v1/account_ego",
    ]) {
      writeFiles(folder, { "src/account.ts": incomplete.replace("./gen/bank/v1/account_ego.ts", from) });
      expect(await ego(folder), from).toEqual({
        exitCode: 0,
        printed: "src/account.ts  +2: closeAccount, accountDebited",
      });
    }
  });

  test("knows what is spread of a package that is installed above it", async () => {
    const workspace = temporaryFolder({
      "node_modules/shared/package.json": '{ "name": "shared", "types": "index.d.ts" }',
      "node_modules/shared/index.d.ts": "export declare const shared: { closeAccount(): [] };",
    });
    const folder = join(workspace, "packages/bank");
    mkdirSync(folder, { recursive: true });
    bank(folder);
    const spread = incomplete.replace("commands: {\n", "commands: {\n    ...shared,\n");
    writeFiles(folder, { "src/account.ts": `import { shared } from "shared";\n${spread}` });
    expect(await ego(folder)).toMatchObject({ exitCode: 0, printed: "src/account.ts  +1: accountDebited" });
  });
});

test("hostile comments and names stay what they are: text", async () => {
  const folder = projectOf("test/golden/proto", "test/golden/gen");
  expect((await ego(folder)).exitCode).toBe(0);
  const text = readFileSync(join(folder, "src/constructor.ts"), "utf8");
  expect(text).toContain("    /** *\\/ */\n    constructor$() {\n");
  expect(text).toContain("    /** \\@ts-ignore */\n    then$() {\n");
  expect(text).toContain("    delete() {\n");
  const all = Object.values(filesIn(folder)).join("\n");
  expect(all).not.toMatch(/\p{Bidi_Control}|[^\P{Cc}\n]|<\/script/u);
});

test("each code has its row in the documentation, and each row its code", () => {
  const sources = globSync("cli/src/sync/*.ts", { cwd: root, exclude: (name) => name.endsWith(".test.ts") });
  const said = sources.flatMap((file) => readFileSync(join(root, file), "utf8").match(/EGO1\d\d/g) ?? []);
  const [, section = ""] = /^## `ego sync`\n(.*?)^## /ms.exec(readFileSync(join(root, "docs/cli.md"), "utf8")) ?? [];
  expect([...new Set(said)].toSorted()).toEqual(section.match(/(?<=\|.*)EGO1\d\d/g)?.toSorted());
});
