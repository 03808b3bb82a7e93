import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { Failure } from "../failure.ts";
import { isInside, type Project } from "../project/project.ts";
import { printableName } from "../terminal/printable.ts";
import { isForeignFolder } from "./file-kind.ts";

/** What is run: `node <flags> <file> <args>`, at the root of the project. */
export interface Program {
  /** From the root of the project, with slashes. */
  readonly file: string;
  readonly flags: readonly string[];
  readonly args: readonly string[];
}

/** What of a command line names a program. */
export interface ProgramChoice {
  /** As seen from the working directory. */
  readonly file?: string | undefined;
  readonly args: readonly string[];
}

/**
 * The program of a project: the one that is named, or that of the script `start` of package.json, or src/main.ts.
 *
 * @throws Failure if there is none, with what was looked for
 */
export function findProgram(project: Project, cwd: string, { file, args }: ProgramChoice): Program {
  if (file === undefined) return { ...defaultProgram(project), ...(args.length > 0 ? { args } : {}) };
  const path = relative(project.root, resolve(cwd, file)).replaceAll(sep, "/");
  if (!isInside(project, path)) {
    throw new Failure("input", `${printableName(file)} is outside of the project, ${printableName(project.root)}.`);
  }
  if (!isFile(project, path)) {
    throw new Failure(
      "input",
      `There is no file ${printableName(file)}.\nThe program comes first, and its arguments behind \`--\`: \`ego dev src/main.ts -- --port 8080\`.`,
    );
  }
  return { file: path, flags: [], args };
}

const fallback = "src/main.ts";

function defaultProgram(project: Project): Program {
  const script = startScript(project);
  const started = script === undefined ? undefined : programOf(script);
  if (started !== undefined && isFile(project, started.file) && isWatched(started.file)) return started;
  if (script === undefined && isFile(project, fallback)) {
    return { file: fallback, flags: [], args: [] };
  }
  const why =
    script === undefined
      ? `package.json has no script \`start\`, and there is no ${fallback}`
      : started === undefined
        ? `the script \`start\` of package.json is \`${printableName(script)}\`, which is not \`node FILE\``
        : `the script \`start\` of package.json runs ${printableName(started.file)}, ${isFile(project, started.file) ? "which no change of a source changes" : "which is not there"}`;
  throw new Failure("input", `What is to be run? ${upper(why)}.\nName the program: \`ego dev src/server.ts\`.`);
}

function isFile({ root }: Project, file: string): boolean {
  return statSync(join(root, file), { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Whether a change of the file would be seen: one that is built would not. */
function isWatched(file: string): boolean {
  return !dirname(file)
    .split("/")
    .some((name) => name !== "." && isForeignFolder(name));
}

function startScript({ root }: Project): string | undefined {
  const path = join(root, "package.json");
  if (!existsSync(path)) return undefined;
  let start: unknown;
  try {
    start = (JSON.parse(readFileSync(path, "utf8")) as { scripts?: { start?: unknown } } | null)?.scripts?.start;
  } catch (error) {
    throw new Failure("input", `package.json is no JSON: ${printableName((error as Error).message)}`);
  }
  return typeof start === "string" ? start : undefined;
}

/** Options of Node whose value is the next word, unless it follows behind `=`. */
const withValue = new Set(["--import", "--require", "-r", "--env-file", "--env-file-if-exists", "--conditions", "-C"]);

/** What a script runs, if it is Node with a file and nothing that only a shell understands. */
function programOf(script: string): Program | undefined {
  const words = script.trim().split(/\s+/);
  if (words[0] !== "node" || /["'`$&|;<>(){}*?\\#~]/.test(script)) return undefined;
  let at = 1;
  while (words[at]?.startsWith("-")) at += withValue.has(words[at] ?? "") ? 2 : 1;
  const file = words[at];
  if (file === undefined) return undefined;
  return { file: file.replace(/^\.\//, ""), flags: words.slice(1, at), args: words.slice(at + 1) };
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
