import { existsSync, readFileSync } from "node:fs";
import { dirname, join, matchesGlob, relative, sep } from "node:path";
import { upwards } from "../upwards.ts";
import type { PackageManager } from "./package-manager.ts";

/** The workspace, or monorepo, that a new project becomes a member of. */
export interface Workspace {
  readonly root: string;
  readonly manager: PackageManager;
  /** Whether its patterns name the folder of the new project; if not, its packages are not installed there. */
  readonly member: boolean;
  /** Where packages are put that several members have: the root's node_modules, or each member's own. */
  readonly hoisted: boolean;
}

/** The nearest workspace above a folder that is to be made, if there is one. */
export function findWorkspace(folder: string): Workspace | undefined {
  for (const root of upwards(dirname(folder))) {
    const patterns = patternsOf(root);
    if (patterns !== undefined) {
      const way = relative(root, folder).split(sep).join("/");
      const manager = managerOf(root);
      return { root, manager, member: isNamed(way, patterns), hoisted: manager !== "pnpm" };
    }
  }
  return undefined;
}

function patternsOf(folder: string): readonly string[] | undefined {
  const pnpm = read(join(folder, "pnpm-workspace.yaml"));
  if (pnpm !== undefined) return pnpmPatterns(pnpm);
  const manifest = read(join(folder, "package.json"));
  if (manifest === undefined) return undefined;
  let workspaces: unknown;
  try {
    workspaces = (JSON.parse(manifest) as { workspaces?: unknown } | null)?.workspaces;
  } catch {
    // Whoever made it will be told by their package manager.
    return undefined;
  }
  const patterns = Array.isArray(workspaces)
    ? workspaces
    : (workspaces as { packages?: unknown } | undefined)?.packages;
  return Array.isArray(patterns) ? patterns.filter((pattern) => typeof pattern === "string") : undefined;
}

/** The list `packages` of a pnpm-workspace.yaml; undefined if it has none, since it may be there for settings only. */
function pnpmPatterns(text: string): readonly string[] | undefined {
  const [, list] =
    /^packages:[ \t]*(?:#.*)?\n((?:[ \t]*(?:-.*|#.*)?\n)*)/m.exec(`${text.replaceAll("\r", "")}\n`) ?? [];
  const patterns = [...(list ?? "").matchAll(/^[ \t]*-[ \t]*["']?([^"'#\n]*[^"'#\s])/gm)].map(
    ([, pattern = ""]) => pattern,
  );
  return list === undefined ? undefined : patterns;
}

function isNamed(way: string, patterns: readonly string[]): boolean {
  const matches = (pattern: string) => matchesGlob(way, pattern.replace(/^\.\//, "").replace(/\/$/, ""));
  const excluded = patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1));
  return patterns.some((pattern) => !pattern.startsWith("!") && matches(pattern)) && !excluded.some(matches);
}

function managerOf(root: string): PackageManager {
  if (existsSync(join(root, "pnpm-workspace.yaml"))) return "pnpm";
  return existsSync(join(root, "yarn.lock")) || existsSync(join(root, ".yarnrc.yml")) ? "yarn" : "npm";
}

function read(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
