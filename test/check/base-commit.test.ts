import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { baseCommit } from "../../cli/src/git/base-commit.ts";
import { findRepository } from "../../cli/src/git/repository.ts";
import { fakeHost } from "../../cli/src/testdata/fake-host.ts";
import { temporaryFolder, writeFiles } from "../../cli/src/testdata/temporary-folder.ts";
import { bank, commit, git, hasGit, repositoryWith } from "./repository.ts";

/** What is compared with, as name and hash, or why nothing can be. */
async function base(root: string): Promise<readonly [name: string, hash: string] | string | undefined> {
  const repository = await findRepository(fakeHost(root), { root });
  return baseCommit(repository).then(
    (found) => found && ([found.name, found.hash] as const),
    (error: Error) => error.message,
  );
}

describe.skipIf(!hasGit)("if nobody says with what, there is compared", () => {
  test("a branch with where it left the default branch, whatever is on that by now", async () => {
    const root = repositoryWith(bank);
    const left = git(root, "rev-parse", "HEAD");
    git(root, "switch", "--quiet", "--create", "topic");
    commit(root);
    git(root, "switch", "--quiet", "main");
    commit(root);
    git(root, "switch", "--quiet", "topic");
    expect(await base(root)).toEqual(["the merge base with main", left]);
  });

  test("the default branch with its last commit while protos are edited, else with the one before", async () => {
    const root = repositoryWith(bank);
    const first = git(root, "rev-parse", "HEAD");
    expect(await base(root)).toBe(undefined);
    const second = commit(root);
    expect(await base(root)).toEqual(["HEAD~1", first]);
    writeFiles(root, { "README.md": "edited", "node_modules/x/x.proto": "", ".git/info/exclude": "" });
    expect(await base(root)).toEqual(["HEAD~1", first]);
    appendFileSync(join(root, "proto/bank/v1/account.proto"), "// edited\n");
    expect(await base(root)).toEqual(["HEAD", second]);
  });

  test("the default branch after a merge with what it was before", async () => {
    const root = repositoryWith(bank);
    git(root, "switch", "--quiet", "--create", "topic");
    commit(root);
    git(root, "switch", "--quiet", "main");
    const before = commit(root);
    git(root, "merge", "--quiet", "--no-ff", "--message", "merged", "topic");
    expect(await base(root)).toEqual(["HEAD~1", before]);
  });

  test("what is not pushed yet with what is, also where the default branch has a name of its own", async () => {
    const upstream = repositoryWith(bank);
    git(upstream, "branch", "--move", "trunk");
    const root = temporaryFolder();
    git(root, "clone", "--quiet", upstream, ".");
    const pushed = git(root, "rev-parse", "HEAD");
    commit(root);
    commit(root);
    expect(await base(root)).toEqual(["the merge base with origin/trunk", pushed]);
  });

  test("a repository with one branch of any name as its default branch", async () => {
    const root = repositoryWith(bank);
    const first = git(root, "rev-parse", "HEAD");
    git(root, "branch", "--move", "work");
    commit(root);
    expect(await base(root)).toEqual(["HEAD~1", first]);
  });

  test("a shallow clone with nothing, and what is to be fetched is enough", async () => {
    const upstream = repositoryWith(bank);
    commit(upstream);
    const address = `file://${upstream}`;
    const shallow = temporaryFolder();
    git(shallow, "clone", "--quiet", "--depth=1", address, ".");
    expect(await base(shallow)).toBe(
      "This is a shallow clone, without the commit before HEAD. Check out with `fetch-depth: 2`, or run `git fetch --deepen=1`.",
    );
    git(shallow, "fetch", "--quiet", "--deepen=1");
    expect(await base(shallow)).toEqual(["HEAD~1", git(upstream, "rev-parse", "HEAD~1")]);

    git(upstream, "switch", "--quiet", "--create", "topic", "HEAD~1");
    commit(upstream);
    // As CI checks out a pull request: without a branch.
    const detached = temporaryFolder();
    git(detached, "init", "--quiet");
    git(detached, "remote", "add", "origin", address);
    git(detached, "fetch", "--quiet", "--depth=1", "origin", "topic");
    git(detached, "checkout", "--quiet", "FETCH_HEAD");
    expect(await base(detached)).toBe(
      "This is a shallow clone, without the branch to compare with. Check out with `fetch-depth: 0`, run `git fetch --unshallow`, or say with what to compare: `--against <ref>`.",
    );
    git(detached, "fetch", "--quiet", "--depth=1", "origin", "main:refs/remotes/origin/main");
    expect(await base(detached)).toBe(
      "This is a shallow clone, without the commit where this branch left origin/main. Check out with `fetch-depth: 0`, or run `git fetch --unshallow`.",
    );
    git(detached, "fetch", "--quiet", "--unshallow", "origin");
    expect(await base(detached)).toEqual(["the merge base with origin/main", git(upstream, "rev-parse", "HEAD~1")]);
  });

  test("what has nothing in common with the default branch with nothing", async () => {
    const root = repositoryWith(bank);
    git(root, "switch", "--quiet", "--orphan", "other");
    commit(root, bank);
    expect(await base(root)).toBe(
      "HEAD and main have no commit in common. Say with what to compare: `--against <ref>`.",
    );
  });
});
