import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Project } from "./project.ts";

/** A message or enum that a proto of the project declares at its top. */
export interface ProtoType {
  /** With its package. */
  readonly name: string;
  /** As an import names it. */
  readonly importPath: string;
}

/** Finds the messages and enums of the project's modules by name, with or without package. No parser: for hints. */
export function findProtoTypes(project: Project, modules: readonly string[], name: string): readonly ProtoType[] {
  const wanted = name.replace(/^\./, "");
  return modules.flatMap((module) => {
    const root = join(project.root, module);
    // The root of the project has node_modules in it: too much to read for a hint.
    if (module === "." || !existsSync(root)) return [];
    const protos = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".proto"));
    return protos.toSorted().flatMap((path) => {
      const text = readFileSync(join(root, path), "utf8");
      const scope = /^package\s+([\w.]+)\s*;/m.exec(text)?.[1];
      const importPath = relative(root, join(root, path)).split(sep).join("/");
      return [...text.matchAll(/^(?:message|enum)\s+(\w+)/gm)]
        .map(([, declared = ""]) => ({ name: scope === undefined ? declared : `${scope}.${declared}`, importPath }))
        .filter((type) => type.name === wanted || type.name.endsWith(`.${wanted}`));
    });
  });
}
