import { readFileSync } from "node:fs";
import { join } from "node:path";
import { modulesFolder } from "../project/modules-folder.ts";

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
