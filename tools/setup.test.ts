import { type ChildProcess, execFile, spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

interface Lock {
  readonly [path: string]: { readonly version: string; readonly integrity?: string; readonly optional?: boolean };
}

const locked: Lock = {
  "": { version: "1.0.0" },
  cli: { version: "0.1.0" },
  "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
  "node_modules/other-platform": { version: "1.0.0", optional: true },
};
const { "": _root, "node_modules/other-platform": _other, ...installed } = locked;

const hello = "console.log('hello', process.argv[2], process.execArgv.join(), process.cwd());";

interface Repository {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  run(...args: string[]): Promise<{ exitCode: unknown; stdout: string; stderr: string }>;
}

/** A repository with the set-up scripts, these lockfiles, and an npm that does what the lines of shell say. */
function repository(options: { present?: Lock; npm?: string; node?: boolean }): Repository {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "ego-setup-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  for (const file of ["setup.mjs", "run.mjs"]) cpSync(join(import.meta.dirname, file), join(folder, "tools", file));
  write("hello.mjs", hello);
  write("package-lock.json", JSON.stringify({ packages: locked }));
  if (options.present) write("node_modules/.package-lock.json", JSON.stringify({ packages: options.present }));
  if (options.node !== false) {
    mkdirSync(join(folder, "node_modules/node/bin"), { recursive: true });
    symlinkSync(process.execPath, join(folder, "node_modules/node/bin/node"));
  }
  write("bin/npm", `#!/bin/sh\necho "$@" >> npm-was-called\n${options.npm ?? ""}\n`);
  chmodSync(join(folder, "bin/npm"), 0o755);
  const env = { ...process.env, PATH: [join(folder, "bin"), process.env.PATH].join(delimiter) };
  const run = (...args: string[]) =>
    new Promise<{ exitCode: unknown; stdout: string; stderr: string }>((done) =>
      execFile(
        process.execPath,
        [join(folder, "tools/run.mjs"), ...args],
        { cwd: folder, env },
        (error, stdout, stderr) => done({ exitCode: error === null ? 0 : error.code, stdout, stderr }),
      ),
    );
  return { folder, env, run };
}

const greeting = (folder: string) => `hello ann --conditions=@ego/source ${folder}\n`;

test("a file runs from source, with its arguments, where the user stands; nothing is installed twice", async () => {
  const { folder, run } = repository({ present: installed, npm: "exit 1" });
  expect(await run("hello.mjs", "ann")).toEqual({ exitCode: 0, stdout: greeting(folder), stderr: "" });
});

test("the first run installs, in one line", async () => {
  const { folder, run } = repository({
    node: false,
    npm: `echo noise; mkdir -p node_modules/node/bin; ln -s '${process.execPath}' node_modules/node/bin/node`,
  });
  expect(await run("hello.mjs", "ann")).toEqual({
    exitCode: 0,
    stdout: greeting(folder),
    stderr: "Installing dependencies (first run) …\n",
  });
  expect(readFileSync(join(folder, "npm-was-called"), "utf8")).toBe("ci --loglevel=error --no-fund --no-audit\n");
});

test("an installation that did not finish is done again", async () => {
  const { run } = repository({});
  expect((await run("hello.mjs")).stderr).toBe("Installing dependencies (the last installation did not finish) …\n");
});

const changes: Record<string, Lock> = {
  "another version": { ...installed, "node_modules/a": { version: "1.0.1", integrity: "sha512-a" } },
  "another content": { ...installed, "node_modules/a": { version: "1.0.0", integrity: "sha512-b" } },
  "a package too few": { cli: { version: "0.1.0" } },
  "a package too many": { ...installed, "node_modules/b": { version: "1.0.0" } },
};

test.each(Object.keys(changes))("%s in node_modules: installed anew", async (change) => {
  const { run } = repository({ present: changes[change] ?? {} });
  expect((await run("hello.mjs")).stderr).toBe("Installing dependencies (package-lock.json changed) …\n");
});

test("what npm says when it fails is shown whole", async () => {
  const { folder, run } = repository({ npm: "echo out; echo 'npm error code E404' >&2; exit 1" });
  expect(await run("hello.mjs")).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: `Installing dependencies (the last installation did not finish) …\nout\nnpm error code E404\n\n\`npm ci\` failed in ${folder}.\n`,
  });
});

test("without the project's Node, it is said how to get it", async () => {
  const { run } = repository({ present: installed, node: false });
  expect(await run("hello.mjs")).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: `The project's own Node is missing: npm ran without install scripts (--ignore-scripts).
Run \`npm rebuild node --ignore-scripts=false\`, then the same command again.
`,
  });
});

test("the exit code goes through", async () => {
  const { folder, run } = repository({ present: installed });
  writeFileSync(join(folder, "fails.mjs"), "process.exitCode = 7;");
  expect(await run("fails.mjs")).toMatchObject({ exitCode: 7 });
});

test("signals go through, and the program may end in its own way", async () => {
  const { folder, env } = repository({ present: installed });
  writeFileSync(
    join(folder, "waits.mjs"),
    "process.on('SIGTERM', () => process.exit(3)); setInterval(() => {}, 1000); console.log('ready');",
  );
  const child = spawn(process.execPath, [join(folder, "tools/run.mjs"), "waits.mjs"], { cwd: folder, env });
  child.stdout.once("data", () => child.kill("SIGTERM"));
  expect(await ended(child)).toEqual({ code: 3, signal: null });
});

test("a program that a signal ended makes the script end by it", async () => {
  const { folder, env } = repository({ present: installed });
  writeFileSync(join(folder, "dies.mjs"), "process.kill(process.pid, 'SIGKILL');");
  const child = spawn(process.execPath, [join(folder, "tools/run.mjs"), "dies.mjs"], { cwd: folder, env });
  expect(await ended(child)).toEqual({ code: null, signal: "SIGKILL" });
});

function ended(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((done) => child.once("exit", (code, signal) => done({ code, signal })));
}
