// npm run build [-- PACKAGE…]: compiles the packages, or those named, into their dist folders, ready for `npm pack`.
// With --into FOLDER: the same, but into copies below that folder; the tree stays as it is. Types are not checked
// then, which would take four times as long: `npm run typecheck` does that.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { bundle } from "./bundle.ts";

const root = join(import.meta.dirname, "..");
const packages = ["protoc-gen-ego", "runtime", "cli"];
const bins = ["protoc-gen-ego/bin/protoc-gen-ego", "cli/bin/ego.js"];

/** The packages of which each module named is made one file, with all that it imports. */
const bundles: Readonly<Record<string, { readonly sources: readonly string[]; readonly external: boolean }>> = {
  // buf starts it from wherever it is: it needs nothing beside it.
  "protoc-gen-ego": { sources: ["plugin.ts", "model.ts"], external: false },
  // Its dependencies are large, and most verbs load none of them.
  cli: { sources: ["main.ts", "config.ts"], external: true },
};

const { values, positionals } = parseArgs({ options: { into: { type: "string" } }, allowPositionals: true });
const base = values.into === undefined ? root : resolve(values.into);
const unknown = positionals.find((name) => !packages.includes(name));
if (unknown !== undefined) {
  process.stderr.write(`"${unknown}" is no package; there are ${packages.join(", ")}.\n`);
  process.exit(1);
}

for (const name of positionals.length === 0 ? packages : positionals) await build(name);
for (const bin of bins.filter((file) => existsSync(join(base, file)))) chmodSync(join(base, bin), 0o755);

async function build(name: string): Promise<void> {
  // On standard error: `npm pack --json` runs this and owns standard output.
  process.stderr.write(`building ${name}\n`);
  if (base !== root) copyPackage(name);
  const dist = join(base, name, "dist");
  const bundled = bundles[name];
  rmSync(dist, { recursive: true, force: true });
  try {
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    execFileSync(
      process.execPath,
      [
        compiler,
        ...["-p", `${name}/tsconfig.build.json`, "--outDir", dist, "--noEmitOnError"],
        ...(base === root ? [] : ["--noCheck"]),
        ...(bundled === undefined ? [] : ["--emitDeclarationOnly"]),
      ],
      {
        cwd: root,
        stdio: ["ignore", 2, 2],
      },
    );
  } catch {
    // The compiler has said what is wrong.
    process.exit(1);
  }
  if (bundled !== undefined) {
    const sources = bundled.sources.map((file) => join(root, name, "src", file));
    await bundle({ sources, external: bundled.external ? dependenciesOf(name) : [], folder: dist });
  }
  // A tarball holds the licence of its package, not that of the repository around it.
  cpSync(join(root, "LICENSE"), join(base, name, "LICENSE"));
  if (name === "cli") copyForProjects();
  if (name === "protoc-gen-ego") copyDiagnostics();
}

/** What is installed with a package, and so not made a part of it. */
function dependenciesOf(name: string): readonly string[] {
  const { dependencies } = JSON.parse(readFileSync(join(root, name, "package.json"), "utf8")) as {
    dependencies?: Readonly<Record<string, string>>;
  };
  return Object.keys(dependencies ?? {});
}

/** What of a package is in its tarball and not made by this script. */
function copyPackage(name: string): void {
  const { files } = JSON.parse(readFileSync(join(root, name, "package.json"), "utf8")) as { files: string[] };
  for (const entry of ["package.json", "README.md", ...files]) {
    const source = join(root, name, entry);
    if (["dist", "templates", "docs"].includes(entry) || !existsSync(source)) continue;
    cpSync(source, join(base, name, entry), { recursive: true });
  }
}

/** What projects are made of, and the documentation that their README leads to: that of the version they have. */
function copyForProjects(): void {
  for (const folder of ["templates", "docs"]) {
    const target = join(base, "cli", folder);
    rmSync(target, { recursive: true, force: true });
    cpSync(join(root, folder), target, { recursive: true });
  }
}

/** What diagnostics lead to: see `docsPath` of the plugin. */
function copyDiagnostics(): void {
  const file = "docs/diagnostics.md";
  cpSync(join(root, file), join(base, "protoc-gen-ego", file));
}
