import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix, sep } from "node:path";
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
 * @param now the domain of now, if it is read anyway: it is that of the commit too where no proto has changed
 * @throws Failure if its protos do not compile
 */
export async function projectAt(repository: Repository, commit: Commit, now?: Promise<Domain>): Promise<ProjectAt> {
  const { host, project } = repository;
  const tree = await treeAt(repository, commit);
  const files = new Map(tree.protos.map(({ module, path }) => [path, posix.join(module, path)]));
  const placeOf = ({ file, line, column }: Position): Place => ({ file: files.get(file) ?? file, line, column });
  const at = { commit, exists: tree.exists, ofNow: tree.ofNow, placeOf };
  if (tree.protos.length === 0) return { ...at, domain: readDomain(new Uint8Array(0)) };
  if (now && isAsNow(project, tree)) return { ...at, domain: await now };
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "ego-ref-")));
  try {
    checkOut(project, tree, folder);
    return { ...at, domain: readDomain(await built(host, project, commit, folder)) };
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

interface ProtoTree {
  readonly exists: boolean;
  /** The content of each of the configs that is there, by its name. */
  readonly configs: ReadonlyMap<string, Uint8Array>;
  /** The folders that are listed: those of its modules that git has. */
  readonly modules: readonly string[];
  readonly protos: readonly Proto[];
  readonly ofNow: readonly string[];
}

interface Proto {
  /** The folder of its module, from the root of the project. */
  readonly module: string;
  /** From there: its import path. */
  readonly path: string;
  readonly content: Uint8Array;
}

/** What buf has to read of a commit: its buf.yaml, and the protos of the modules that this names. */
async function treeAt(repository: Repository, commit: Commit): Promise<ProtoTree> {
  const found = await filesNamed(repository, commit, configs);
  const texts = await contentsOf(repository, found);
  const config = texts[found.findIndex(({ path }) => path === "buf.yaml")];
  if (config === undefined) return { exists: false, configs: new Map(), modules: [], protos: [], ofNow: [] };
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
  return {
    exists: true,
    configs: new Map(found.map(({ path }, index) => [path, texts[index] ?? empty])),
    modules: listings.filter(({ submodules }) => !submodules.includes("")).map(({ module }) => module),
    protos: protos.map(({ module, path }, index) => ({ module, path, content: contents[index] ?? empty })),
    ofNow: listings.flatMap(({ module, submodules }) => submodules.map((path) => posix.join(module, path))),
  };
}

/**
 * Whether buf would read the same in the working tree. Where the project itself is a module, there may be packages in it,
 * which take longer to look through than buf takes to read the protos.
 */
function isAsNow({ root }: Project, { configs: then, modules, protos }: ProtoTree): boolean {
  if (modules.includes(".")) return false;
  const same = (path: string, content: Uint8Array | undefined) => {
    const here = contentOf(join(root, path));
    return content === undefined ? here === undefined : here?.equals(content) === true;
  };
  const now = modules.flatMap((module) =>
    globSync("**/*.proto", { cwd: join(root, module) }).map((path) => posix.join(module, path.replaceAll(sep, "/"))),
  );
  return (
    now.length === protos.length &&
    configs.every((path) => same(path, then.get(path))) &&
    protos.every(({ module, path, content }) => same(posix.join(module, path), content))
  );
}

function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Writes what buf has to read below a folder. What git does not have, as a module in node_modules, is that of now. */
function checkOut(project: Project, { configs, protos, ofNow }: ProtoTree, folder: string): void {
  for (const [path, content] of configs) write(join(folder, path), content);
  for (const { module, path, content } of protos) write(join(folder, module, path), content);
  for (const path of ofNow) link(project, path, folder);
}

const empty = new Uint8Array(0);

function write(file: string, content: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

function link({ root }: Project, path: string, folder: string): void {
  const now = join(root, path);
  if (!existsSync(now)) return;
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  symlinkSync(realpathSync(now), join(folder, path), "junction");
}
