import type { Host } from "../terminal/host.ts";

/** A program that installs packages, and runs the scripts of a project. */
export type PackageManager = "npm" | "pnpm" | "yarn";

/** What is special about one of them. */
export interface ManagerTraits {
  readonly meaning: string;
  /** What runs a script of the project, and what runs a program of a package. */
  readonly run: string;
  readonly exec: string;
  /**
   * Whether it can install the package `node`. Yarn cannot: it starts the script that fetches Node with the Node that is
   * not there yet.
   */
  readonly bringsNode: boolean;
  /** Whether it installs what a package wants beside it by itself: vitest wants vite. */
  readonly installsPeers: boolean;
}

/** What is special about each of them. */
export const packageManagers: Readonly<Record<PackageManager, ManagerTraits>> = {
  npm: { meaning: "comes with Node", run: "npm run", exec: "npx", bringsNode: true, installsPeers: true },
  pnpm: {
    meaning: "one store of packages for all projects",
    run: "pnpm",
    exec: "pnpm exec",
    bringsNode: true,
    installsPeers: true,
  },
  yarn: {
    meaning: "with the Node of this machine",
    run: "yarn",
    exec: "yarn",
    bringsNode: false,
    installsPeers: false,
  },
};

/** The one that the new project will probably be used with: that of the workspace, or the one that runs `ego`. */
export function likelyPackageManager(env: Host["env"], ofWorkspace: PackageManager | undefined): PackageManager {
  if (ofWorkspace !== undefined) return ofWorkspace;
  const [, runner] = /^(pnpm|yarn)\//.exec(env.npm_config_user_agent ?? "") ?? [];
  return (runner as PackageManager | undefined) ?? "npm";
}
