import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { fromSource, type Installed } from "./installed.ts";

const root = join(import.meta.dirname, "../..");

/** What the compiler keeps of a check for the next one. */
export const buildInfo = "node_modules/.tsbuildinfo";

/** A project in a temporary folder, in which the blocks of one Markdown file are tried. */
export interface DocsProject {
  readonly folder: string;
  write(file: string, text: string): void;
  has(file: string): boolean;
  /** Generates from the protos. Returns what is wrong, or undefined. */
  generate(): string | undefined;
  /** Checks the types. Returns what is wrong, or undefined. */
  typecheck(): string | undefined;
  /** Keeps messages for `compileFragments`, as a file of their own. Returns its name in what that reports. */
  writeFragment(name: string, text: string): string;
  /** Compiles the fragments. Returns what is wrong, or undefined. */
  compileFragments(): string | undefined;
  /** Runs a file under Node. */
  run(file: string): SpawnSyncReturns<string>;
  /** Runs a file under vitest. */
  test(file: string): SpawnSyncReturns<string>;
  /** Runs lines of shell, here, in a copy of the repository, or in a folder beside that copy. */
  shell(script: string, where: "project" | "clone" | { readonly beside: string }): SpawnSyncReturns<string>;
  /** Writes a file into a folder beside the copy of the repository. */
  writeBeside(folder: string, file: string, text: string): void;
  remove(): void;
}

/**
 * Makes a project in a folder of its own.
 *
 * @param installed the packages that it sees; this repository's, from source, by default
 * @param parent where the folder is made
 */
export function docsProject(installed: Installed = fromSource, parent: string = tmpdir()): DocsProject {
  const base = mkdtempSync(join(parent, "ego-docs-"));
  const folder = join(base, "project");
  const fragments = join(base, "fragments");
  prepare(folder, installed);
  prepareFragments(fragments, installed);
  const node = join(root, "node_modules/node/bin/node");
  const env = {
    ...process.env,
    NO_COLOR: "1",
    NODE_OPTIONS: installed.source ? "--conditions=@ego/source" : undefined,
    PATH: [join(folder, "node_modules/.bin"), process.env.PATH].join(delimiter),
  };
  const spawn = (args: readonly string[], cwd = folder) =>
    spawnSync(node, args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 60_000 });
  const problemOf = (done: SpawnSyncReturns<string>) => (done.status === 0 ? undefined : done.stdout + done.stderr);

  return {
    folder,
    write(file, text) {
      writeInside(folder, file, text);
    },
    writeBeside(beside, file, text) {
      writeInside(join(base, beside), file, text);
    },
    has: (file) => existsSync(join(folder, file)),
    generate() {
      if (globSync("proto/**/*.proto", { cwd: folder }).length === 0) return undefined;
      return problemOf(spawn([join(root, "node_modules/@bufbuild/buf/bin/buf"), "generate"]));
    },
    typecheck: () => problemOf(spawn([join(root, "node_modules/typescript/bin/tsc"), "--pretty", "false"])),
    writeFragment(name, text) {
      // Each in a package of its own; nothing is put on a new line, so that lines count as in the text.
      const whole = /^\s*syntax\s*=/m.test(text)
        ? text.replace(/^package /m, `package ${name}.`)
        : `syntax = "proto3"; package ${name}; import "ego/v1/ego.proto"; ${text}`;
      writeFileSync(join(fragments, "proto", `${name}.proto`), whole);
      return `proto/${name}.proto`;
    },
    compileFragments() {
      if (readdirSync(join(fragments, "proto")).length === 0) return undefined;
      return problemOf(spawn([join(root, "node_modules/@bufbuild/buf/bin/buf"), "build"], fragments));
    },
    run: (file) => spawn([file]),
    test: (file) => spawn([join(root, "node_modules/vitest/vitest.mjs"), "run", "--root", folder, file]),
    shell(script, where) {
      const cwd = where === "project" ? folder : where === "clone" ? clone(base) : join(base, where.beside);
      // What a clone's npm installs elsewhere is packed, not source.
      const ownEnv = where === "project" ? env : { ...env, NODE_OPTIONS: undefined, PATH: process.env.PATH };
      // npm does not say what it runs, whatever it was told above.
      const shellEnv = { ...ownEnv, npm_config_loglevel: "silent" };
      return spawnSync("bash", ["-euo", "pipefail", "-c", script], {
        cwd,
        env: shellEnv,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
        timeout: 300_000,
      });
    },
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

function writeInside(folder: string, file: string, text: string): void {
  if (relative(folder, join(folder, file)).startsWith("..")) throw new Error(`${file} is outside the project`);
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

function prepare(folder: string, installed: Installed): void {
  mkdirSync(join(folder, "src"), { recursive: true });
  linkModules(join(folder, "node_modules"), installed);
  if (installed.buildInfo !== undefined) copyFileSync(installed.buildInfo, join(folder, buildInfo));
  const tsconfig = {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: {
      noEmit: true,
      typeRoots: ["node_modules/@types"],
      // A project is checked many times, after a change each.
      incremental: true,
      tsBuildInfoFile: buildInfo,
      ...(installed.source ? { customConditions: ["@ego/source"] } : {}),
    },
    include: ["src", "test", "migrations"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  const scripts = { ego: "ego", generate: "ego generate" };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "docs", private: true, type: "module", scripts }));
  for (const file of ["buf.yaml", "buf.gen.yaml"]) {
    cpSync(join(root, "templates/project", `${file}.hbs`), join(folder, file));
  }
}

function prepareFragments(folder: string, installed: Installed): void {
  mkdirSync(join(folder, "proto"), { recursive: true });
  linkModules(join(folder, "node_modules"), installed);
  cpSync(join(root, "templates/project/buf.yaml.hbs"), join(folder, "buf.yaml"));
}

/** The packages, and their programs. */
function linkModules(modules: string, { modules: source }: Installed): void {
  const bin = join(modules, ".bin");
  mkdirSync(bin, { recursive: true });
  for (const name of readdirSync(source)) {
    if (!name.startsWith(".")) symlinkSync(join(source, name), join(modules, name));
  }
  for (const name of readdirSync(join(source, ".bin"))) symlinkSync(join(source, ".bin", name), join(bin, name));
  for (const [name, file] of [
    ["ego", "@ego/cli/bin/ego.js"],
    ["protoc-gen-ego", "@ego/protoc-gen-ego/bin/protoc-gen-ego"],
  ] as const) {
    const node = join(source, "node/bin/node");
    rmSync(join(bin, name), { force: true });
    writeFileSync(join(bin, name), `#!/bin/sh\nexec "${node}" "${join(source, file)}" "$@"\n`, { mode: 0o755 });
  }
}

/** A copy of the files that git would have in a clone, once per project; `../x` from there is inside the temporary folder. */
function clone(base: string): string {
  const folder = join(base, "ego");
  if (existsSync(folder)) return folder;
  const { stdout } = spawnSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const file of stdout.split("\0").filter((name) => name !== "" && existsSync(join(root, name)))) {
    cpSync(join(root, file), join(folder, file));
  }
  linkModules(join(folder, "node_modules"), fromSource);
  // Then the set-up sees that nothing has to be installed; if a snippet installs, the links are what it replaces.
  cpSync(join(root, "node_modules/.package-lock.json"), join(folder, "node_modules/.package-lock.json"));
  return folder;
}
