import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Position } from "@ego/protoc-gen-ego/model";
import { modulePaths } from "./buf-messages.ts";
import type { Place } from "./finding.ts";
import type { Project } from "./project.ts";

/**
 * Where in the project a place of a proto is: buf knows a proto by its import path, `bank/v1/account.proto`, and people by
 * its file, `proto/bank/v1/account.proto`. Undefined for a proto that is no file of the project.
 */
export function protoPlaces(project: Project): (at: Position) => Place | undefined {
  const folders = ["", ...modulePaths(project).map((path) => (path === "." ? "" : `${path.replace(/^\.\//, "")}/`))];
  const files = new Map<string, string | undefined>();
  return ({ file, line, column }) => {
    if (!files.has(file)) {
      const found = folders.map((folder) => folder + file).find((path) => existsSync(join(project.root, path)));
      files.set(file, found);
    }
    const found = files.get(file);
    return found === undefined ? undefined : { file: found, line, column };
  };
}
