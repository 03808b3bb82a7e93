import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { main } from "../../cli/src/main.ts";
import { version } from "../../cli/src/package.ts";
import { fakeHost } from "../../cli/src/testdata/fake-host.ts";
import { temporaryFolder, writeFiles } from "../../cli/src/testdata/temporary-folder.ts";
import { makeProject } from "../scaffold/make.ts";

const root = join(import.meta.dirname, "../..");
const installed = [
  ...["@bufbuild/buf", "@bufbuild/protobuf", "@bufbuild/protoc-gen-es", "@ego/cli", "@ego/protoc-gen-ego"],
  ...["@ego/runtime", "kysely", "node", "typescript", ".bin/node", ".bin/protoc-gen-es", ".bin/protoc-gen-ego"],
];

/** Links packages of this repository into a folder, as if they were installed there. */
function install(folder: string, names = installed): void {
  for (const name of names) {
    const place = join(folder, "node_modules", name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(root, "node_modules", name), place);
  }
}

/** A project as `ego init` makes it, installed and generated. */
function project(folder = join(temporaryFolder(), "bank")): string {
  const dependencies = { runtime: version(), cli: version(), plugin: version(), vendored: false };
  makeProject(folder, { dependencies, files: new Map() });
  install(folder);
  cpSync(join(root, "examples/bank/src/gen"), join(folder, "src/gen"), { recursive: true });
  return folder;
}

async function doctor(cwd: string, ...argv: string[]): Promise<{ exitCode: number; printed: string }> {
  const host = fakeHost(cwd);
  const exitCode = await main(["doctor", ...argv], host);
  return { exitCode, printed: host.printed.join("\n") };
}

/** All that is not fine. */
const findingsIn = (printed: string) =>
  printed
    .split("\n")
    .filter((line) => /^(?:error|warning|note) /.test(line))
    .map((line) => line.replace(/ +/g, " "));

/** Changes a text file; a pattern that is not there is a mistake of the test. */
function edit(file: string, from: string | RegExp, to: string): void {
  const before = readFileSync(file, "utf8");
  const after = before.replace(from, to);
  expect(after, `${from} in ${file}`).not.toBe(before);
  writeFileSync(file, after);
}

/** Installs another version of a package: nothing but its package.json. */
function pretend(folder: string, name: string, changes: object): void {
  const place = join(folder, "node_modules", name);
  const manifest = JSON.parse(readFileSync(join(place, "package.json"), "utf8"));
  rmSync(place);
  writeFiles(place, { "package.json": JSON.stringify({ ...manifest, ...changes }) });
}

test("a project that ego init made is well, from any folder in it", async () => {
  const folder = project();
  const { exitCode, printed } = await doctor(join(folder, "src"));
  expect(printed.replace(/\d+\.\d+\.\d+/g, "1.2.3")).toBe(`${folder}

ok       Node 1.2.3
ok       package.json: ES modules
ok       buf 1.2.3
ok       ego 1.2.3: @ego/cli, @ego/protoc-gen-ego, @ego/runtime
ok       protobuf 1.2.3: @bufbuild/protobuf, @bufbuild/protoc-gen-es
ok       kysely 1.2.3
ok       buf.yaml: the options of ego, as the plugin has them
ok       buf.gen.yaml: both plugins, with what they need
ok       typescript 1.2.3
ok       tsconfig.json: what the generated code needs
ok       Generated: 2 files, by the plugins that are installed

All is well.`);
  expect(exitCode).toBe(0);
});

test("--json is one document, with codes, places and ways out", async () => {
  const folder = project();
  edit(join(folder, "buf.gen.yaml"), /strategy: all\n(?=\s+opt: \[target=ts, import_extension=ts\]\n)/, "");
  const { exitCode, printed } = await doctor(folder, "--json");
  const { format, root: where, healthy, checks } = JSON.parse(printed);
  expect({ format, where, healthy, exitCode }).toEqual({ format: 1, where: folder, healthy: false, exitCode: 1 });
  expect(checks).toContainEqual({ severity: "ok", text: "package.json: ES modules" });
  expect(checks).toContainEqual({
    severity: "error",
    code: "EGO331",
    at: { file: "buf.gen.yaml", line: 12, column: 1 },
    text: "protoc-gen-ego has no `strategy: all`.",
    help: "Its ego.schema.json describes all protos together; without it, most of them are missing there.",
  });
});

/** What may be wrong with a project, and what is said then: all of it. */
const faults: [what: string, make: (folder: string) => void, ...said: string[]][] = [
  [
    "the packages are not installed",
    (folder) => rmSync(join(folder, "node_modules"), { recursive: true }),
    "error EGO314 @bufbuild/buf, @bufbuild/protobuf, @bufbuild/protoc-gen-es, @ego/cli, @ego/protoc-gen-ego, @ego/runtime are not installed.",
    "warning EGO314 typescript is not installed: nobody checks that all handlers are there.",
  ],
  [
    "Yarn keeps the packages in archives",
    (folder) => {
      rmSync(join(folder, "node_modules"), { recursive: true });
      writeFiles(folder, { "yarn.lock": "", ".pnp.cjs": "" });
    },
    "error EGO314 Yarn has put the packages into archives (Plug'n'Play), where buf finds no plugins and no options.",
    "warning EGO314 typescript is not installed: nobody checks that all handlers are there.",
  ],
  [
    "a package is neither installed nor named",
    (folder) => {
      rmSync(join(folder, "node_modules/@ego/runtime"));
      edit(join(folder, "package.json"), /.*"@ego\/runtime".*\n/, "");
    },
    "error EGO314 @ego/runtime is neither installed nor named in package.json.",
  ],
  [
    "the package node has no program",
    (folder) => pretend(folder, "node", {}),
    "error EGO313 The package node 24.21.0 is installed without its program: install scripts did not run.",
  ],
  [
    "scripts run on an old Node",
    (folder) => {
      rmSync(join(folder, "node_modules/node"));
      rmSync(join(folder, "node_modules/.bin/node"));
      writeFiles(folder, { "node_modules/.bin/node": "#!/bin/sh\necho v20.20.2\n" });
      execFileSync("chmod", ["+x", join(folder, "node_modules/.bin/node")]);
    },
    "error EGO312 Scripts of the project run on Node 20.20.2; ego needs Node ≥ 22.18.0.",
  ],
  [
    "buf has no program for this machine",
    (folder) => {
      pretend(folder, "@bufbuild/buf", {});
      writeFiles(folder, { "node_modules/@bufbuild/buf/bin/buf": 'throw new Error("spawnSync /x/buf ENOENT");' });
    },
    "error EGO315 buf 1.74.0 is installed, and does not run: spawnSync /x/buf ENOENT",
  ],
  [
    "package.json is not one of ES modules",
    (folder) => edit(join(folder, "package.json"), /.*"type": "module".*\n/, ""),
    'error EGO311 package.json:1:1: It has no "type": "module", so Node and TypeScript take your files for CommonJS.',
  ],
  [
    "package.json is torn",
    (folder) => writeFileSync(join(folder, "package.json"), '{"name": '),
    "error EGO311 package.json:1:1: This is not JSON: Unexpected end of JSON input",
  ],
  [
    "the packages of ego are of different versions",
    (folder) => pretend(folder, "@ego/runtime", { version: "0.2.0" }),
    `error EGO316 @ego/cli is ${version()}, @ego/protoc-gen-ego is ${version()}, @ego/runtime is 0.2.0.`,
  ],
  [
    "the protobuf of the project is another",
    (folder) => pretend(folder, "@bufbuild/protobuf", { version: "2.9.0" }),
    "error EGO317 @bufbuild/protobuf is 2.9.0, @bufbuild/protoc-gen-es is 2.17.0, and ego goes with 2.17.0.",
  ],
  [
    "kysely is too new",
    (folder) => pretend(folder, "kysely", { version: "0.30.0" }),
    "error EGO318 kysely is 0.30.0, and @ego/runtime goes with 0.29.9.",
  ],
  [
    "kysely is missing",
    (folder) => rmSync(join(folder, "node_modules/kysely")),
    "note EGO314 kysely is not installed; SQL stores and tables need it.",
  ],
  [
    "there is no buf.yaml",
    (folder) => rmSync(join(folder, "buf.yaml")),
    "error EGO310 There is no buf.yaml, which says where the protos are.",
  ],
  [
    "there is no buf.gen.yaml",
    (folder) => rmSync(join(folder, "buf.gen.yaml")),
    "error EGO310 There is no buf.gen.yaml, which says what to generate, and where to.",
  ],
  [
    "no module has the options",
    (folder) => edit(join(folder, "buf.yaml"), /.*path: node_modules.*\n/, ""),
    "error EGO320 buf.yaml:1:1: No module of it has ego/v1/ego.proto, the options of ego.",
  ],
  [
    "a module is not there",
    (folder) => edit(join(folder, "buf.yaml"), "path: proto", "path: protos"),
    "error EGO322 buf.yaml:4:11: There is no folder protos.",
  ],
  [
    "the copy of the options is old",
    (folder) => {
      writeFiles(folder, { "third_party/proto/ego/v1/ego.proto": 'syntax = "proto3";\n' });
      edit(join(folder, "buf.yaml"), /path: node_modules.*/, "path: third_party/proto");
    },
    "error EGO321 third_party/proto/ego/v1/ego.proto:1:1: These options of ego are not those of the plugin that is installed.",
  ],
  [
    "two modules have the options",
    (folder) => {
      cpSync(join(root, "protoc-gen-ego/proto"), join(folder, "third_party/proto"), { recursive: true });
      edit(join(folder, "buf.yaml"), /modules:\n/, "modules:\n  - path: third_party/proto\n");
    },
    "error EGO320 buf.yaml:6:11: 2 modules have ego/v1/ego.proto: third_party/proto, node_modules/@ego/protoc-gen-ego/proto.",
  ],
  [
    "a plugin is not run",
    (folder) => edit(join(folder, "buf.gen.yaml"), /\s+- local: \S*protoc-gen-es\n(?:\s{4}.*\n)+?(?=\s{2}-)/, "\n"),
    "error EGO330 buf.gen.yaml:1:1: It does not run protoc-gen-es.",
  ],
  [
    "the program of a plugin is not where it is said to be",
    (folder) => edit(join(folder, "buf.gen.yaml"), "./node_modules/.bin/protoc-gen-es", "./bin/protoc-gen-es"),
    "error EGO330 buf.gen.yaml:7:1: There is no ./bin/protoc-gen-es.",
  ],
  [
    "protoc-gen-es makes JavaScript, enums that Node cannot run, and the options",
    (folder) => {
      edit(join(folder, "buf.gen.yaml"), /.*exclude_types.*\n.*opt: .*\n/, "    opt: import_extension=ts\n");
    },
    "error EGO331 buf.gen.yaml:7:1: protoc-gen-es has no `opt: target=ts`.",
    "warning EGO331 buf.gen.yaml:7:1: protoc-gen-es has no `opt: erasable_syntax=true`.",
    "warning EGO331 buf.gen.yaml:7:1: protoc-gen-es has no `exclude_types: [ego.v1]`.",
  ],
  [
    "the plugins write into different folders, with different extensions",
    (folder) => {
      edit(join(folder, "buf.gen.yaml"), "out: src/gen", "out: src/pb");
      edit(join(folder, "buf.gen.yaml"), "import_extension=ts", "import_extension=js");
    },
    "error EGO331 buf.gen.yaml:1:1: The plugins have different folders: src/pb, src/gen.",
    "error EGO331 buf.gen.yaml:1:1: The plugins have different extensions of imports: js, ts.",
  ],
  [
    "there is no tsconfig.json",
    (folder) => rmSync(join(folder, "tsconfig.json")),
    "error EGO340 There is no tsconfig.json.",
  ],
  [
    "tsconfig.json has a mistake",
    (folder) => edit(join(folder, "tsconfig.json"), '"es2024"', '"es1"'),
    expect.stringMatching(/^error EGO340 tsconfig\.json:\d+:\d+: Argument for '--target' option must be: /),
  ],
  [
    "tsconfig.json lacks what is needed, and what would be good",
    (folder) => {
      writeFileSync(
        join(folder, "base.json"),
        '{ "compilerOptions": { "module": "commonjs", /* no */ "strict": false, } }',
      );
      writeFileSync(join(folder, "tsconfig.json"), '{ "extends": "./base.json" }');
    },
    "error EGO340 tsconfig.json:1:1: It finds no module by the `exports` of a package, as those of ego.",
    "error EGO340 tsconfig.json:1:1: Generated code imports files by their name with .ts, which it does not allow.",
    "warning EGO340 tsconfig.json:1:1: Without strict, a handler whose path ends without a value is no mistake.",
    "note EGO340 tsconfig.json:1:1: Without erasableSyntaxOnly, what Node cannot run without a build is found only when it runs.",
  ],
  [
    "nothing is generated yet",
    (folder) => rmSync(join(folder, "src/gen"), { recursive: true }),
    "warning EGO350 Nothing is generated yet.",
  ],
  [
    "the generated files are of another version",
    (folder) => edit(join(folder, "src/gen/bank/v1/account_ego.ts"), `v${version()}`, "v0.0.1"),
    `warning EGO351 1 generated file is by protoc-gen-ego 0.0.1; ${version()} is installed.`,
  ],
  [
    "git ignores what is generated",
    (folder) => {
      execFileSync("git", ["init", "--quiet"], { cwd: folder });
      writeFileSync(join(folder, ".gitignore"), "node_modules\ngen/\n");
    },
    "warning EGO352 git ignores src/gen.",
  ],
  [
    "the output is outside of the project",
    (folder) => edit(join(folder, "buf.gen.yaml"), /out: src\/gen/g, "out: ../gen"),
    expect.stringMatching(/^error EGO331 buf\.gen\.yaml:8: `out: \.\.\/gen` is outside the project\./),
  ],
];

test.each(faults)("it says that %s, and nothing else", async (_, make, ...said) => {
  const folder = project();
  make(folder);
  const { exitCode, printed } = await doctor(folder);
  expect(findingsIn(printed)).toEqual(said);
  expect(exitCode).toBe(findingsIn(printed).some((line) => line.startsWith("error")) ? 1 : 0);
});

test("every finding says the way out, and its code is in the documentation", () => {
  const documented = readFileSync(join(root, "docs/cli.md"), "utf8");
  const said = faults.flatMap(([, , ...lines]) => lines.flatMap((line) => /EGO3\d\d/.exec(String(line)) ?? []));
  for (const code of new Set(said)) expect(documented).toContain(`| ${code} |`);
});

test("where there is no project, it says so and what to do", async () => {
  const folder = temporaryFolder();
  const { exitCode, printed } = await doctor(folder);
  expect(printed).toContain(
    `error    EGO310 There is no project here: neither buf.yaml nor buf.gen.yaml, nor in a folder above.
         Go to the folder of your project, or make a project: \`ego init <folder>\`.`,
  );
  expect(exitCode).toBe(1);
});

test("a member of a workspace is well with packages above and a copy of the options, and told how to come there", async () => {
  const workspace = temporaryFolder({ "package.json": '{ "workspaces": ["apps/*"] }' });
  install(workspace);
  const folder = join(workspace, "apps/bank");
  const dependencies = { runtime: version(), cli: version(), plugin: version(), vendored: false };
  makeProject(folder, { dependencies, files: new Map() });
  cpSync(join(root, "examples/bank/src/gen"), join(folder, "src/gen"), { recursive: true });
  expect(findingsIn((await doctor(folder)).printed)).toEqual([]);

  edit(join(folder, "buf.yaml"), "third_party/proto", "node_modules/@ego/protoc-gen-ego/proto");
  edit(join(folder, "buf.gen.yaml"), "../../node_modules/.bin/protoc-gen-es", "./node_modules/.bin/protoc-gen-es");
  const { printed } = await doctor(folder);
  expect(printed).toContain(`EGO322 buf.yaml:5:11: There is no folder node_modules/@ego/protoc-gen-ego/proto.
         The package is installed above, where buf reads nothing: \`mkdir -p third_party/proto/ego/v1 && cp ../../node_modules/@ego/protoc-gen-ego/proto/ego/v1/ego.proto third_party/proto/ego/v1/\`, and \`- path: third_party/proto\` in modules.`);
  expect(printed).toContain(`EGO330 buf.gen.yaml:7:1: There is no ./node_modules/.bin/protoc-gen-es.
         It is ../../node_modules/.bin/protoc-gen-es.`);
});

test("what packages say of themselves cannot speak to the terminal", async () => {
  const folder = project();
  pretend(folder, "@ego/runtime", { version: "1\u001b[2J\n.0.0" });
  const { printed } = await doctor(folder);
  expect(printed).toContain("@ego/runtime is 1\\x1b[2J\\x0a.0.0.");
});

test("none of the project's code runs", async () => {
  const folder = project();
  const spy = 'import { writeFileSync } from "node:fs";\nwriteFileSync("ran", "");\n';
  writeFiles(folder, { "ego.config.ts": spy, "src/app.ts": spy, "src/main.ts": spy });
  expect((await doctor(folder)).exitCode).toBe(0);
  expect(() => readFileSync(join(folder, "ran"))).toThrow();
});

test("what is typed wrong is no verdict", async () => {
  expect((await doctor(temporaryFolder(), "--jso")).exitCode).toBe(2);
});
