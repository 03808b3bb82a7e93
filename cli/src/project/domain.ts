import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Domain, readDomain } from "@ego/protoc-gen-ego/model";
import { Failure } from "../failure.ts";
import type { Host } from "../terminal/host.ts";
import { runBuf } from "./buf.ts";
import { bufMessages, isMachine, modulePaths } from "./buf-messages.ts";
import { hasOwnProtos } from "./own-protos.ts";
import type { Project } from "./project.ts";

/**
 * Reads what the protos say, with the places where they say it: nothing, if there is none yet. Runs buf, and none of the
 * project's code.
 *
 * @param input what buf is to read instead of the project's protos: `.git#ref=main,subdir=bank`, say
 * @throws Failure if buf cannot compile it, with what buf says
 */
export async function loadDomain(host: Host, project: Project, input?: string): Promise<Domain> {
  const from = input ?? (hasOwnProtos(project) ? undefined : optionsModule(project));
  return readDomain(await buildImage(host, project, from === undefined ? {} : { input: from }));
}

/** The module with ego's options: all that there is in a new project, whose empty folder buf takes for a mistake. */
function optionsModule(project: Project): string | undefined {
  return modulePaths(project).find((path) => existsSync(join(project.root, path, "ego/v1/ego.proto")));
}

/** What to build an image of. */
export interface ImageSource {
  /** What buf is to read instead of the protos in its working directory. */
  readonly input?: string;
  /** The folder with the buf.yaml, if it is not the root of the project. */
  readonly folder?: string;
}

/**
 * Compiles protos by buf: a `FileDescriptorSet` in binary form, with the places of all that is in it.
 *
 * @throws Failure if buf cannot compile them, with what buf says
 */
export async function buildImage(
  host: Host,
  project: Project,
  { input, folder = project.root }: ImageSource = {},
): Promise<Uint8Array> {
  const target = mkdtempSync(join(tmpdir(), "ego-image-"));
  try {
    const image = join(target, "image.binpb");
    const args = ["build", ...(input === undefined ? [] : [input]), "-o", image];
    const { exitCode, stdout, stderr } = await runBuf(host, project, args, {
      progress: "Reading the protos …",
      folder,
    });
    if (exitCode !== 0) {
      const messages = bufMessages({ root: folder }, stdout + stderr);
      throw new Failure(isMachine(messages) ? "environment" : "input", messages);
    }
    return readFileSync(image);
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}
