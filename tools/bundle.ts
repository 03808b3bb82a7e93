// Makes one file of a module and what it imports, so that it starts fast: a hundred small files cost more time to find
// and open than to run.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { rolldown } from "rolldown";

/** What is bundled. */
export interface Bundle {
  /** The modules: each becomes one file of its name, beside which is what it imports only when that is needed. */
  readonly sources: readonly string[];
  /** The packages that stay imports. */
  readonly external: readonly string[];
  /** Where the files go, with the notices of what is in them. */
  readonly folder: string;
}

/** The licences of all that is bundled and not ours. */
export const notices = "THIRD-PARTY-NOTICES.txt";

/** Writes the files, and the notices that the licences of their parts ask for. */
export async function bundle({ sources, external, folder }: Bundle): Promise<void> {
  const modules = new Set<string>();
  for (const source of sources) {
    const build = await rolldown({
      input: source,
      platform: "node",
      external: (id) => external.some((name) => id === name || id.startsWith(`${name}/`)),
      plugins: [withoutTranspiler, namesOnce],
    });
    const { output } = await build.write({ dir: folder, format: "esm", entryFileNames: "[name].js" });
    await build.close();
    for (const chunk of output) if (chunk.type === "chunk") for (const id of chunk.moduleIds) modules.add(id);
  }
  writeFileSync(join(folder, notices), noticesOf([...modules]));
}

/**
 * protoplugin loads a whole TypeScript, four fifths of the time that a plugin takes to start, for targets that this
 * one refuses.
 */
const withoutTranspiler = {
  name: "without-transpiler",
  load(id: string): string | undefined {
    if (!id.replaceAll(sep, "/").endsWith("@bufbuild/protoplugin/dist/esm/transpile.js")) return undefined;
    return 'export function transpile() { throw new Error("only target=ts is supported"); }';
  },
};

/** protoplugin works out the names of all types of a file each time it is asked for one, a quarter of what printing takes. */
const namesOnce = {
  name: "names-once",
  transform(code: string, id: string): string | undefined {
    if (!id.replaceAll(sep, "/").endsWith("@bufbuild/protoplugin/dist/esm/names.js")) return undefined;
    const head = "function allNames(file) {";
    if (code.split(head).length !== 2) throw new Error(`${id} is not as this plugin knows it`);
    return code.replace(
      head,
      `const known = new WeakMap();
function allNames(file) {
    let names = known.get(file);
    if (!names) known.set(file, names = namesIn(file));
    return names;
}
function namesIn(file) {`,
    );
  },
};

/** For each package its name, version and licence, its text, and the comments that its files begin with, each once. */
function noticesOf(modules: readonly string[]): string {
  const packages = new Map<string, Set<string>>();
  for (const id of modules) {
    const [, folder] = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(id) ?? [];
    if (folder === undefined) continue;
    const comments = packages.get(folder) ?? new Set();
    packages.set(folder, comments.add(leadingComment(readFileSync(id, "utf8"))));
  }
  const sections = [...packages].map(([folder, comments]) => {
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Readonly<Record<string, string>>;
    const title = `${manifest.name} ${manifest.version}, ${manifest.license}`;
    const texts = [...licencesIn(folder), ...[...comments].filter((comment) => comment !== "").toSorted()];
    return [`${title}\n${"=".repeat(title.length)}`, ...texts].join("\n\n");
  });
  const intro = "Parts of these packages are in the files beside this one.";
  return `${[intro, ...sections.toSorted()].join("\n\n\n")}\n`;
}

/** The texts of the licence files of a package; not all have one. */
function licencesIn(folder: string): readonly string[] {
  const files = readdirSync(folder).filter((file) => /^licen[cs]e(\.(md|txt))?$/i.test(file));
  return files.map((file) => readFileSync(join(folder, file), "utf8").trim());
}

/** The lines of comment at the top of a file, which is where licences stand. */
function leadingComment(source: string): string {
  const lines = source.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("//"));
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^\/\/ ?/, ""))
    .join("\n")
    .trim();
}
