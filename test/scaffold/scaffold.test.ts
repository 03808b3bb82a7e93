import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeKinds } from "./kinds.ts";
import { describeSession } from "./session.ts";
import { type Ran, run, succeeded } from "./shell.ts";

const root = join(import.meta.dirname, "../..");
const base = realpathSync(mkdtempSync(join(tmpdir(), "ego-scaffold-")));
const project = join(base, "my-bank");

const npm = (...args: string[]) => run(project, "npm", args);
const script = (name: string) => npm("run", "--silent", name);
/** `npm run ego -- …` of the clone, with the user standing in `cwd`. */
const ego = (cwd: string, ...args: string[]) => run(cwd, process.execPath, [join(root, "tools/ego.mjs"), ...args]);

/** Changes a file of the project until the end of the action. */
async function withEdit(file: string, from: string, to: string, action: () => Promise<void>): Promise<void> {
  const path = join(project, file);
  const original = readFileSync(path, "utf8");
  expect(original).toContain(from);
  writeFileSync(path, original.replace(from, to));
  try {
    await action();
  } finally {
    writeFileSync(path, original);
  }
}

let made: Ran;
let generatedTooEarly: Ran;
let installed: Ran;
let generated: Ran;

beforeAll(async () => {
  made = succeeded(await ego(base, "init", "my-bank"));
  generatedTooEarly = await ego(project, "generate");
  installed = succeeded(await npm("install", "--loglevel=error"));
  generated = succeeded(await script("generate"));
}, 120_000);

afterAll(() => rmSync(base, { recursive: true, force: true }));

test("init makes a project and says how to go on", () => {
  expect(made).toEqual({
    exitCode: 0,
    stdout: `Made my-bank, a git repository, in ${project}.

Next:
  cd my-bank
  npm install
  npm run generate
  npm test
  npm start
`,
    stderr: expect.stringContaining("Packing ego from this clone …"),
  });
  expect(readdirSync(join(project, "vendor"))).toEqual([
    "ego-cli-0.1.0.tgz",
    "ego-protoc-gen-ego-0.1.0.tgz",
    "ego-runtime-0.1.0.tgz",
  ]);
});

test("the project installs and generates", () => {
  expect(installed).toMatchObject({ exitCode: 0, stderr: "" });
  expect(generated).toMatchObject({ exitCode: 0 });
  expect(generated.stdout).toMatch(
    /^ {2}new {6}src\/gen\/bank\/v1\/account_ego\.ts\n(?: {2}new {6}.*\n)+\d files changed\.\n$/,
  );
});

test("what is generated and written compiles under all flags, also the declarations of packages", async () => {
  expect(await npm("run", "--silent", "typecheck", "--", "--skipLibCheck", "false")).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: "",
  });
});

test("the project's tests pass", async () => {
  const { exitCode, stdout, stderr } = await script("test");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  // Nothing stands before what vitest prints.
  expect(stdout).toMatch(/^\s*RUN /);
  expect(stdout).toContain("Tests  6 passed (6)");
});

test("the tests do not pass where the code does not compile", () =>
  withEdit("src/main.ts", "const ann = ", "const ann: string = ", async () => {
    const { exitCode, stdout } = await script("test");
    expect(exitCode).not.toBe(0);
    expect(stdout).toMatch(/^src\/main\.ts\(\d+,\d+\): error TS2322: /m);
    expect(stdout).not.toContain("RUN");
  }));

test("the tests run on what the protos say now", async () => {
  await withEdit("proto/bank/v1/account.proto", "int64 missing_cents", "int64 lacking_cents", async () => {
    const { exitCode, stdout } = await script("test");
    expect(exitCode).not.toBe(0);
    expect(stdout).toContain("  changed  src/gen/bank/v1/account_pb.ts\n");
    expect(stdout).toMatch(/^src\/account\.ts\(\d+,\d+\): error TS\d+: .*'missingCents'/m);
  });
  expect(await script("generate")).toMatchObject({ exitCode: 0 });
});

test("a program of one's own runs on the project's Node", async () => {
  writeFileSync(join(project, "src/x.ts"), "const version: string = process.version;\nconsole.log(version);\n");
  const { devDependencies } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
  const ran = await run(project, "npx", ["node", "src/x.ts"]);
  rmSync(join(project, "src/x.ts"));
  expect(ran).toEqual({ exitCode: 0, stdout: `v${devDependencies.node}\n`, stderr: "" });
});

test("the README leads to files that are there", () => {
  const readme = readFileSync(join(project, "README.md"), "utf8");
  const named = [...readme.matchAll(/\]\(([^)]+)\)|^\| `([^`]+)`/gm)].map((match) => match[1] ?? match[2] ?? "");
  expect(named).toContain("node_modules/@ego/cli/docs/runtime.md");
  expect(named).toContain("src/account.ts");
  expect(named.filter((file) => !existsSync(join(project, file)))).toEqual([]);
});

test("the documentation in the package leads nowhere else", () => {
  const docs = join(project, "node_modules/@ego/cli/docs");
  const links = readdirSync(docs).flatMap((file) =>
    [...readFileSync(join(docs, file), "utf8").matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? ""),
  );
  expect(links.filter((link) => !existsSync(join(docs, link)))).toEqual([]);
});

test("the program runs, and a second run finds what the first one stored", async () => {
  expect(await script("start")).toEqual({
    exitCode: 0,
    stdout: `Ann's account is open
paid in 250.00, balance 250.00, revision 2
1000.00 is too much, 750.00 are missing
`,
    stderr: "",
  });
  expect(await script("start")).toEqual({
    exitCode: 0,
    stdout: `Ann's account, recovered from the store
paid in 250.00, balance 500.00, revision 3
1000.00 is too much, 500.00 are missing
`,
    stderr: "",
  });
});

test("started from another folder, it finds the same file", async () => {
  const ran = await run(base, join(project, "node_modules/.bin/node"), [join(project, "src/main.ts")]);
  expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
  expect(ran.stdout).toContain("paid in 250.00, balance 750.00, revision 4\n");
});

test("installed as a package, ego makes projects that get it from the registry", async () => {
  const local = (...args: string[]) => npm("run", "--silent", "ego", "--", ...args);
  expect(await local("init", "../second")).toMatchObject({ exitCode: 0, stderr: "" });
  const second = join(base, "second");
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(second, "package.json"), "utf8"));
  const versions = [dependencies["@ego/runtime"], devDependencies["@ego/cli"], devDependencies["@ego/protoc-gen-ego"]];
  expect(versions).toEqual(["0.1.0", "0.1.0", "0.1.0"]);
  expect(readdirSync(second)).toEqual(readdirSync(project).filter((name) => !notInit.includes(name)));
  expect(readFileSync(join(second, "src/main.ts"), "utf8")).toBe(readFileSync(join(project, "src/main.ts"), "utf8"));
});

/** What the project got after, or has because it came from a clone. */
const notInit = ["node_modules", "package-lock.json", "vendor", "bank.db", "bank.db-shm", "bank.db-wal"];

test("generating again changes nothing", async () => {
  expect(await script("generate")).toMatchObject({ exitCode: 0, stdout: "3 files up to date.\n" });
});

test("mistake: init twice in one folder", async () => {
  const { exitCode, stderr } = await ego(base, "init", "my-bank");
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`${project} is not empty:\n  .git\n  .gitignore\n  README.md\n`);
});

test("mistake: generate before npm install", () => {
  expect(generatedTooEarly).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: `buf is not installed in ${project}. Run \`npm install\` there.\n`,
  });
});

test("mistake: generate outside of the project", async () => {
  const { exitCode, stderr } = await ego(base, "generate");
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`There is no buf.yaml or buf.gen.yaml in ${base}, nor in a folder above it.`);
});

test("mistake: a misspelt event in emits", () =>
  withEdit("proto/bank/v1/account.proto", 'emits: ["AccountCredited"]', 'emits: ["AccountCredit"]', async () => {
    const { exitCode, stderr } = await script("generate");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^proto\/bank\/v1\/account\.proto:\d+:\d+: error EGO010: .*"AccountCredit".* Did you mean "AccountCredited"\?$/m,
    );
  }));

test("mistake: a field without a number", () =>
  withEdit("proto/bank/v1/account.proto", "string owner_email = 2;", "string owner_email;", async () => {
    expect(await script("generate")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^proto\/bank\/v1\/account\.proto:\d+:\d+: missing message field tag/),
    });
  }));

test("mistake: a new command without a handler", () => {
  const command = `message FreezeAccount {
  option (ego.v1.message).command = {emits: ["AccountClosed"]};

  string account_id = 1 [(ego.v1.field).id = true];
}

message AccountOpened {`;
  return withEdit("proto/bank/v1/account.proto", "message AccountOpened {", command, async () => {
    expect(await script("generate")).toMatchObject({ exitCode: 0 });
    const { exitCode, stdout } = await script("typecheck");
    expect(exitCode).not.toBe(0);
    expect(stdout).toContain("src/account.ts");
    expect(stdout).toContain("Property 'freezeAccount' is missing");
    expect(stdout).toContain("'AccountHandlers'");
  }).finally(() => script("generate"));
});

test("mistake: a forgotten return", () =>
  withEdit("src/account.ts", "return emit.accountDebited(", "emit.accountDebited(", async () => {
    const { exitCode, stdout } = await script("typecheck");
    expect(exitCode).not.toBe(0);
    expect(stdout).toMatch(/^src\/account\.ts\(\d+,\d+\): error TS\d+: /);
  }));

describeKinds(base, project);
describeSession(base, project);
