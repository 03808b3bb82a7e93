import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { setPriority, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Place } from "../project/finding.ts";
import type { Project } from "../project/project.ts";
import type { Host } from "../terminal/host.ts";

/** Something that the compiler finds wrong. */
export interface CompilerError {
  /** Undefined for what is about no file. */
  readonly at: Place | undefined;
  /** Such as TS2741. */
  readonly code: string;
  /** May have several lines. */
  readonly text: string;
}

/** What came of a type check. */
export type TypesFound =
  | { readonly checked: true; readonly errors: readonly CompilerError[] }
  | { readonly checked: false; readonly why: string };

/** Checks the types of a project, again and again. */
export interface TypeCheck extends Disposable {
  run(signal: AbortSignal): Promise<TypesFound>;
}

/** How much less the compiler is to have of the processor than the program that starts beside it. */
const niceness = 10;

/** A type check by the project's own compiler, which remembers what it found out. */
export function typeCheck(host: Host, project: Project): TypeCheck {
  // Not in the project: what is remembered is of use to this process only.
  const folder = mkdtempSync(join(tmpdir(), "ego-dev-"));
  const memory = ["--incremental", "--tsBuildInfoFile", join(folder, "tsbuildinfo")];

  function run(compiler: string, signal: AbortSignal): Promise<TypesFound> {
    return new Promise((done) => {
      const args = [compiler, "--project", ".", "--noEmit", "--pretty", "false", ...memory];
      const child = spawn(process.execPath, args, {
        cwd: project.root,
        stdio: ["ignore", "pipe", "pipe"],
        env: host.env,
      });
      const abort = () => void child.kill("SIGKILL");
      signal.addEventListener("abort", abort, { once: true });
      if (child.pid !== undefined) lower(child.pid);
      let output = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => {
          output += text;
        });
      }
      const failed = (why: string) => done({ checked: false, why: `not checked: ${why}` });
      child.once("error", (error) => failed(error.message));
      child.once("close", (exitCode) => {
        signal.removeEventListener("abort", abort);
        const errors = typeErrors(output);
        if (signal.aborted) failed("something has changed again");
        else if (exitCode === 0 || errors.length > 0) done({ checked: true, errors });
        else failed(output.trim() || `the compiler ended with ${exitCode} and said nothing`);
      });
    });
  }

  return {
    async run(signal) {
      if (!existsSync(join(project.root, "tsconfig.json"))) {
        return { checked: false, why: "not checked: there is no tsconfig.json" };
      }
      const compiler = compilerOf(project);
      return compiler === undefined
        ? { checked: false, why: "not checked: typescript is not installed" }
        : run(compiler, signal);
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function compilerOf({ root }: Project): string | undefined {
  try {
    return join(dirname(createRequire(join(root, "package.json")).resolve("typescript/package.json")), "bin", "tsc");
  } catch {
    return undefined;
  }
}

/** Reads what `tsc --pretty false` prints. */
export function typeErrors(output: string): readonly CompilerError[] {
  const errors: { at: Place | undefined; code: string; text: string }[] = [];
  for (const line of output.split(/\r?\n/)) {
    const placed = /^(?:(.+?)\((\d+),(\d+)\): )?error (TS\d+): (.*)$/.exec(line);
    const last = errors.at(-1);
    if (placed) {
      const [, file, row, column, code = "", text = ""] = placed;
      const at = file === undefined ? undefined : { file, line: Number(row), column: Number(column) };
      errors.push({ at, code, text });
    } else if (last && /^\s+\S/.test(line)) {
      last.text += `\n${line}`;
    }
  }
  return errors;
}

function lower(pid: number): void {
  try {
    setPriority(pid, niceness);
  } catch {
    // Then it is as important as the rest.
  }
}
