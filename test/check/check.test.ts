import {
  appendFileSync,
  existsSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { main } from "../../cli/src/main.ts";
import { fakeHost } from "../../cli/src/testdata/fake-host.ts";
import { temporaryFolder, writeFiles } from "../../cli/src/testdata/temporary-folder.ts";
import { account, bank, commit, config, type Files, git, hasGit, install, repositoryWith } from "./repository.ts";

/** What is printed when something takes longer than a second. */
const progress = /^(?:Reading the protos|Generating, to compare) …$/;

async function ego(cwd: string, argv: readonly string[], env: Record<string, string> = {}) {
  const host = fakeHost(cwd);
  const exitCode = await main([...argv], { ...host, env: { ...host.env, EGO_CHECK_AGAINST: undefined, ...env } });
  return { exitCode, printed: host.printed.filter((line) => !progress.test(line)) };
}

const check = (cwd: string, ...argv: readonly string[]) => ego(cwd, ["check", ...argv]);

const behavior = `import type { AccountBehavior } from "./gen/bank/v1/account_ego.ts";

export const accountBehavior: AccountBehavior = {
  commands: { openAccount: ({ cents }, { emit }) => emit.accountOpened({ cents }) },
  events: {
    accountOpened(event, state) {
      state.cents = event.cents;
    },
  },
};
`;

/** A generator of nothing, for what is not about generated files: it takes less time. */
const idle: Files = { "buf.gen.yaml": 'version: v2\nplugins:\n  - local: ["node", "-e", "0"]\n    out: src/gen\n' };

const written: Files = { ...bank, "src/account.ts": behavior };
let generated: Files;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "ego-check-"));
  writeFiles(folder, written);
  install(folder);
  expect((await ego(folder, ["generate"])).exitCode).toBe(0);
  const files = globSync("src/gen/**", { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  generated = Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
  rmSync(folder, { recursive: true });
});

/** Puts a project into a folder in which nothing is wrong. */
function upToDate(folder: string): string {
  writeFiles(folder, { ...written, ...generated });
  return folder;
}

/** Everything in a folder but git's own and what npm installs: names, modes, times and contents. */
function stateOf(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name === ".git" || entry.name === "node_modules") return [];
    const { mode, mtimeMs } = statSync(path);
    if (entry.isDirectory()) return [`${path} ${mode} ${mtimeMs}`, ...stateOf(path)];
    return [`${path} ${mode} ${mtimeMs} ${readFileSync(path, "base64")}`];
  });
}

describe.skipIf(!hasGit)("ego check", () => {
  test("says that nothing is wrong, and what it compared", async () => {
    const root = upToDate(repositoryWith({}));
    commit(root);
    expect(await check(join(root, "src"))).toEqual({
      exitCode: 0,
      printed: [
        // The commit before has no project in it.
        `The project was not there at HEAD~1 (${git(root, "rev-parse", "--short=7", "HEAD~1")}): nothing of it is stored yet.`,
        "Nothing found: 3 generated files are up to date, all handlers are there.",
      ],
    });
  });

  test("finds stale files, missing handlers and what breaks, together, and runs and writes nothing of the project", async () => {
    const root = upToDate(repositoryWith({}));
    const plant = `require("node:fs").writeFileSync(${JSON.stringify(join(root, "ran"))}, "");`;
    const planted = { "ego.config.ts": plant, "src/planted.ts": plant, "src/app.ts": plant, "package.json": "{}" };
    const base = commit(root, { ...planted, "src/account.ts": `${behavior}${plant}\n` });
    writeFiles(root, {
      "proto/bank/v1/account.proto": account
        .replaceAll("AccountOpened", "Opened")
        .concat('message CloseAccount {\n  option (ego.v1.message).command = {emits: ["Opened"]};\n}\n'),
    });
    expect((await ego(root, ["generate"])).exitCode).toBe(0);
    appendFileSync(join(root, "src/gen/bank/v1/account_ego.ts"), "// by hand\n");
    const before = stateOf(root);
    const index = readFileSync(join(root, ".git/index"));
    const { exitCode, printed } = await check(root);
    expect(exitCode).toBe(1);
    expect(printed.filter((line) => /EGO[23]/.test(line)).map((line) => line.split("\n")[0])).toEqual([
      'proto/bank/v1/account.proto:23:9: error EGO212: AccountOpened is gone, and Opened looks as if it were the same: what account has stored as "bank.v1.AccountOpened" cannot be read any more.',
      expect.stringMatching(/^src\/gen\/bank\/v1\/account_ego\.ts:\d+:1: error EGO302: This generated file is stale/),
    ]);
    expect(printed.filter((line) => /EGO1/.test(line)).length).toBeGreaterThan(0);
    expect(printed.join("\n")).toContain("closeAccount");
    expect(printed).toContain(`Compared with HEAD (${base.slice(0, 7)}).`);
    expect(stateOf(root)).toEqual(before);
    expect(readFileSync(join(root, ".git/index"))).toEqual(index);
    expect(existsSync(join(root, "ran"))).toBe(false);
  });

  test("prints one JSON document, with places and the commit", async () => {
    const root = repositoryWith({ ...bank, ...idle });
    writeFiles(root, { "proto/bank/v1/account.proto": account.replaceAll("int64 cents", "string cents") });
    const { exitCode, printed } = await check(root, "--json", "--against", "main");
    expect(exitCode).toBe(1);
    expect(printed).toHaveLength(1);
    const told = JSON.parse(printed[0] ?? "");
    expect(told).toMatchObject({
      format: 1,
      ok: false,
      generatedFiles: 0,
      against: { name: "main", commit: git(root, "rev-parse", "main"), exists: true },
      failures: [],
    });
    expect(told.findings).toContainEqual(
      expect.objectContaining({
        code: "EGO202",
        severity: "error",
        at: { file: "proto/bank/v1/account.proto", line: 26, column: 10 },
      }),
    );
  });

  test("says once why protos that do not compile cannot be checked", async () => {
    const root = repositoryWith({ ...bank, ...idle });
    writeFiles(root, { "proto/bank/v1/account.proto": account.replace("int64 cents", "int46 cents") });
    const { exitCode, printed } = await check(root, "--json");
    expect(exitCode).toBe(2);
    expect(printed[0]).toBe("proto/bank/v1/account.proto:12:3: cannot find `int46` in this scope");
    expect(JSON.parse(printed[1] ?? "")).toEqual({ format: 1, ok: false, findings: [], failures: [printed[0]] });
  });

  test("without git, still tells of generated files, and cannot be taken for a verdict", async () => {
    const root = upToDate(temporaryFolder());
    install(root);
    rmSync(join(root, "src/gen/ego.schema.json"));
    const { exitCode, printed } = await check(root);
    expect(exitCode).toBe(2);
    expect(printed.join("\n")).toContain(`${root} is not in a git repository, so there is nothing to compare with.`);
    expect(printed.join("\n")).toContain("src/gen/ego.schema.json:1:1: error EGO301: This generated file is missing.");
    expect(printed.at(-1)).toBe("1 error. Not all could be found out.");
  });

  test("takes no name for an option of git, from wherever it comes", async () => {
    const root = repositoryWith({ ...bank, ...idle });
    const hostile = `--upload-pack=touch ${join(root, "ran")}`;
    for (const { exitCode, printed } of [
      await check(root, "--against", hostile),
      await ego(root, ["check"], { EGO_CHECK_AGAINST: hostile }),
    ]) {
      expect(exitCode).toBe(2);
      expect(printed).toContain(`"${hostile}" is no name of a branch, a tag or a commit.`);
    }
    expect(existsSync(join(root, "ran"))).toBe(false);
  });

  test("shows what an old proto calls itself without obeying it", async () => {
    const root = repositoryWith({
      ...bank,
      ...idle,
      "proto/bank/v1/account.proto": account.replace(".event = {}", '.event = {type: "\\x1b[2Jgone\\nerror"}'),
    });
    writeFiles(root, {
      "proto/bank/v1/account.proto": account
        .replace("AccountOpened {", "Opened {")
        .replace('"AccountOpened"', '"Opened"'),
    });
    const text = (await check(root, "--against", "HEAD")).printed.join("\n");
    expect(text).toContain("\\u001b[2Jgone\\nerror");
    expect(text).not.toContain("\u001b");
  });
});

describe("generated files", () => {
  test("that are missing, changed and left over are told apart", async () => {
    const root = upToDate(temporaryFolder());
    install(root);
    const gen = join(root, "src/gen/bank/v1");
    const fresh = readFileSync(join(gen, "account_ego.ts"), "utf8");
    writeFiles(root, {
      "src/gen/bank/v1/account_ego.ts": fresh.replaceAll("\n", "\r\n"),
      "src/gen/bank/v1/old_ego.ts": fresh,
      "src/gen/bank/v1/mine.ts": "export {};\n",
    });
    rmSync(join(gen, "account_pb.ts"));
    const { exitCode, printed } = await check(root, "--no-evolution");
    expect(exitCode).toBe(1);
    expect(printed.filter((line) => line.includes("EGO30"))).toEqual([
      "src/gen/bank/v1/account_ego.ts:1:1: error EGO302: This generated file has other line ends than it was generated with.\n  git may have changed them: write `*.ts eol=lf` and `*.json eol=lf` into .gitattributes.",
      "src/gen/bank/v1/account_pb.ts:1:1: error EGO301: This generated file is missing.\n  Run `ego generate`, and commit what it writes.",
      "src/gen/bank/v1/old_ego.ts:1:1: error EGO303: Nothing generates this file any more.\n  Run `ego generate`, and commit what it writes. Without `clean: true` in buf.gen.yaml, remove src/gen/bank/v1/old_ego.ts yourself.",
    ]);
  });

  test("are compared wherever `out` is, and nothing is written there", async () => {
    const root = temporaryFolder({ "bank/x": "" });
    const project = join(root, "bank");
    // Of the two generators one, which takes half of the time.
    const template = (config["buf.gen.yaml"] ?? "").replace(/ {2}- local: \["node", "--cond.*/s, "");
    writeFiles(project, { ...bank, "buf.gen.yaml": template.replaceAll("src/gen", "../bank/gen"), "gen/keep": "" });
    install(project);
    const before = stateOf(root);
    const missing = async () =>
      (await check(project, "--no-evolution")).printed
        .filter((line) => line.includes("EGO301"))
        .map((line) => line.split(":")[0]);
    expect(await missing()).toEqual(["gen/bank/v1/account_pb.ts"]);
    expect(stateOf(root)).toEqual(before);
    writeFiles(project, { "buf.gen.yaml": template.replaceAll("src/gen", join(project, "gen")) });
    expect(await missing()).toEqual(["gen/bank/v1/account_pb.ts"]);
  });
});
