import { Failure } from "../failure.ts";
import { runGit } from "./git.ts";
import { type Commit, commitIfKnown, commitNamed, type Repository } from "./repository.ts";

/** Branches that others branch off from, if the remote does not say which one does. */
const usual = ["origin/main", "origin/master", "main", "master"];

/**
 * What a change is compared with if nobody says so: the commit where its branch left the default branch; on that branch
 * itself, its last commit while a proto is edited, and the one before that otherwise.
 *
 * @returns undefined for the first commit of all
 * @throws Failure if that cannot be told, with how to tell it or how to fetch it
 */
export async function baseCommit(repository: Repository): Promise<Commit | undefined> {
  const head = await commitNamed(repository, "HEAD");
  const trunk = await defaultBranch(repository);
  if (trunk) {
    const base = await mergeBase(repository, trunk);
    if (base.hash !== head.hash) return base;
  } else if (repository.shallow) {
    throw new Failure(
      "environment",
      `This is a shallow clone, without the branch to compare with. Check out with \`fetch-depth: 0\`, run \`git fetch --unshallow\`, or say with what to compare: \`--against <ref>\`.`,
    );
  }
  if (await hasEdits(repository)) return head;
  const parent = await commitIfKnown(repository, "HEAD~1");
  if (parent || !repository.shallow) return parent;
  throw new Failure(
    "environment",
    "This is a shallow clone, without the commit before HEAD. Check out with `fetch-depth: 2`, or run `git fetch --deepen=1`.",
  );
}

async function defaultBranch(repository: Repository): Promise<Commit | undefined> {
  const { host, project } = repository;
  const { exitCode, stdout } = await runGit(host, project.root, [
    "symbolic-ref",
    "--short",
    "refs/remotes/origin/HEAD",
  ]);
  const named = exitCode === 0 ? [stdout.toString("utf8").trim()] : [];
  for (const name of [...named, ...usual]) {
    const commit = await commitIfKnown(repository, name);
    if (commit) return commit;
  }
  return undefined;
}

async function mergeBase(repository: Repository, trunk: Commit): Promise<Commit> {
  const { host, project, shallow } = repository;
  const { exitCode, stdout } = await runGit(host, project.root, ["merge-base", "HEAD", trunk.hash]);
  const hash = stdout.toString("latin1").trim();
  if (exitCode === 0 && hash !== "") return { name: `the merge base with ${trunk.name}`, hash };
  throw new Failure(
    "environment",
    shallow
      ? `This is a shallow clone, without the commit where this branch left ${trunk.name}. Check out with \`fetch-depth: 0\`, or run \`git fetch --unshallow\`.`
      : `HEAD and ${trunk.name} have no commit in common. Say with what to compare: \`--against <ref>\`.`,
  );
}

/** Whether a proto, or what says where they are, is not as it was committed. */
async function hasEdits({ host, project }: Repository): Promise<boolean> {
  const paths = [":(glob)**/*.proto", "buf.yaml", ":(exclude,glob)**/node_modules/**"];
  const args = ["status", "--porcelain", "-z", "--untracked-files=all", "--", ...paths];
  return (await runGit(host, project.root, args)).stdout.length > 0;
}
