import { setTimeout } from "node:timers/promises";
import { Failure } from "../failure.ts";
import { keepingCompiled } from "../project/compile-cache.ts";
import type { Project } from "../project/project.ts";
import type { Host } from "../terminal/host.ts";
import type { ProgramDone } from "./block.ts";
import { type Batch, watchChanges } from "./changes.ts";
import { codeKeeper } from "./code-keeper.ts";
import { type FileKinds, fileKinds } from "./file-kind.ts";
import { startGuard } from "./guard.ts";
import { findProgram, type ProgramChoice } from "./program.ts";
import { reporter } from "./reporter.ts";
import { runner } from "./runner.ts";
import { typeCheck } from "./type-check.ts";

/** How `ego dev` works. */
export interface DevelopOptions {
  readonly program: ProgramChoice;
  /** Whether handlers that are missing are inserted. */
  readonly sync: boolean;
  /** Whether blocks are printed as JSON, each on a line. */
  readonly json: boolean;
  /** How long the program may take to end. Milliseconds. */
  readonly graceMs: number;
}

/**
 * Runs the program of a project, and at each change of its files brings the code up to date, checks the types and starts
 * the program again, until `stop`.
 *
 * @throws Failure if it cannot begin, or cannot watch
 */
export async function develop(host: Host, project: Project, options: DevelopOptions, stop: AbortSignal): Promise<void> {
  const choose = () => findProgram(project, host.cwd, options.program);
  let program = choose();
  const changes = watchChanges(
    project,
    kindsOf(project, () => program.file),
  );
  const guard = startGuard();
  const typesOf = typeCheck(host, project);
  const report = reporter(host, options.json);
  const stdout = options.json ? "stderr" : "stdout";
  const run = runner({ project, env: keepingCompiled(host, project), stdout, guard }, options.graceMs, report.ended);
  const keeper = codeKeeper(host, project, options.sync);
  // Whatever ends this process, it does not leave the program behind.
  const atExit = () => {
    run.kill();
    typesOf[Symbol.dispose]();
  };
  process.once("exit", atExit);
  // At once, whatever else is going on.
  stop.addEventListener("abort", () => void run.stop(), { once: true });

  /** Whether something that the program is made of has changed since it was started. */
  let stale = true;
  /** Whether something has changed since types were checked. */
  let unchecked = true;

  /** @returns what changes next */
  async function turn(batch: Batch | undefined): Promise<Batch> {
    const at = new Date();
    const since = batch?.since ?? performance.now();
    report.hold();
    const kinds = new Set(batch?.changes.map(({ kind }) => kind));
    const made = await keeper.keep(batch === undefined || kinds.has("proto"));
    changes.accept(made.written);
    stop.throwIfAborted();
    if (made.written.length > 0 || kinds.has("source")) stale = true;
    if (stale || kinds.has("test")) unchecked = true;
    const overtaken = new AbortController();
    const checking =
      unchecked && !made.generationFailed ? typesOf.run(AbortSignal.any([stop, overtaken.signal])) : undefined;
    // Types may take longer than the next change, which is not to wait for them.
    const next = changes.next(stop);
    next.then(
      () => overtaken.abort(),
      () => {},
    );
    const { program: ran, failure = made.failure } = await programTurn(made.generationFailed, since);
    // JSON has a line for each change, with all of it.
    const types = await (options.json ? checking : orLate(checking));
    stop.throwIfAborted();
    report.block({ ...made, at, changes: batch?.changes ?? [], failure, types, program: ran }, program.file);
    const found = await checking;
    stop.throwIfAborted();
    if (found?.checked) unchecked = false;
    if (types === "late" && found !== undefined && !overtaken.signal.aborted) report.late(found);
    return next;
  }

  async function programTurn(held: boolean, since: number): Promise<{ program: ProgramDone; failure?: string }> {
    const left = (): ProgramDone => ({ state: run.running ? "kept" : "waiting" });
    if (held || !stale) return { program: left() };
    try {
      program = choose();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { program: left(), failure: error.message };
    }
    const ran = await run.restart(program, since, stop);
    stale = false;
    return { program: ran };
  }

  try {
    let batch: Batch | undefined;
    for (;;) batch = await turn(batch);
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    changes[Symbol.dispose]();
    await run.stop();
    guard[Symbol.dispose]();
    typesOf[Symbol.dispose]();
    process.off("exit", atExit);
  }
}

/** How long a block waits for types behind all else, in milliseconds. */
const patience = 1_000;

async function orLate<Found>(checking: Promise<Found> | undefined): Promise<Found | "late" | undefined> {
  const timer = new AbortController();
  try {
    return await Promise.race([checking, setTimeout(patience, "late" as const, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}

/** What is watched, as the project says; while it does not say so, as it said before. */
function kindsOf(project: Project, program: () => string): () => FileKinds {
  let known = fileKinds(project, program());
  return () => {
    try {
      known = fileKinds(project, program());
    } catch {
      // buf.yaml is being replaced, or gone.
    }
    return known;
  };
}
