import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, parse, relative, resolve, sep } from "node:path";
import type { Host } from "../terminal/host.ts";
import { printableName } from "../terminal/printable.ts";
import type { Finding } from "./finding.ts";
import { runGeneration } from "./generation.ts";
import type { ImageToGenerate } from "./image-to-generate.ts";
import { type Fingerprints, fingerprints, outputFolders } from "./outputs.ts";
import { hasOwnProtos } from "./own-protos.ts";
import { checkStrategy } from "./plugin-strategy.ts";
import type { Project } from "./project.ts";
import { isCleaned, isGenerated } from "./written-by-hand.ts";

/** A generated file that is not what the generators would write now. */
export interface StaleFile {
  /** From the root of the project, with slashes. */
  readonly file: string;
  /** It is not there, it has another content, or nothing generates it any more. */
  readonly what: "missing" | "changed" | "left over";
  /** The first line that differs, from 1; 0 if only the line ends do. */
  readonly line: number;
}

/** How the generated files of a project stand to its protos. */
export interface Freshness {
  /** In order of their names; empty if `ego generate` would change nothing. */
  readonly stale: readonly StaleFile[];
  /** How many files the generators write. */
  readonly files: number;
}

/**
 * Generates into a temporary folder and compares: byte for byte. Writes nothing in the project.
 *
 * @param image what the generators are to read, as `imageToGenerate` makes it, if it is there anyway
 * @throws Failure for what `ego generate` would fail of
 */
export async function freshnessOf(
  host: Host,
  project: Project,
  image?: Promise<ImageToGenerate | undefined>,
): Promise<Freshness> {
  checkStrategy(project);
  if (!hasOwnProtos(project)) return { stale: [], files: 0 };
  const folders = outputFolders(project);
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), "ego-fresh-")));
  try {
    // As deep as the project is, so that `out: ../bank/gen` leads to the same place in it, and not out of it.
    const into = join(temporary, relative(parse(project.root).root, project.root));
    const options = { progress: "Generating, to compare …", into };
    const built = await image;
    const file = join(temporary, "image.binpb");
    if (built) writeFileSync(file, built.bytes);
    await runGeneration(host, project, built ? { ...options, image: file } : options);
    const stale = new Map<string, StaleFile>();
    const generated = new Set<string>();
    for (const folder of folders) {
      const [from, to] = [join(into, folder), resolve(project.root, folder)];
      const named = (path: string) => relative(project.root, join(to, path)).split(sep).join("/");
      const [made, present] = [hashesIn(from), hashesIn(to)];
      for (const [path, hash] of made) {
        generated.add(named(path));
        if (present.get(path) === hash) continue;
        const what = present.has(path) ? "changed" : "missing";
        const line = what === "missing" ? 1 : firstDifference(join(to, path), join(from, path));
        stale.set(named(path), { file: named(path), what, line });
      }
      const maker = isCleaned(project) ? undefined : "protoc-gen-ego";
      for (const path of present.keys()) {
        if (made.has(path) || !isGenerated(join(to, path), maker)) continue;
        stale.set(named(path), { file: named(path), what: "left over", line: 1 });
      }
    }
    return { stale: [...stale.keys()].toSorted().flatMap((file) => stale.get(file) ?? []), files: generated.size };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** The files that are not fresh, for the user. */
export function freshnessFindings({ stale }: Freshness): readonly Finding[] {
  return stale.map(({ file, what, line }) => {
    const name = printableName(file);
    const said = { severity: "error", at: { file: name, line: Math.max(line, 1), column: 1 } } as const;
    const help = "Run `ego generate`, and commit what it writes.";
    switch (what) {
      case "missing":
        return { ...said, code: "EGO301", text: "This generated file is missing.", help };
      case "left over":
        return { ...said, code: "EGO303", text: "Nothing generates this file any more.", help: removal(file, help) };
      default:
        return line === 0
          ? {
              ...said,
              code: "EGO302",
              text: "This generated file has other line ends than it was generated with.",
              help: "git may have changed them: write `*.ts eol=lf` and `*.json eol=lf` into .gitattributes.",
            }
          : { ...said, code: "EGO302", text: "This generated file is stale: the protos say something else.", help };
    }
  });
}

function removal(file: string, help: string): string {
  return `${help} Without \`clean: true\` in buf.gen.yaml, remove ${printableName(file)} yourself.`;
}

/** The files in a folder, by their paths from it. */
function hashesIn(folder: string): Fingerprints {
  return new Map([...fingerprints({ root: folder }, ["."])].map(([file, hash]) => [relative(folder, file), hash]));
}

function firstDifference(now: string, fresh: string): number {
  const [is, wanted] = [now, fresh].map((file) => readFileSync(file, "utf8").replaceAll("\r\n", "\n").split("\n"));
  const at = wanted?.findIndex((line, index) => line !== is?.[index]) ?? 0;
  if (at >= 0) return at + 1;
  return is?.length === wanted?.length ? 0 : (wanted?.length ?? 0) + 1;
}
