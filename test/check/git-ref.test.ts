import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Domain } from "@ego/protoc-gen-ego/model";
import { describe, expect, test } from "vitest";
import { commitNamed, findRepository } from "../../cli/src/git/repository.ts";
import { loadDomainAt, type ProjectAt, projectAt } from "../../cli/src/project/git-ref.ts";
import { fakeHost } from "../../cli/src/testdata/fake-host.ts";
import { temporaryFolder, writeFiles } from "../../cli/src/testdata/temporary-folder.ts";
import { account, bank, commit, config, git, gitWith, hasGit, install, repositoryWith } from "./repository.ts";

/** A tree with one entry. */
function treeOf(root: string, kind: string, object: string, name: string): string {
  return gitWith(`${kind} ${object}\t${name}\n`, root, "mktree");
}

async function at(root: string, ref: string, now?: Domain): Promise<ProjectAt> {
  const repository = await findRepository(fakeHost(root), { root });
  return projectAt(repository, await commitNamed(repository, ref), now && Promise.resolve(now));
}

const eventsAt = async (root: string, ref: string) =>
  (await loadDomainAt(fakeHost(root), { root }, ref)).events.map(({ desc }) => desc.typeName);

describe.skipIf(!hasGit)("the project at a commit", () => {
  test("is what was committed, not what stands there now", async () => {
    const root = repositoryWith(bank);
    writeFiles(root, { "proto/bank/v1/account.proto": account.replaceAll("AccountOpened", "Opened") });
    expect(await eventsAt(root, "HEAD")).toEqual(["bank.v1.AccountOpened"]);
    const { placeOf, domain } = await at(root, "main");
    const [event] = domain.events;
    expect(event && placeOf(event.at)).toEqual({ file: "proto/bank/v1/account.proto", line: 23, column: 9 });
  });

  test("is that of now where nothing has changed that buf reads, and is read otherwise", async () => {
    const root = repositoryWith(bank);
    const { domain: now } = await at(root, "HEAD");
    const isNow = async () => (await at(root, "HEAD", now)).domain === now;
    writeFiles(root, { "src/app.ts": "export {};\n", "proto/README.md": "" });
    expect(await isNow()).toBe(true);
    for (const [path, text] of [
      ["proto/bank/v1/account.proto", `${account}\n// One more line.\n`],
      ["proto/bank/v1/more.proto", account.replace("bank.v1", "more.v1")],
      ["buf.yaml", `${config["buf.yaml"]}# One more line.\n`],
      ["buf.lock", "version: v2\n"],
    ] as const) {
      const was = bank[path];
      writeFiles(root, { [path]: text });
      expect([path, await isNow()]).toEqual([path, false]);
      if (was === undefined) rmSync(join(root, path));
      else writeFiles(root, { [path]: was });
    }
    expect(await isNow()).toBe(true);
    renameSync(join(root, "proto/bank/v1/account.proto"), join(root, "proto/bank/v1/till.proto"));
    expect(await isNow()).toBe(false);
  });

  test("is read from a subfolder of the repository, whose protos moved since", async () => {
    const repository = repositoryWith({});
    const root = join(repository, "apps/bank");
    writeFiles(root, { ...bank, "buf.yaml": bank["buf.yaml"]?.replace("path: proto", "path: protos/../schema") ?? "" });
    renameSync(join(root, "proto"), join(root, "schema"));
    install(root);
    commit(repository);
    renameSync(join(root, "schema"), join(root, "proto"));
    writeFiles(root, bank);
    const { domain, placeOf, ofNow } = await at(root, "HEAD");
    const [event] = domain.events;
    expect(event && placeOf(event.at)).toEqual({ file: "schema/bank/v1/account.proto", line: 23, column: 9 });
    expect(ofNow).toEqual(["node_modules/@ego/protoc-gen-ego/proto"]);
  });

  test("has nothing in it where the project was not there yet", async () => {
    const root = repositoryWith({ "README.md": "" });
    commit(root, bank);
    const { exists, domain } = await at(root, "HEAD~1");
    expect(exists).toBe(false);
    expect(domain.entities).toEqual([]);
    expect(await eventsAt(root, "HEAD")).toHaveLength(1);
  });

  test("has nothing in it where it had no proto yet", async () => {
    const root = repositoryWith(config);
    commit(root, bank);
    const { exists, domain } = await at(root, "HEAD~1");
    expect(exists).toBe(true);
    expect(domain.entities).toEqual([]);
  });

  test("has the protos behind symbolic links of the repository, and none from outside of it", async () => {
    const repository = repositoryWith({});
    const root = join(repository, "bank");
    const outside = temporaryFolder({ "secret.proto": "SECRET" });
    writeFiles(repository, { "shared/bank/v1/account.proto": account, "one/extra.proto": 'syntax = "proto3";' });
    writeFiles(root, config);
    symlinkSync("../shared", join(root, "proto"));
    symlinkSync("../../../one/extra.proto", join(repository, "shared/bank/v1/extra.proto"));
    symlinkSync(join(outside, "secret.proto"), join(repository, "shared/bank/v1/secret.proto"));
    install(root);
    commit(repository);
    rmSync(join(root, "proto"));
    const { domain } = await at(root, "HEAD");
    expect(domain.files.map(({ desc }) => desc.name).filter((name) => name.startsWith("bank/"))).toEqual([
      "bank/v1/account",
      "bank/v1/extra",
    ]);
  });

  test("is not written outside of its folder, whatever a tree that git did not make is called", async () => {
    const root = repositoryWith(bank);
    const blob = git(root, "rev-parse", "HEAD:proto/bank/v1/account.proto");
    const name = `escaped-${process.pid}.proto`;
    let tree = treeOf(root, "100644 blob", blob, name);
    for (let depth = 0; depth < 2; depth++) tree = treeOf(root, "040000 tree", tree, "..");
    const config = git(root, "rev-parse", "HEAD:buf.yaml");
    const top = `040000 tree ${tree}\tproto\n100644 blob ${config}\tbuf.yaml\n`;
    const made = git(root, "commit-tree", "-m", "x", gitWith(top, root, "mktree"));
    expect(await eventsAt(root, made)).toEqual([]);
    expect(existsSync(join(tmpdir(), name))).toBe(false);
  });

  test("takes a submodule as it is now, and says so", async () => {
    const shared = repositoryWith({
      "shared/v1/shared.proto": 'syntax = "proto3";\npackage shared.v1;\nmessage Shared {}\n',
    });
    const root = repositoryWith({
      ...bank,
      "proto/bank/v1/account.proto": account.replace("import", 'import "parts/shared/v1/shared.proto";\nimport'),
    });
    git(root, "submodule", "--quiet", "add", shared, "proto/parts");
    commit(root);
    const { ofNow, domain } = await at(root, "HEAD");
    expect(ofNow).toContain("proto/parts");
    expect(domain.events).toHaveLength(1);
  });

  test("cannot be compared with if it did not compile", async () => {
    const root = repositoryWith({
      ...bank,
      "proto/bank/v1/account.proto": account.replace("int64 cents", "int46 cents"),
    });
    const hash = git(root, "rev-parse", "--short=7", "HEAD");
    writeFiles(root, bank);
    await expect(eventsAt(root, "HEAD")).rejects.toMatchObject({
      exitCode: 2,
      message: `The protos at HEAD (${hash}) do not compile, so there is nothing to compare with:
proto/bank/v1/account.proto:12:3: cannot find \`int46\` in this scope`,
    });
  });
});

describe.skipIf(!hasGit)("a commit that is not there", () => {
  const said = async (root: string, ref: string) => {
    const repository = await findRepository(fakeHost(root), { root });
    return commitNamed(repository, ref).then(
      ({ hash }) => hash,
      (error: Error) => error.message,
    );
  };

  test("is answered with the nearest name", async () => {
    const root = repositoryWith(bank);
    git(root, "branch", "release/next");
    expect(await said(root, "release/nxet")).toBe('git knows no commit "release/nxet". Did you mean release/next?');
    expect(await said(root, "next")).toBe('git knows no commit "next". Did you mean release/next?');
    expect(await said(root, "elsewhere")).toBe('git knows no commit "elsewhere". There are: HEAD, main, release/next.');
  });

  test("of a remote is answered with how to fetch it", async () => {
    const upstream = repositoryWith(bank);
    const root = temporaryFolder();
    git(root, "clone", "--quiet", upstream, ".");
    expect(await said(root, "origin/stable")).toBe(
      'git knows no commit "origin/stable". Fetch it: `git fetch origin stable`.',
    );
  });

  test("of a shallow clone is answered with how to get the rest, and that works", async () => {
    const upstream = repositoryWith(bank);
    commit(upstream);
    git(upstream, "switch", "--quiet", "--create", "topic");
    commit(upstream);
    const root = temporaryFolder();
    git(root, "clone", "--quiet", "--depth=1", "--branch=topic", `file://${upstream}`, ".");
    const message = await said(root, "origin/main");
    expect(message).toBe(
      'git knows no commit "origin/main". This is a shallow clone: fetch the rest with `git fetch --unshallow`, or check out with `fetch-depth: 0`. Or only this one: `git fetch --depth=1 origin main:refs/remotes/origin/main`.',
    );
    git(root, ...(/Or only this one: `git ([^`]*)`/.exec(message)?.[1] ?? "").split(" "));
    expect(await said(root, "origin/main")).toMatch(/^[0-9a-f]{40}$/);
  });

  test("in an empty repository is because there is none", async () => {
    const root = temporaryFolder();
    git(root, "init", "--quiet");
    for (const ref of ["HEAD", "main"]) {
      expect(await said(root, ref)).toBe("The git repository has no commit yet: commit first, then compare.");
    }
  });

  test("is never taken for an option, nor for anything else that is no commit", async () => {
    const root = repositoryWith(bank);
    const hostile = [
      "--upload-pack=touch pwned",
      "-h",
      "--all",
      "^HEAD",
      "",
      "HEAD\nmain",
      "HEAD..main",
      "HEAD:buf.yaml",
      "main --",
    ];
    for (const ref of hostile) {
      expect(await said(root, ref)).toMatch(
        /^(?:git knows no commit ".*"\.|".*" is no name of a branch, a tag or a commit\.)/,
      );
    }
  });
});

describe.skipIf(!hasGit)("a repository", () => {
  test("is found in spite of what a hook of git sets", async () => {
    const root = repositoryWith(bank);
    const host = {
      ...fakeHost(root),
      env: { ...process.env, GIT_DIR: ".git", GIT_INDEX_FILE: "/nowhere", GIT_WORK_TREE: "/" },
    };
    mkdirSync(join(root, "sub"));
    expect((await findRepository(host, { root: join(root, "sub") })).prefix).toBe("sub/");
  });

  test("that is not there is said to be missing", async () => {
    const root = temporaryFolder(bank);
    await expect(findRepository(fakeHost(root), { root })).rejects.toMatchObject({
      exitCode: 2,
      message: `${root} is not in a git repository, so there is nothing to compare with.\nIs it a copy without its .git? Then run this in a clone.`,
    });
  });

  test("needs git", async () => {
    const root = temporaryFolder(bank);
    await expect(findRepository({ ...fakeHost(root), env: { PATH: root } }, { root })).rejects.toMatchObject({
      exitCode: 2,
      message: "git is not installed, or not in the PATH.",
    });
  });
});
