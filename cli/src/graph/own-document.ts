import { readFileSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import { isInside, type Project } from "../project/project.ts";
import { printableName } from "../terminal/printable.ts";
import { isMadeByEgo } from "./made-by.ts";

/**
 * What `ego graph` wrote there before; undefined if nothing is there yet.
 *
 * @param output the file, from the root
 * @throws Failure for a place that it does not write to: outside of the project, or a file that it did not make
 */
export function ownDocument(project: Project, output: string): string | undefined {
  const shown = printableName(output);
  if (output === "" || !isInside(project, output)) {
    throw new Failure(
      "input",
      `\`--output ${shown}\` is not a file in the project. ego writes only below ${printableName(project.root)}.`,
    );
  }
  const path = join(project.root, output);
  const status = statusOf(path, shown);
  if (status === undefined) return undefined;
  if (status.isDirectory()) throw new Failure("input", `${shown} is a folder. Name a file in it.`);
  if (!status.isFile()) throw new Failure("input", `${shown} is no file that could be written anew.`);
  const text = readFileSync(path, "utf8");
  if (isMadeByEgo(text)) return text;
  throw new Failure("input", `${shown} was not made by \`ego graph\`, and stays as it is. Take another name.`);
}

function statusOf(path: string, shown: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new Failure("environment", `${shown} cannot be read: ${(error as Error).message}`);
  }
}
