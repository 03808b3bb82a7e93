import { existsSync } from "node:fs";
import { join } from "node:path";
import { upwards } from "../upwards.ts";

/** The folder `node_modules`, here or above, that has a file or a package. */
export function modulesFolder(from: string, path: string): string | undefined {
  return upwards(from)
    .map((folder) => join(folder, "node_modules"))
    .find((modules) => existsSync(join(modules, path)));
}
