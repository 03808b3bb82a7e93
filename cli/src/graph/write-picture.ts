import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "../failure.ts";
import { isInside, type Project } from "../project/project.ts";
import { printableName } from "../terminal/printable.ts";

const mark = "Made by `ego graph`.";

/**
 * Writes a picture below the root of the project, if it is another than before.
 *
 * @returns whether it was written
 * @throws Failure for a place outside, and for a file that `ego graph` did not make
 */
export function writePicture(project: Project, output: string, text: string): boolean {
  const shown = printableName(output);
  if (output === "" || !isInside(project, output)) {
    throw new Failure(
      "input",
      `\`--output ${shown}\` is not a file in the project. ego writes only below ${printableName(project.root)}.`,
    );
  }
  const path = join(project.root, output);
  if (existsSync(path)) {
    if (statSync(path).isDirectory()) throw new Failure("input", `${shown} is a folder. Name a file in it.`);
    const before = readFileSync(path, "utf8");
    if (before === text) return false;
    if (!before.slice(0, 200).includes(mark)) {
      throw new Failure("input", `${shown} was not made by \`ego graph\`, and stays as it is. Take another name.`);
    }
  }
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (error) {
    throw new Failure("environment", `${shown} cannot be written: ${error instanceof Error ? error.message : error}`);
  }
  return true;
}
