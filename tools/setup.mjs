// Makes the repository ready to run, and runs things in it. Plain JavaScript for Node >= 18 without dependencies:
// this is what runs when there is nothing but git, Node and npm.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const root = resolve(fileURLToPath(import.meta.url), "../..");

const modules = join(root, "node_modules");
const windows = process.platform === "win32";
const projectNode = join(modules, "node", "bin", windows ? "node.exe" : "node");

/** Installs the dependencies if they are not those of package-lock.json. Prints one line, and only then. */
export async function ensureSetup() {
  const reason = reasonToInstall();
  if (reason !== undefined) await install(reason);
  if (!existsSync(projectNode)) {
    fail(
      [
        "The project's own Node is missing: npm ran without install scripts (--ignore-scripts).",
        "Run `npm rebuild node --ignore-scripts=false`, then the same command again.",
      ].join("\n"),
    );
  }
}

/**
 * Runs a file of the repository under the project's Node, from source. Signals go through to it; resolves to its exit
 * code.
 *
 * @param {string} file relative to the root
 * @param {readonly string[]} args
 * @param {{ cwd?: string, stdio?: import("node:child_process").StdioOptions }} [options]
 * @returns {Promise<number>}
 */
export function runFile(file, args, options = {}) {
  const child = spawn(projectNode, ["--conditions=@ego/source", resolve(root, file), ...args], {
    cwd: options.cwd ?? process.cwd(),
    stdio: options.stdio ?? "inherit",
    // Plugins of buf and scripts of npm say just `node`.
    env: { ...process.env, PATH: [join(modules, ".bin"), process.env.PATH].filter(Boolean).join(delimiter) },
  });
  const handlers = ["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => {
    const handler = () => {
      // A terminal sends ^C to both of us; a second one would make the child skip its clean-up.
      if (signal === "SIGINT" && process.stdin.isTTY) return;
      child.kill(signal);
    };
    process.on(signal, handler);
    return [signal, handler];
  });
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.once("exit", (code, signal) => {
      for (const [name, handler] of handlers) process.off(name, handler);
      if (signal !== null) process.kill(process.pid, signal);
      done(code ?? 1);
    });
  });
}

/** Prints the text and ends the process. */
export function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(2);
}

function reasonToInstall() {
  const wanted = packagesOf(join(root, "package-lock.json"));
  if (wanted === undefined)
    fail("package-lock.json is missing or damaged. Restore it: `git checkout package-lock.json`.");
  if (!existsSync(modules)) return "first run";
  // npm writes this file at the very end: an interrupted installation has none.
  const present = packagesOf(join(modules, ".package-lock.json"));
  if (present === undefined) return "the last installation did not finish";
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.startsWith("node_modules/")) continue;
    const found = present[path];
    // Packages for other platforms are in the lockfile, but not here.
    if (found === undefined && entry.optional) continue;
    if (found?.version !== entry.version || found?.integrity !== entry.integrity) return `package-lock.json changed`;
  }
  if (Object.keys(present).some((path) => wanted[path] === undefined)) return "package-lock.json changed";
  return undefined;
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}

function install(reason) {
  process.stderr.write(`Installing dependencies (${reason}) …\n`);
  // npm must not run on the Node that it is about to replace.
  const path = (process.env.PATH ?? "").split(delimiter).filter((part) => !part.startsWith(modules + sep));
  // `error`, because npm would warn about the Node it runs on, which is not the one that will be used.
  const child = spawn(windows ? "npm.cmd" : "npm", ["ci", "--loglevel=error", "--no-fund", "--no-audit"], {
    cwd: root,
    env: { ...process.env, PATH: path.join(delimiter) },
    stdio: ["ignore", "pipe", "pipe"],
    shell: windows,
  });
  let output = "";
  child.stdout.on("data", (data) => {
    output += data;
  });
  child.stderr.on("data", (data) => {
    output += data;
  });
  return new Promise((done) => {
    child.once("error", (error) => fail(`npm could not be started: ${error.message}`));
    child.once("close", (code) => {
      if (code !== 0) fail(`${output}\n\`npm ci\` failed in ${root}.`);
      done();
    });
  });
}
