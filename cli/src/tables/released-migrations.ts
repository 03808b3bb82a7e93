import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { commitNamed, commitText, findRepository } from "../git/repository.ts";
import { contentsOf, listingAt } from "../git/tree.ts";
import type { MigrationsFolder } from "../migrate/folder.ts";
import type { Finding } from "../project/finding.ts";
import type { Project } from "../project/project.ts";
import type { Host } from "../terminal/host.ts";

/**
 * Which migrations of a commit are others now, or gone: what was released has been applied somewhere, and nobody applies it
 * again.
 *
 * @param pathOf the path of a file of the folder, from the root of the project
 * @throws Failure if there is no repository or no such commit
 */
export async function changedSince(
  host: Host,
  project: Project,
  folder: MigrationsFolder,
  pathOf: (file: string) => string,
  ref: string,
): Promise<readonly Finding[]> {
  const repository = await findRepository(host, project);
  const commit = await commitNamed(repository, ref);
  const listing = await listingAt(repository, commit, dirname(pathOf("x")));
  const files = (listing?.files ?? []).filter(({ path }) => /^[0-9][^/]*\.[cm]?[jt]s$/.test(path));
  const contents = await contentsOf(repository, files);
  const present = new Set(folder.files.map(({ file }) => file));
  return files.flatMap(({ path }, index): Finding[] => {
    const same = present.has(path) && contents[index]?.equals(readFileSync(join(project.root, pathOf(path))));
    if (same) return [];
    return [
      {
        code: "EGO280",
        severity: "error",
        at: { file: pathOf(path), line: 1, column: 1 },
        text: `This migration ${present.has(path) ? "is another" : "is gone, which was there"} at ${commitText(commit)}: databases that have it stay as they are.`,
        help: `Bring it back${restoring(commit.hash, pathOf(path))}. What has to be different is another migration.`,
      },
    ];
  });
}

/** A command for a shell, unless the name of the file would mean something there. */
function restoring(hash: string, file: string): string {
  return /^[\w./-]+$/.test(file) ? `: \`git restore --source=${hash.slice(0, 7)} ${file}\`` : "";
}
