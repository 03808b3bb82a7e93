import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Domain, readDomain } from "@ego/protoc-gen-ego/model";
import { Failure } from "../failure.ts";
import type { Host } from "../terminal/host.ts";
import { runBuf } from "./buf.ts";
import { bufMessages, isMachine } from "./buf-messages.ts";
import type { Project } from "./project.ts";

/**
 * Reads what the protos say, with the places where they say it. Runs buf, and none of the project's code.
 *
 * @param input what buf is to read instead of the project's protos: `.git#ref=main,subdir=bank`, say
 * @throws Failure if buf cannot compile it, with what buf says
 */
export async function loadDomain(host: Host, project: Project, input?: string): Promise<Domain> {
  const folder = mkdtempSync(join(tmpdir(), "ego-image-"));
  try {
    const image = join(folder, "image.binpb");
    const args = ["build", ...(input === undefined ? [] : [input]), "-o", image];
    const { exitCode, stdout, stderr } = await runBuf(host, project, args, "Reading the protos …");
    if (exitCode !== 0) {
      const messages = bufMessages(project, stdout + stderr);
      throw new Failure(isMachine(messages) ? "environment" : "input", messages);
    }
    return readDomain(readFileSync(image));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
