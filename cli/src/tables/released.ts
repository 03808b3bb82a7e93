import { posix } from "node:path";
import { schemaJson } from "@ego/protoc-gen-ego/model";
import { Failure } from "../failure.ts";
import { type Commit, commitNamed, commitText, findRepository, type Repository } from "../git/repository.ts";
import { contentsOf, filesNamed } from "../git/tree.ts";
import { projectAt } from "../project/git-ref.ts";
import { outputFolders } from "../project/outputs.ts";
import type { Project } from "../project/project.ts";
import type { Host } from "../terminal/host.ts";
import { tablesOfModel } from "./model-tables.ts";
import type { TableSchema } from "./table-schema.ts";

/** The tables that a project had at a commit. */
export interface Released {
  readonly repository: Repository;
  readonly commit: Commit;
  readonly tables: readonly TableSchema[];
}

/**
 * Reads which tables a project had at a commit: from the ego.schema.json of then, which is what ran, and, where none was
 * committed, from the protos. Runs git, and buf for the protos.
 *
 * @param ref HEAD if not given
 * @throws Failure if there is no repository or no such commit, or if what is there cannot be read
 */
export async function releasedAt(host: Host, project: Project, ref: string | undefined): Promise<Released> {
  const { repository, commit } = await foundCommit(host, project, ref);
  const models = outputFolders(project).map((folder) => posix.join(posix.normalize(folder), "ego.schema.json"));
  const [file] = await filesNamed(repository, commit, models);
  if (file === undefined) {
    const { domain } = await projectAt(repository, commit);
    return { repository, commit, tables: tablesOfModel("the model", schemaJson(domain)).tables };
  }
  const [content] = await contentsOf(repository, [file]);
  const name = `${file.path} at ${commitText(commit)}`;
  return { repository, commit, tables: tablesOfModel(name, content?.toString("utf8") ?? "").tables };
}

async function foundCommit(
  host: Host,
  project: Project,
  ref: string | undefined,
): Promise<{ readonly repository: Repository; readonly commit: Commit }> {
  try {
    const repository = await findRepository(host, project);
    return { repository, commit: await commitNamed(repository, ref ?? "HEAD") };
  } catch (error) {
    if (!(error instanceof Failure) || ref !== undefined) throw error;
    throw new Failure(
      "environment",
      `${error.message}\nIf no table was released yet, \`ego migrate diff --initial\` writes the migration that creates all of them.`,
    );
  }
}
