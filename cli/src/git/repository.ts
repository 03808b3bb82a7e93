import { Failure } from "../failure.ts";
import type { Project } from "../project/project.ts";
import type { Host } from "../terminal/host.ts";
import { nearest } from "../terminal/nearest.ts";
import { printable, printableName } from "../terminal/printable.ts";
import { runGit } from "./git.ts";

/** The git repository that a project is in. */
export interface Repository {
  readonly host: Host;
  readonly project: Project;
  /** The project's folder in the repository: empty, or with a slash at its end. */
  readonly prefix: string;
  /** Whether it was cloned without all of its past. */
  readonly shallow: boolean;
}

/** A commit, and how it was named. */
export interface Commit {
  /** What the user typed, or what stands for it: `origin/main`. */
  readonly name: string;
  /** Its full hash: what may be handed to git. */
  readonly hash: string;
}

/**
 * The repository that a project is in.
 *
 * @throws Failure if there is none, or if git refuses to read it
 */
export async function findRepository(host: Host, project: Project): Promise<Repository> {
  const { exitCode, stdout, stderr } = await runGit(host, project.root, [
    "rev-parse",
    "--is-inside-work-tree",
    "--is-shallow-repository",
    "--show-prefix",
  ]);
  const [inside, shallow, prefix = ""] = stdout.toString("utf8").split("\n");
  if (exitCode === 0 && inside === "true") return { host, project, prefix, shallow: shallow === "true" };
  if (/not a git repository/.test(stderr) || exitCode === 0) {
    throw new Failure(
      "environment",
      `${printableName(project.root)} is not in a git repository, so there is nothing to compare with.\nIs it a copy without its .git? Then run this in a clone.`,
    );
  }
  // As "dubious ownership", to which git says the way out.
  throw new Failure("environment", printable(stderr.trim()));
}

/**
 * The commit that a name stands for, as git understands names: a branch, a tag, a hash, `HEAD~1`, …
 *
 * @throws Failure if there is none, with the nearest name or how to fetch it
 */
export async function commitNamed(repository: Repository, name: string): Promise<Commit> {
  const hash = await hashOf(repository, name);
  if (hash !== undefined) return { name, hash };
  throw await unknown(repository, name);
}

/** As {@link commitNamed}, but undefined if there is none. */
export async function commitIfKnown(repository: Repository, name: string): Promise<Commit | undefined> {
  const hash = await hashOf(repository, name);
  return hash === undefined ? undefined : { name, hash };
}

/** As people write a commit: `origin/main (1a2b3c4)`. */
export function commitText({ name, hash }: Commit): string {
  return hash.startsWith(name) ? hash.slice(0, 7) : `${printableName(name)} (${hash.slice(0, 7)})`;
}

async function hashOf({ host, project }: Repository, name: string): Promise<string | undefined> {
  if (!isName(name)) return undefined;
  const args = ["rev-parse", "--verify", "--quiet", `${name}^{commit}`];
  const { exitCode, stdout } = await runGit(host, project.root, args);
  const hash = stdout.toString("latin1").trim();
  return exitCode === 0 && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(hash) ? hash : undefined;
}

/** Whether git can take it for the name of a commit, and for nothing else: not for an option, nor for more than one. */
function isName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: git allows none in a name
  return name !== "" && !/^[-^]|[\u0000-\u001f\u007f]/.test(name);
}

async function unknown(repository: Repository, name: string): Promise<Failure> {
  const shown = printableName(name);
  if (!isName(name)) return new Failure("input", `"${shown}" is no name of a branch, a tag or a commit.`);
  if (name !== "HEAD" && (await hashOf(repository, "HEAD")) === undefined) return await unknown(repository, "HEAD");
  if (name === "HEAD") {
    return new Failure("environment", "The git repository has no commit yet: commit first, then compare.");
  }
  const { host, project, shallow } = repository;
  const text = `git knows no commit "${shown}".`;
  if (shallow) {
    const [remote, branch] = await remoteBranch(repository, name);
    const one =
      branch === undefined
        ? ""
        : ` Or only this one: \`git fetch --depth=1 ${remote} ${branch}:refs/remotes/${remote}/${branch}\`.`;
    return new Failure(
      "environment",
      `${text} This is a shallow clone: fetch the rest with \`git fetch --unshallow\`, or check out with \`fetch-depth: 0\`.${one}`,
    );
  }
  const refs = await runGit(host, project.root, ["for-each-ref", "--format=%(refname:short)"]);
  const names = ["HEAD", ...refs.stdout.toString("utf8").split("\n").filter(Boolean)];
  const meant = nearest(name, names) ?? names.find((ref) => ref.endsWith(`/${name}`));
  if (meant !== undefined) return new Failure("input", `${text} Did you mean ${printableName(meant)}?`);
  const [remote, branch] = await remoteBranch(repository, name);
  const help = branch === undefined ? `There are: ${known(names)}.` : `Fetch it: \`git fetch ${remote} ${branch}\`.`;
  return new Failure("input", `${text} ${help}`);
}

/** The first of the names, for the user. */
function known(names: readonly string[], shown = 8): string {
  const first = names.slice(0, shown).map(printableName);
  return [...first, ...(names.length > shown ? ["…"] : [])].join(", ");
}

/** `origin/main` → `origin`, `main`, if there is such a remote and the name may stand in a command line as it is. */
async function remoteBranch({ host, project }: Repository, name: string): Promise<readonly string[]> {
  const [, remote = "", branch = ""] = /^(\w[\w.-]*)\/(\w[\w./-]*)$/.exec(name) ?? [];
  const remotes = (await runGit(host, project.root, ["remote"])).stdout.toString("utf8").split("\n");
  return branch !== "" && remotes.includes(remote) ? [remote, branch] : [];
}
