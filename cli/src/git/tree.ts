import { runGit } from "./git.ts";
import type { Commit, Repository } from "./repository.ts";

/** A file in the tree of a commit. */
export interface TreeFile {
  /** From the folder that was listed, with slashes. */
  readonly path: string;
  /** The name of its content, to git. */
  readonly object: string;
}

/** What a folder of a commit has in it. */
export interface Listing {
  /** In order of their paths. Symbolic links in the repository are followed. */
  readonly files: readonly TreeFile[];
  /** Folders that are repositories of their own, from the folder that was listed. */
  readonly submodules: readonly string[];
}

/**
 * What is below a folder of a commit; undefined if there is no such folder. One that is itself a submodule has nothing
 * but that in it.
 *
 * @param folder from the root of the project; empty for the project itself
 */
export async function listingAt(repository: Repository, commit: Commit, folder: string): Promise<Listing | undefined> {
  const { host, project } = repository;
  const [tree] = await objectsOf(repository, [placeOf(repository, commit, folder)]);
  if (tree?.type === "commit") return { files: [], submodules: [""] };
  if (tree?.type !== "tree") return undefined;
  const { stdout } = await runGit(host, project.root, ["ls-tree", "-r", "-z", "--full-tree", tree.object]);
  const entries = stdout
    .toString("utf8")
    .split("\0")
    .flatMap((line) => {
      const [, mode = "", object = "", path = ""] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      return isWithin(path) ? [{ mode, object, path }] : [];
    });
  const links = entries.filter(({ mode }) => mode === modes.link);
  const targets = await objectsOf(
    repository,
    // From the top: a link may lead out of the folder, as long as it stays in the repository.
    links.map(({ path }) => placeOf(repository, commit, folder === "" ? path : `${folder}/${path}`)),
  );
  const linked = new Map(links.map((link, index) => [link.path, targets[index]]));
  return {
    files: entries.flatMap(({ mode, object, path }) => {
      if (mode === modes.submodule) return [];
      if (mode !== modes.link) return [{ path, object }];
      const target = linked.get(path);
      return target?.type === "blob" ? [{ path, object: target.object }] : [];
    }),
    submodules: entries.flatMap(({ mode, path }) => (mode === modes.submodule ? [path] : [])),
  };
}

/**
 * Files of a commit by name; those that are not there are left out.
 *
 * @param paths from the root of the project
 */
export async function filesNamed(
  repository: Repository,
  commit: Commit,
  paths: readonly string[],
): Promise<readonly TreeFile[]> {
  const objects = await objectsOf(
    repository,
    paths.map((path) => placeOf(repository, commit, path)),
  );
  return paths.flatMap((path, index) => {
    const object = objects[index];
    return object?.type === "blob" ? [{ path, object: object.object }] : [];
  });
}

/** The contents of files, in their order: the bytes that were committed. */
export async function contentsOf(repository: Repository, files: readonly TreeFile[]): Promise<readonly Buffer[]> {
  if (files.length === 0) return [];
  const { host, project } = repository;
  const input = files.map(({ object }) => `${object}\n`).join("");
  const { stdout } = await runGit(host, project.root, ["cat-file", "--batch"], input);
  const contents: Buffer[] = [];
  for (let start = 0; contents.length < files.length; ) {
    const end = stdout.indexOf("\n", start);
    const [, length] = /^[0-9a-f]+ blob (\d+)$/.exec(stdout.toString("latin1", start, end)) ?? [];
    if (end < 0 || length === undefined) throw new Error("git cat-file did not answer as it is documented");
    contents.push(stdout.subarray(end + 1, end + 1 + Number(length)));
    start = end + Number(length) + 2;
  }
  return contents;
}

/** As git writes what an entry of a tree is. */
const modes = { link: "120000", submodule: "160000" } as const;

interface GitObject {
  readonly type: string;
  readonly object: string;
}

function placeOf({ prefix }: Repository, { hash }: Commit, path: string): string {
  return `${hash}:${`${prefix}${path}`.replace(/\/$/, "")}`;
}

/** What is at these places, given as `tree:path`; undefined where there is nothing. */
async function objectsOf(
  repository: Repository,
  places: readonly string[],
): Promise<readonly (GitObject | undefined)[]> {
  if (places.length === 0) return [];
  const { host, project } = repository;
  const input = places.map((place) => `${place.includes("\n") ? "" : place}\n`).join("");
  const args = ["cat-file", "--batch-check", "--follow-symlinks"];
  const { stdout } = await runGit(host, project.root, args, input);
  let start = 0;
  return places.map(() => {
    const end = stdout.indexOf("\n", start);
    const line = stdout.toString("utf8", start, end);
    // A link that leads nowhere, or out of the repository, is shown on a line of its own, which may have breaks in it.
    const [, length] = /^(?:symlink|dangling|loop|notdir) (\d+)$/.exec(line) ?? [];
    start = end + 1 + (length === undefined ? 0 : Number(length) + 1);
    const [, object, type] = /^([0-9a-f]+) (\w+) \d+$/.exec(line) ?? [];
    return object === undefined || type === undefined ? undefined : { object, type };
  });
}

/** A tree that was not made by git can have other names. */
function isWithin(path: string): boolean {
  return path.split("/").every((part) => part !== "" && part !== "." && part !== ".." && !part.includes("\\"));
}
