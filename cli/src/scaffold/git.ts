import { runChild } from "../terminal/child.ts";
import type { Host } from "../terminal/host.ts";

/** What became of a repository for a new project. */
export type MadeRepository = "made" | "inside another" | "no git";

/** Makes a git repository in a folder, unless one is around it. Nothing is committed. */
export async function makeRepository(host: Host, folder: string): Promise<MadeRepository> {
  const git = (...args: string[]) =>
    runChild(host, "git", args, { cwd: folder, env: host.env }).catch(() => ({ exitCode: 127, stdout: "" }));
  const inside = await git("rev-parse", "--is-inside-work-tree");
  if (inside.exitCode === 0) return "inside another";
  const { exitCode } = await git("init", "--quiet");
  return exitCode === 0 ? "made" : "no git";
}
