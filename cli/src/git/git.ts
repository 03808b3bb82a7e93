import { spawn } from "node:child_process";
import { Failure } from "../failure.ts";
import type { Host } from "../terminal/host.ts";

/** A run of git that has ended. */
export interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** What a hook of git sets for the repository that it runs in; a project is looked for from its own folder. */
const ofHooks = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"];

/**
 * Runs git in a folder, without a shell. It only reads: it takes no lock, asks for no password, and speaks English.
 *
 * @param args what comes from outside must stand behind a word of our own, or begin with one: git takes `-x` for an option
 * @param input what it reads from standard input
 * @throws Failure if git is not installed
 */
export function runGit(host: Host, cwd: string, args: readonly string[], input = ""): Promise<GitAnswer> {
  const env: Record<string, string | undefined> = { ...host.env };
  for (const name of ofHooks) delete env[name];
  Object.assign(env, { GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" });
  return new Promise((done, failed) => {
    const child = spawn("git", ["--no-pager", "-c", "core.fsmonitor=false", ...args], { cwd, env });
    const stdout: Buffer[] = [];
    let stderr = "";
    child.stdout.on("data", (bytes: Buffer) => stdout.push(bytes));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.once("error", (error: NodeJS.ErrnoException) => {
      failed(error.code === "ENOENT" ? new Failure("environment", "git is not installed, or not in the PATH.") : error);
    });
    child.once("close", (code) => done({ exitCode: code ?? 128, stdout: Buffer.concat(stdout), stderr }));
    // git that has failed does not read to the end; its exit code says so.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}
