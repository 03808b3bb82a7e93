// npm run generate: everything that is generated in this repository.
// With --check: fails, naming the files, if the tree was not what its protos say.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

const templates = ["buf.gen.yaml", "{examples,test}/{*,*/*}/buf.gen.yaml"]
  .flatMap((glob) => globSync(glob, { cwd: root }))
  .filter((template) => existsSync(join(root, template)))
  .toSorted();

const before = fingerprints();
for (const template of templates) {
  process.stdout.write(`buf generate --template ${template}\n`);
  buf("generate", "--template", template);
}
if (process.argv.includes("--check")) check();

function buf(...args: string[]): void {
  try {
    execFileSync(process.execPath, [join(root, "node_modules/@bufbuild/buf/bin/buf"), ...args], {
      cwd: root,
      stdio: "inherit",
    });
  } catch {
    // buf has said what is wrong.
    process.exit(1);
  }
}

function check(): void {
  const after = fingerprints();
  const stale = [...new Set([...before.keys(), ...after.keys()])]
    .filter((file) => before.get(file) !== after.get(file))
    .toSorted();
  if (stale.length === 0) {
    process.stdout.write(`${after.size} generated files are fresh\n`);
    return;
  }
  for (const file of stale) {
    const what = !before.has(file) ? "was missing" : !after.has(file) ? "is not generated any more" : "was stale";
    process.stderr.write(`${file} ${what}\n`);
  }
  process.stderr.write("Commit what `npm run generate` writes.\n");
  process.exitCode = 1;
}

/** The generated files of the tree, with a hash of each: where the templates write. */
function fingerprints(): Map<string, string> {
  const folders = templates.flatMap((template) =>
    [...readFileSync(join(root, template), "utf8").matchAll(/^\s*out:\s*(\S+)\s*$/gm)].map((match) => match[1] ?? ""),
  );
  const files = [...new Set(folders)].flatMap((folder) => globSync(`${folder}/**/*.*`, { cwd: root }));
  return new Map(
    files.toSorted().map((file) => {
      const hash = createHash("sha256").update(readFileSync(join(root, file)));
      return [file, hash.digest("hex")];
    }),
  );
}
