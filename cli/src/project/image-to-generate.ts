import { globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { type Domain, readDomain } from "@ego/protoc-gen-ego/model";
import type { Host } from "../terminal/host.ts";
import { modulePaths } from "./buf-messages.ts";
import { buildImage, loadDomain } from "./domain.ts";
import { hasOwnProtos } from "./own-protos.ts";
import type { Project } from "./project.ts";

/** The protos that `buf generate` reads, compiled: it need not do that itself, and the domain can be read from it. */
export interface ImageToGenerate {
  readonly bytes: Uint8Array;
  /** The folder that it is of, as buf.gen.yaml says it. */
  readonly folder: string;
}

/**
 * Compiles the protos that `buf generate` reads.
 *
 * @returns undefined if an image would not do: where buf.gen.yaml has more to say of its inputs than one folder, where
 *   there is no proto, and where they do not compile, of which `buf generate` tells
 */
export async function imageToGenerate(host: Host, project: Project): Promise<ImageToGenerate | undefined> {
  const folder = inputFolder(readFileSync(join(project.root, "buf.gen.yaml"), "utf8"));
  if (folder === undefined || !hasOwnProtos(project)) return undefined;
  const bytes = await buildImage(host, project, { input: folder }).catch(() => undefined);
  return bytes && { bytes, folder };
}

/**
 * What the protos say, as `loadDomain` reads it: from an image, if all protos are in that.
 *
 * @throws Failure if buf cannot compile them, with what buf says
 */
export async function domainWith(host: Host, project: Project, image: ImageToGenerate | undefined): Promise<Domain> {
  const domain = image && readDomain(image.bytes);
  return domain && hasAll(project, domain, image.folder) ? domain : await loadDomain(host, project);
}

function hasAll(project: Project, { files }: Domain, folder: string): boolean {
  const modules = modulePaths(project);
  if (folder === "." || modules.length === 0) return folder === ".";
  const own = new Set(files.flatMap(({ desc, generate }) => (generate ? [desc.proto.name] : [])));
  const protos = modules.flatMap((path) => globSync("**/*.proto", { cwd: join(project.root, path) }));
  // The options themselves mark nothing.
  return protos.every((path) => path === join("ego", "v1", "ego.proto") || own.has(path.replaceAll(sep, "/")));
}

/**
 * The one folder that buf.gen.yaml has as its input: buf's working directory, if it names none. Undefined for all that may
 * mean more, as paths that are excluded, or modules that are treated in different ways.
 */
export function inputFolder(template: string): string | undefined {
  const lines = template.split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, "").trimEnd());
  const said = lines.filter((line) => line !== "");
  if (!said.includes("version: v2") || said.some((line) => /^["']?managed\b/.test(line))) return undefined;
  const start = said.findIndex((line) => /^["']?inputs\b/.test(line));
  if (start < 0) return ".";
  const end = said.findIndex((line, index) => index > start && /^[^\s-]/.test(line));
  const [key, entry = "", ...more] = said.slice(start, end < 0 ? said.length : end);
  if (key !== "inputs:" || more.length > 0) return undefined;
  return /^\s*- directory: ([\w.][\w./-]*)$/.exec(entry)?.[1];
}
