import { modulePaths } from "../project/buf-messages.ts";
import type { Project } from "../project/project.ts";

/**
 * What a change of a file asks for: a proto, that code is generated; a source, that the program starts again; a test, that
 * types are checked.
 */
export type FileKind = "proto" | "source" | "test";

/** Names of folders that hold what tools made, or what others own. Those that begin with a dot are not looked at either. */
const foreign = new Set(["node_modules", "dist", "coverage"]);

/** Whether nothing in a folder of this name is looked at. */
export function isForeignFolder(name: string): boolean {
  return name.startsWith(".") || foreign.has(name);
}

/** What of a project is watched, and why. */
export interface FileKinds {
  /** The kind of a file, given from the root with slashes; undefined for what is not watched. */
  of(file: string): FileKind | undefined;
  /** Whether there are protos in a folder, or there may be some below it. */
  mayHaveProtos(folder: string): boolean;
}

/**
 * Says what kinds of files a project has, as its buf.yaml is now.
 *
 * @param program the file that is run, from the root: JSON beside it, and below, may be imported
 */
export function fileKinds(project: Project, program: string): FileKinds {
  const modules = modulePaths(project).map((path) => (path === "." ? "" : `${path.replace(/^\.\//, "")}/`));
  const protos = modules.length === 0 ? [""] : modules;
  const home = program.slice(0, program.lastIndexOf("/") + 1);
  return {
    of(file) {
      if (/^buf(?:\.gen)?\.yaml$|^buf\.lock$/.test(file)) return "proto";
      if (file.endsWith(".proto")) return protos.some((folder) => file.startsWith(folder)) ? "proto" : undefined;
      if (/^(?:package\.json|tsconfig(?:\.[\w-]+)*\.json|\.env(?:\.[\w-]+)*)$/.test(file)) return "source";
      // A program may keep its data beside itself, but hardly among the sources.
      if (file.endsWith(".json")) return home !== "" && file.startsWith(home) ? "source" : undefined;
      if (!/(?:^|\/)[^./][^/]*\.[cm]?[jt]sx?$/.test(file)) return undefined;
      return /\.(?:test|spec)\.[cm]?[jt]sx?$|(?:^|\/)(?:tests?|__tests__|__mocks__)\//.test(file) ? "test" : "source";
    },
    mayHaveProtos: (folder) => protos.some((path) => path.startsWith(`${folder}/`) || `${folder}/`.startsWith(path)),
  };
}
