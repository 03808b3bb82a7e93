import { existsSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Domain } from "@ego/protoc-gen-ego/model";
import { exitCode, Failure } from "../failure.ts";
import { type Generation, runGenerators } from "../project/generation.ts";
import { hasOwnProtos } from "../project/own-protos.ts";
import type { Project } from "../project/project.ts";
import type { Host } from "../terminal/host.ts";
import type { Block } from "./block.ts";

/** What was done for the code to be what the protos say. */
export type Made = Pick<Block, "generated" | "warnings" | "inserted" | "findings" | "failure"> & {
  /** The files that were written, from the root. */
  readonly written: readonly string[];
  /** Whether protos have changed, and there is no code of them. */
  readonly generationFailed: boolean;
};

/** Keeps generated code and handlers as the protos say. */
export interface CodeKeeper {
  /**
   * Generates if protos have changed, and inserts what handlers lack then; or what could not be inserted before.
   *
   * @throws Failure, the first time only, if the installation is at fault: that no change of a file mends
   */
  keep(protosChanged: boolean): Promise<Made>;
}

/** @param sync whether handlers are inserted */
export function codeKeeper(host: Host, project: Project, sync: boolean): CodeKeeper {
  // What takes long prints so, and here everything is told in the end.
  const quiet: Host = { cwd: host.cwd, env: host.env, out: () => {}, err: () => {} };
  let first = true;
  let ungenerated = true;
  let unsynced = sync;
  /** Why the protos have no code. */
  let broken: string | undefined;
  /** What the protos say, being read. */
  let domain: Promise<Domain> | undefined;

  /** Loads what reads protos while generators run, and only where handlers are inserted. */
  async function readProtos(): Promise<Domain> {
    const { loadDomain } = await import("../project/domain.ts");
    return loadDomain(quiet, project);
  }

  async function keep(): Promise<Made> {
    if (broken !== undefined) return { ...nothing, failure: `still: ${broken.split("\n")[0]}` };
    if (!ungenerated && !unsynced) return nothing;
    checkConfigured(project);
    if (unsynced && hasOwnProtos(project)) domain ??= readProtos();
    const loading = domain;
    let generation: Generation | undefined;
    try {
      generation = ungenerated ? await runGenerators(quiet, project) : undefined;
    } finally {
      // Where it fails, generation does too, and says why.
      await loading?.catch(() => {});
    }
    ungenerated = false;
    const generated = generation && changedFiles(project, generation);
    const made = { ...nothing, generated, warnings: generation?.messages ?? "", written: generated ?? [] };
    if (!unsynced || loading === undefined) return made;
    try {
      const { applySync, planSync } = await import("../sync/sync.ts");
      const plan = await planSync(quiet, project, { domain: await loading });
      const written = applySync(project, plan);
      unsynced = plan.refused;
      return { ...made, inserted: plan.inserted, findings: plan.findingsAfter, written: [...made.written, ...written] };
    } catch (error) {
      return { ...made, failure: reasonOf(error) };
    }
  }

  return {
    async keep(protosChanged) {
      if (protosChanged) {
        [ungenerated, unsynced, broken, domain] = [true, sync, undefined, undefined];
      }
      try {
        return await keep();
      } catch (error) {
        if (first && error instanceof Failure && error.exitCode === exitCode.environment) throw error;
        const failure = reasonOf(error);
        // Protos that do not compile have to change before. All else is tried again.
        if (error instanceof Failure && error.exitCode === exitCode.input) broken = failure;
        domain = undefined;
        return { ...nothing, failure, generationFailed: true };
      } finally {
        first = false;
      }
    },
  };
}

/** Why something could not be done that is no bug: files may come and go while they are read. */
function reasonOf(error: unknown): string {
  if (error instanceof Failure) return error.message;
  if (error instanceof Error && (error as NodeJS.ErrnoException).syscall !== undefined) return error.message;
  throw error;
}

/** @throws Failure if a file that says what to generate is gone meanwhile */
function checkConfigured({ root }: Project): void {
  const missing = ["buf.yaml", "buf.gen.yaml"].find((name) => !existsSync(join(root, name)));
  if (missing !== undefined) throw new Failure("input", `${missing} is gone.`);
}

const nothing: Made = {
  generated: undefined,
  warnings: "",
  inserted: [],
  findings: [],
  failure: undefined,
  written: [],
  generationFailed: false,
};

function changedFiles({ root }: Project, { before, after }: Generation): readonly string[] {
  const files = [...new Set([...before.keys(), ...after.keys()])].filter(
    (file) => before.get(file) !== after.get(file),
  );
  return files.map((file) => relative(root, file).replaceAll(sep, "/")).toSorted();
}
