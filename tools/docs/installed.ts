import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** The packages that a project of the docs sees. */
export interface Installed {
  /** The folder `node_modules` that they are in. */
  readonly modules: string;
  /** Whether ego's own are run from source, not as they are published. */
  readonly source: boolean;
  /** What the compiler found out about the packages in another project, which then need not be checked again. */
  readonly buildInfo?: string;
}

/** The packages of this repository, with ego's from source: nothing has to be built. */
export const fromSource: Installed = { modules: join(root, "node_modules"), source: true };

/** Builds ego's packages as they are published, and puts them beside those of others into a folder. */
export function builtInto(folder: string): Installed {
  const modules = join(folder, "node_modules");
  mkdirSync(modules, { recursive: true });
  for (const name of readdirSync(fromSource.modules)) {
    if (name !== "@ego" && (!name.startsWith(".") || name === ".bin")) {
      symlinkSync(join(fromSource.modules, name), join(modules, name));
    }
  }
  execFileSync(process.execPath, [join(root, "tools/build.ts"), "--into", join(modules, "@ego")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  return { modules, source: false };
}
