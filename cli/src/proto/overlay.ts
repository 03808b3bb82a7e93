import { copyFileSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Domain, readDomain } from "@ego/protoc-gen-ego/model";
import type { FileEdit } from "../edits/file-edit.ts";
import { modulePaths } from "../project/buf-messages.ts";
import { buildImage } from "../project/domain.ts";
import type { Project } from "../project/project.ts";
import type { Host } from "../terminal/host.ts";
import { protoFiles } from "./proto-files.ts";

/**
 * Reads what the protos of a project would say with these edits, which are not written: a copy of the protos is compiled.
 *
 * @throws Failure if buf cannot compile it, with what buf says
 */
export async function domainWith(host: Host, project: Project, edits: readonly FileEdit[]): Promise<Domain> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "ego-protos-")));
  try {
    copyProtos(project, root);
    for (const { file, after } of edits) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), after);
    }
    return readDomain(await buildImage(host, project, { folder: root }));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Copies what buf reads: its configuration, and the protos of its modules, each at its place. */
function copyProtos(project: Project, to: string): void {
  for (const name of ["buf.yaml", "buf.lock"]) {
    if (existsSync(join(project.root, name))) copyFileSync(join(project.root, name), join(to, name));
  }
  const modules = modulePaths(project);
  for (const module of modules.length === 0 ? ["."] : modules) {
    for (const file of protoFiles(join(project.root, module))) {
      const target = join(to, module, file);
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(join(project.root, module, file), target);
    }
  }
}
