import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";

/** The templates of this machine: they go with the dependencies, which are installed anew when they change. */
const templates = join(import.meta.dirname, "../../../node_modules/.cache/ego-servers");

/** What is made once, and copied for each server. */
export interface Template {
  /** What of it there is a template of: everything that decides what `make` makes. */
  readonly key: readonly string[];
  /** Makes a folder, and tells where it is; it is not kept. */
  make(): Promise<Made>;
}

/** A folder that was made. Disposed of, it is gone. */
export interface Made extends AsyncDisposable {
  readonly folder: string;
}

/**
 * Makes a folder as a template has it. To make a data directory takes a second of a processor, ten times what it takes
 * to copy one.
 *
 * Test files that need one at the same time may each make the template; one of them stays.
 *
 * @param folder must not be there, its parent must
 * @throws Error if the template cannot be made
 */
export async function copyTemplate(template: Template, folder: string, all: string = templates): Promise<void> {
  // Of each user, because nobody else may read a data directory.
  const key = createHash("sha256")
    .update(JSON.stringify([process.getuid?.(), ...template.key]))
    .digest("hex");
  const kept = join(all, key.slice(0, 16));
  if (!existsSync(kept)) {
    await using made = await template.make();
    await keep(made.folder, kept);
  }
  await copyFolder(kept, folder);
}

/** Keeps a copy, which is there at once and whole, or not. */
async function keep(folder: string, kept: string): Promise<void> {
  const parent = join(kept, "..");
  mkdirSync(parent, { recursive: true });
  const unfinished = mkdtempSync(join(parent, `.${basename(kept)}-`));
  try {
    await copyFolder(folder, join(unfinished, "copy"));
    renameSync(join(unfinished, "copy"), kept);
  } catch (error) {
    // Somebody else was faster.
    if (!existsSync(kept)) throw error;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** Copies a folder with owners and modes, without which servers do not start. A third of the time that Node's own takes. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await promisify(execFile)("cp", ["-a", from, to]);
}
