import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder, writeFiles } from "../../cli/src/testdata/temporary-folder.ts";

const root = join(import.meta.dirname, "../..");

/** Files by path. */
export type Files = Readonly<Record<string, string>>;

/** The configuration of a project as `ego init` makes it. */
export const config: Files = {
  "buf.yaml": "version: v2\nmodules:\n  - path: proto\n  - path: node_modules/@ego/protoc-gen-ego/proto\n",
  "buf.gen.yaml": `version: v2
clean: true
inputs:
  - directory: proto
plugins:
  - local: ["node", "${join(root, "node_modules/@bufbuild/protoc-gen-es/bin/protoc-gen-es")}"]
    out: src/gen
    strategy: all
    exclude_types: [ego.v1]
    opt: [target=ts, import_extension=ts, erasable_syntax=true]
  - local: ["node", "--conditions=@ego/source", "${join(root, "protoc-gen-ego/bin/protoc-gen-ego")}"]
    out: src/gen
    strategy: all
    opt: [target=ts, import_extension=ts]
`,
  ".gitignore": "node_modules\n",
};

/** A small domain; the parts of its messages can be replaced. */
export const account = `syntax = "proto3";

package bank.v1;

import "ego/v1/ego.proto";

option (ego.v1.file).entity = "account";

message Account {
  option (ego.v1.message).state = {};
  string account_id = 1 [(ego.v1.field).id = true];
  int64 cents = 2;
}

message OpenAccount {
  option (ego.v1.message).command = {
    emits: ["AccountOpened"]
  };
  string account_id = 1 [(ego.v1.field).id = true];
  int64 cents = 2;
}

message AccountOpened {
  option (ego.v1.message).event = {};
  string account_id = 1 [(ego.v1.field).id = true];
  int64 cents = 2;
}
`;

/** The project: configuration and a domain. */
export const bank: Files = { ...config, "proto/bank/v1/account.proto": account };

/** Whether the tests of git can run. */
export const hasGit: boolean = (() => {
  try {
    execFileSync("git", ["--version"]);
    return true;
  } catch {
    console.warn("git is not installed: the tests of `ego check` with git repositories are skipped.");
    return false;
  }
})();

/** Runs git in a folder, whatever the machine is configured to; gives what it prints. */
export function git(folder: string, ...args: readonly string[]): string {
  return gitWith("", folder, ...args);
}

/** As {@link git}, with something to read. */
export function gitWith(input: string, folder: string, ...args: readonly string[]): string {
  const person = (who: string) => ({ [`GIT_${who}_NAME`]: "Ann", [`GIT_${who}_EMAIL`]: "ann@example.org" });
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: "1",
    ...person("AUTHOR"),
    ...person("COMMITTER"),
  };
  return execFileSync("git", ["-c", "protocol.file.allow=always", ...args], {
    cwd: folder,
    env,
    input,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "ignore"],
  }).trim();
}

let commits = 0;

/** Commits all that is in a folder. */
export function commit(folder: string, files: Files = {}): string {
  writeFiles(folder, files);
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--allow-empty", "--message", `${commits++}`);
  return git(folder, "rev-parse", "HEAD");
}

/** Gives a project this repository's packages, as if npm had installed them. */
export function install(project: string): void {
  mkdirSync(join(project, "node_modules/@ego"), { recursive: true });
  for (const name of ["protoc-gen-ego", "runtime", "cli"]) {
    symlinkSync(join(root, name), join(project, "node_modules/@ego", name));
  }
  symlinkSync(join(root, "node_modules/@bufbuild"), join(project, "node_modules/@bufbuild"));
}

/** A repository with these files committed on its branch `main`, and the packages installed. */
export function repositoryWith(files: Files): string {
  const folder = temporaryFolder();
  git(folder, "init", "--quiet", "--initial-branch=main");
  writeFiles(folder, { ".git/info/exclude": "node_modules\n" });
  install(folder);
  commit(folder, files);
  return folder;
}
