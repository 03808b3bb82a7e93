import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A package as a project sees it. */
export interface InstalledPackage {
  readonly folder: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** The package that an import in a folder would find; undefined if there is none, or none that can be read. */
export function installedPackage(from: string, name: string): InstalledPackage | undefined {
  const modules = modulesFolder(from, name);
  if (modules === undefined) return undefined;
  const folder = join(modules, name);
  try {
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Partial<InstalledPackage>;
    const { version, dependencies = {}, peerDependencies = {} } = manifest;
    return typeof version === "string" ? { folder, version, dependencies, peerDependencies } : undefined;
  } catch {
    return undefined;
  }
}

/** The folder `node_modules`, here or above, that has a file or a package. */
export function modulesFolder(from: string, path: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const modules = join(folder, "node_modules");
    if (existsSync(join(modules, path))) return modules;
    if (folder === dirname(folder)) return undefined;
  }
}
