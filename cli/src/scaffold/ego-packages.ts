import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import { version } from "../package.ts";
import { runChild } from "../terminal/child.ts";
import type { Host } from "../terminal/host.ts";
import type { Origin } from "./origin.ts";
import { runNpm } from "./run-manager.ts";
import type { Files } from "./target-folder.ts";
import type { TemplateValues } from "./template.ts";

/** The packages of ego for a new project. */
export interface EgoPackages {
  readonly dependencies: TemplateValues["ego"];
  /** Files that the project has to bring along for them. */
  readonly files: Files;
}

const packages = { runtime: "runtime", cli: "cli", plugin: "protoc-gen-ego" } as const;

/**
 * Gets the packages that belong to this `ego`: from a clone, built and packed; otherwise, by version.
 *
 * @throws Failure if the clone does not build.
 */
export async function egoPackages(host: Host, from: Origin): Promise<EgoPackages> {
  if (from.kind === "package") {
    const dependencies = { runtime: version(), cli: version(), plugin: version(), vendored: false };
    return { dependencies, files: new Map() };
  }
  const folder = mkdtempSync(join(tmpdir(), "ego-pack-"));
  try {
    await build(host, from.root, folder);
    const staged = Object.values(packages).map((name) => join(folder, name));
    await runNpm(host, folder, ["pack", ...staged, "--ignore-scripts"]);
    const tarballs = readdirSync(folder).filter((file) => file.endsWith(".tgz"));
    return {
      dependencies: {
        runtime: dependency(tarballs, packages.runtime),
        cli: dependency(tarballs, packages.cli),
        plugin: dependency(tarballs, packages.plugin),
        vendored: true,
      },
      files: new Map(tarballs.map((file) => [`vendor/${file}`, readFileSync(join(folder, file))])),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Builds outside the clone, which others may be using. */
async function build(host: Host, root: string, folder: string): Promise<void> {
  const script = join(root, "tools", "build.ts");
  const built = await runChild(host, process.execPath, [script, "--into", folder], {
    cwd: root,
    env: host.env,
    progress: "Building …",
  });
  if (built.exitCode === 0) return;
  throw new Failure("environment", `${`${built.stdout}${built.stderr}`.trim()}\nThis clone of ego does not build.`);
}

function dependency(tarballs: readonly string[], name: string): string {
  const tarball = tarballs.find((file) => file.startsWith(`ego-${name}-`));
  if (tarball === undefined) throw new Error(`npm pack made no package of ${name}: ${tarballs.join(", ")}`);
  return `file:vendor/${tarball}`;
}
