import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { type Domain, type Position, readDomain } from "@ego/protoc-gen-ego/model";
import { Failure } from "../failure.ts";
import { type Commit, commitNamed, commitText, findRepository, type Repository } from "../git/repository.ts";
import { contentsOf, filesNamed, listingAt } from "../git/tree.ts";
import type { Host } from "../terminal/host.ts";
import { modulePathsIn } from "./buf-messages.ts";
import { buildImage } from "./domain.ts";
import type { Place } from "./finding.ts";
import type { Project } from "./project.ts";

/** What the protos of a project said at a commit. */
export interface ProjectAt {
  readonly commit: Commit;
  /** False if the project was not there yet: then nothing is in its domain. */
  readonly exists: boolean;
  readonly domain: Domain;
  /** What buf made of the protos; empty if there were none. */
  readonly image: Uint8Array;
  /** Folders that git does not have at that commit, so that their protos are those of now: submodules, node_modules, … */
  readonly ofNow: readonly string[];
  /** Where a place of a proto was in the project. */
  placeOf(at: Position): Place;
}

/**
 * Reads what the protos of a project said at a commit, with the places of then. Runs git and buf, and none of the
 * project's code. If the project was not there yet, nothing is in the domain.
 *
 * @param ref as git understands names: a branch, a tag, a hash, `HEAD~1`, …
 * @throws Failure if there is no repository or no such commit, or if its protos do not compile
 */
export async function loadDomainAt(host: Host, project: Project, ref: string): Promise<Domain> {
  const repository = await findRepository(host, project);
  return (await projectAt(repository, await commitNamed(repository, ref))).domain;
}

/**
 * As {@link loadDomainAt}, of a commit that is known, with all that there is to know about it.
 *
 * @throws Failure if its protos do not compile
 */
export async function projectAt(repository: Repository, commit: Commit): Promise<ProjectAt> {
  const { host, project } = repository;
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "ego-ref-")));
  try {
    const { exists, files, ofNow } = await checkOut(repository, commit, folder);
    const image = files.size > 0 ? await built(host, project, commit, folder) : new Uint8Array(0);
    const placeOf = ({ file, line, column }: Position): Place => ({ file: files.get(file) ?? file, line, column });
    return { commit, exists, domain: readDomain(image), image, ofNow, placeOf };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function built(host: Host, project: Project, commit: Commit, folder: string): Promise<Uint8Array> {
  try {
    return await buildImage(host, project, { folder });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(
      "environment",
      `The protos at ${commitText(commit)} do not compile, so there is nothing to compare with:\n${error.message}`,
    );
  }
}

/** What buf reads beside protos. */
const configs = ["buf.yaml", "buf.lock"];

interface CheckedOut {
  readonly exists: boolean;
  /** The protos, from the root of the project, by their import paths. */
  readonly files: ReadonlyMap<string, string>;
  readonly ofNow: readonly string[];
}

/**
 * Writes what buf has to read of a commit below a folder: its buf.yaml, and the protos of the modules that this names.
 * What git does not have, as a module in node_modules, is that of the working tree.
 */
async function checkOut(repository: Repository, commit: Commit, folder: string): Promise<CheckedOut> {
  const found = await filesNamed(repository, commit, configs);
  const texts = await contentsOf(repository, found);
  const config = texts[found.findIndex(({ path }) => path === "buf.yaml")];
  if (config === undefined) return { exists: false, files: new Map(), ofNow: [] };
  for (const [index, { path }] of found.entries()) write(join(folder, path), texts[index]);
  const named = modulePathsIn(config.toString("utf8")).map((path) => posix.normalize(path));
  // buf refuses what is outside of the project, and says so.
  const modules = new Set(named.length === 0 ? ["."] : named.filter((path) => !/^(?:\/|\.\.(?:\/|$))/.test(path)));
  const listings = await Promise.all(
    [...modules].map(async (module) => {
      const listing = await listingAt(repository, commit, module === "." ? "" : module);
      return { module, ...(listing ?? { files: [], submodules: [""] }) };
    }),
  );
  const protos = listings.flatMap(({ module, files }) =>
    files.filter(({ path }) => path.endsWith(".proto")).map((file) => ({ module, ...file })),
  );
  const contents = await contentsOf(repository, protos);
  const files = new Map(protos.map(({ module, path }) => [path, posix.join(module, path)]));
  for (const [index, { module, path }] of protos.entries()) write(join(folder, module, path), contents[index]);
  const ofNow = listings.flatMap(({ module, submodules }) => submodules.map((path) => posix.join(module, path)));
  for (const path of ofNow) link(repository.project, path, folder);
  return { exists: true, files, ofNow };
}

function write(file: string, content: Uint8Array = new Uint8Array(0)): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

function link({ root }: Project, path: string, folder: string): void {
  const now = join(root, path);
  if (!existsSync(now)) return;
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  symlinkSync(realpathSync(now), join(folder, path), "junction");
}
