import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Block, blocksOf, outputMatches } from "./block.ts";
import { type DocsProject, docsProject } from "./docs-project.ts";
import { missingInSource } from "./excerpt.ts";
import { bankProto, type DocsPlace, startWithBank } from "./place.ts";

const root = join(import.meta.dirname, "../..");

/** What came of trying a Markdown file. */
export interface Tried {
  /** How many snippets were tried. */
  readonly ran: number;
  readonly problems: readonly string[];
}

/** What comes of it, while it is tried. */
interface Trial {
  ran: number;
  readonly problems: string[];
}

/** Tries all snippets of a Markdown file, in a project of its own. */
export function tryFile(source: string, place: DocsPlace): Tried {
  const trial: Trial = { ran: 0, problems: [] };
  const all = blocksOf(source, readFileSync(join(root, source), "utf8"));
  for (const block of all) tryExcerpt(trial, block);
  const blocks = all.filter(isTried);
  if (blocks.length === 0) return trial;
  const project = docsProject(place.installed, place.folder);
  try {
    if (!blocks.some((block) => block.file === bankProto)) startWithBank(project);
    tryBlocks(trial, project, blocks);
  } finally {
    project.remove();
  }
  return trial;
}

function tryExcerpt(trial: Trial, block: Block): void {
  const { excerpt, text } = block;
  if (excerpt === undefined) return;
  trial.ran++;
  const missing = missingInSource(text, readFileSync(join(root, excerpt), "utf8"));
  if (missing !== undefined)
    fail(trial, block, `this is not in ${excerpt}, or not behind what is above it:\n${missing}`);
}

function isTried(block: Block): boolean {
  if (block.words.has("nocheck") || block.excerpt !== undefined) return false;
  return ["ts", "sh", "proto"].includes(block.language) || block.file !== undefined || block.words.has("output");
}

function isFragment(block: Block): boolean {
  return block.language === "proto" && block.file === undefined;
}

function tryBlocks(trial: Trial, project: DocsProject, blocks: readonly Block[]): void {
  /** What stands in the project, by file. */
  const written = new Map<string, Block>();
  let unchecked = false;
  let generated = false;
  let output: string | undefined;

  const check = (): boolean => {
    if (!unchecked && generated) return true;
    unchecked = false;
    generated = true;
    const problem = project.generate() ?? project.typecheck();
    if (problem !== undefined) fail(trial, undefined, located(problem, written));
    return problem === undefined;
  };

  const fragments = blocks.filter(isFragment);
  for (const block of fragments) {
    trial.ran++;
    written.set(project.writeFragment(`fragment_${block.line}`, block.text), block);
  }
  const problem = project.compileFragments();
  if (problem !== undefined) fail(trial, undefined, located(problem, written));

  for (const block of blocks) {
    if (isFragment(block)) continue;
    if (block.words.has("output")) {
      if (output === undefined) fail(trial, block, "there is no output: no block above ran");
      else if (!outputMatches(block.text, output)) fail(trial, block, `the output is another:\n${output}`);
      continue;
    }
    trial.ran++;
    if (block.folder !== undefined) {
      if (block.language === "sh") output = finish(trial, block, project.shell(block.text, { beside: block.folder }));
      else project.writeBeside(block.folder, block.file ?? "", block.text);
      continue;
    }
    if (block.language === "sh") {
      check();
      output = finish(trial, block, project.shell(block.text, block.words.has("clone") ? "clone" : "project"));
      continue;
    }
    const file = block.file ?? fileFor(block);
    if (written.has(file)) check();
    project.write(file, block.text);
    written.set(file, block);
    unchecked = true;
    if (block.words.has("run") && check()) output = finish(trial, block, project.run(file));
    if (block.words.has("test") && check()) output = finish(trial, block, project.test(file));
  }
  check();
}

function fileFor(block: Block): string {
  return `src/snippet_${block.line}.ts`;
}

function finish(
  trial: Trial,
  block: Block,
  done: { readonly status: number | null; readonly stdout: string; readonly stderr: string },
): string {
  if (done.status !== 0) fail(trial, block, `failed:\n${done.stdout}${done.stderr}`);
  return done.stdout;
}

/** Leads each message about a written file back to its line in the Markdown file. */
function located(problem: string, written: ReadonlyMap<string, Block>): string {
  return problem.replace(/^([^\s(:]+)(?:\((\d+),(\d+)\)|:(\d+):(\d+))/gm, (match, file: string, ...position) => {
    const block = written.get(file) ?? written.get(`proto/${file}`);
    if (block === undefined) return match;
    const line = Number(position[0] ?? position[2]);
    return `${block.source}:${block.line + line}:${position[1] ?? position[3]} (${file})`;
  });
}

function fail(trial: Trial, block: Block | undefined, message: string): void {
  const place = block === undefined ? "" : `${block.source}:${block.line}: `;
  trial.problems.push(`${place}${message}`);
}
