import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { Failure } from "../failure.ts";
import { printableName } from "../terminal/printable.ts";
import type { Fingerprints } from "./outputs.ts";
import type { Project } from "./project.ts";

/** Files without a comment that says who made them. */
const withoutHeader = new Set(["ego.schema.json"]);

/**
 * With `clean: true` buf empties the folders that it writes to. Refuses that while there is something in them that no
 * generator made.
 *
 * @param files what is in the folders now
 * @throws Failure naming the files that would be lost
 */
export function checkNothingByHand(project: Project, files: Fingerprints): void {
  if (!isCleaned(project)) return;
  const own = [...files.keys()].filter((file) => !isGenerated(file));
  if (own.length === 0) return;
  const shown = own.slice(0, 5).map((file) => `  ${printableName(relative(project.root, file))}`);
  const more = own.length > 5 ? [`  … and ${own.length - 5} more`] : [];
  throw new Failure(
    "input",
    [
      "buf.gen.yaml has `clean: true`: buf would empty the folders that it writes to, and these files were not generated:",
      ...shown,
      ...more,
      "Generate into a folder of its own, such as `out: src/gen`, or move these files.",
    ].join("\n"),
  );
}

/** Whether buf empties the folders that it writes to. */
export function isCleaned(project: Project): boolean {
  return /^clean\s*:\s*true\s*(#.*)?$/m.test(readFileSync(join(project.root, "buf.gen.yaml"), "utf8"));
}

/** Whether a file says at its top that a generator made it, or that the one of this name did. */
export function isGenerated(file: string, generator = ""): boolean {
  if (withoutHeader.has(basename(file))) return true;
  const head = Buffer.alloc(512);
  const descriptor = openSync(file, "r");
  try {
    const length = readSync(descriptor, head, 0, head.length, 0);
    return head.toString("utf8", 0, length).includes(`@generated${generator === "" ? "" : ` by ${generator} `}`);
  } finally {
    closeSync(descriptor);
  }
}
