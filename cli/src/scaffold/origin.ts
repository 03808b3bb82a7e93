import { existsSync, realpathSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { packageFolder } from "../package.ts";

/** Where this `ego` runs from: a clone of its repository, or a package that npm installed. */
export type Origin =
  | { readonly kind: "clone"; readonly root: string; readonly templates: string }
  | { readonly kind: "package"; readonly templates: string };

/** Finds out where `ego` runs from; a new project gets the other packages from the same place. */
export function origin(folder: string = packageFolder): Origin {
  const real = realpathSync(folder);
  const root = dirname(real);
  const clone = !real.split(sep).includes("node_modules") && existsSync(join(root, "tools", "build.ts"));
  return clone
    ? { kind: "clone", root, templates: join(root, "templates") }
    : { kind: "package", templates: join(real, "templates") };
}
