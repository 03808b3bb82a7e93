import { spawnSync } from "node:child_process";
import { join, relative, sep } from "node:path";

const root = join(import.meta.dirname, "../..");

/** An error of the compiler: where it is, and the first line of what is said. */
export interface Diagnostic {
  readonly line: number;
  readonly column: number;
  /** The code and the text: `TS2322: Type 'number' is not assignable to type 'bigint'.` */
  readonly text: string;
}

/** What tsc says about a project, by file, as paths below its folder. */
export function compile(folder: string): ReadonlyMap<string, readonly Diagnostic[]> {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const project = join(folder, "tsconfig.json");
  const { stdout, stderr } = spawnSync(process.execPath, [tsc, "-p", project, "--pretty", "false"], {
    cwd: root,
    encoding: "utf8",
  });
  if (stderr !== "") throw new Error(stderr);
  const said = new Map<string, Diagnostic[]>();
  for (const line of stdout.split("\n")) {
    // What follows on an error is indented; what is neither belongs to no file, and is lost by nobody.
    if (line === "" || line.startsWith(" ")) continue;
    const [, path = "", row, column, text = line] = /^(.+)\((\d+),(\d+)\): error (.*)$/.exec(line) ?? [];
    const file = path === "" ? "" : relative(folder, join(root, path)).replaceAll(sep, "/");
    said.set(file, [...(said.get(file) ?? []), { line: Number(row), column: Number(column), text }]);
  }
  return said;
}

/** What the comments of a source expect: `// error at COLUMN: TEXT`, above the line or above another such comment. */
export function expectedIn(source: string): readonly Diagnostic[] {
  const lines = source.split("\n");
  const found: Diagnostic[] = [];
  for (const [index, line] of lines.entries()) {
    const [, column, text] = expectation.exec(line) ?? [];
    if (text === undefined) continue;
    const below = lines.findIndex((other, at) => at > index && !expectation.test(other));
    found.push({ line: below + 1, column: Number(column), text });
  }
  return found;
}

const expectation = /^\s*\/\/ error at (\d+): (.*)$/;
