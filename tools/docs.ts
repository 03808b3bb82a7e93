// npm run docs [-- FILE…]: tries every snippet of README.md and docs/*.md.
//
// Each Markdown file is one project in a temporary folder, which sees this repository's packages. Its fenced blocks
// are taken from top to bottom. What stands behind the language in a fence decides:
//
//   ```proto file=proto/bank/v1/account.proto   written there, generated from, as `ego init`'s buf.gen.yaml says
//   ```ts file=src/account.ts                   written there, type-checked under all flags of tsconfig.base.json
//   ```ts                                       a module without a name: type-checked
//   ```proto                                    messages to look at: compiled, each block for itself; one that begins
//                                               without `syntax` gets that, and ego's options imported
//   ```ts file=src/main.ts run                  also run by Node
//   ```ts file=test/account.test.ts test        also run by vitest
//   ```sh                                       run in the project's folder; `ego` and `buf` are there
//   ```sh clone                                 run in a copy of this repository; `../x` is a folder of its own there
//   ```sh in=my-bank                            run in ../my-bank of that copy, which a block above made
//   ```ts in=my-bank file=src/account.ts        written there, and nothing else: a block of sh checks it
//   ```text output                              what the last block that ran has printed; a line … stands for any lines
//   ```ts excerpt=examples/bank/src/account.ts  a part of that file of this repository; … stands for what is left out
//   ```ts nocheck                               not tried at all
//   ```yaml file=x.yaml                         any language: written there
//
// A file without a block for proto/bank/v1/account.proto begins with that and the behavior, as `ego init` writes them. A
// later block with the same file replaces it, after what stands has been checked; what a block that ran left in the
// folder stays there.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Block, blocksOf, outputMatches } from "./docs/block.ts";
import { type DocsProject, docsProject } from "./docs/docs-project.ts";
import { missingInSource } from "./docs/excerpt.ts";

const root = join(import.meta.dirname, "..");
const bankProto = "proto/bank/v1/account.proto";
const named = process.argv.slice(2);
const sources = named.length > 0 ? named : ["README.md", "docs/*.md"].flatMap((glob) => globSync(glob, { cwd: root }));

let ran = 0;
let failures = 0;
for (const source of sources.toSorted()) trySource(source);
process.stdout.write(`${ran} snippets ran${failures === 0 ? "" : `, ${failures} failed`}\n`);
process.exitCode = failures === 0 ? 0 : 1;

function trySource(source: string): void {
  const all = blocksOf(source, readFileSync(join(root, source), "utf8"));
  for (const block of all) tryExcerpt(block);
  const blocks = all.filter(isTried);
  if (blocks.length === 0) return;
  const project = docsProject();
  try {
    if (!blocks.some((block) => block.file === bankProto)) startWithBank(project);
    tryBlocks(project, blocks);
  } finally {
    project.remove();
  }
}

function tryExcerpt(block: Block): void {
  const { excerpt, text } = block;
  if (excerpt === undefined) return;
  ran++;
  const missing = missingInSource(text, readFileSync(join(root, excerpt), "utf8"));
  if (missing !== undefined) fail(block, `this is not in ${excerpt}, or not behind what is above it:\n${missing}`);
}

function isTried(block: Block): boolean {
  if (block.words.has("nocheck") || block.excerpt !== undefined) return false;
  return ["ts", "sh", "proto"].includes(block.language) || block.file !== undefined || block.words.has("output");
}

function isFragment(block: Block): boolean {
  return block.language === "proto" && block.file === undefined;
}

function startWithBank(project: DocsProject): void {
  for (const file of [bankProto, "src/account.ts"]) {
    project.write(file, readFileSync(join(root, "templates/project", `${file}.hbs`), "utf8"));
  }
}

function tryBlocks(project: DocsProject, blocks: readonly Block[]): void {
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
    if (problem !== undefined) fail(undefined, located(problem, written));
    return problem === undefined;
  };

  const fragments = blocks.filter(isFragment);
  for (const block of fragments) {
    ran++;
    written.set(project.writeFragment(`fragment_${block.line}`, block.text), block);
  }
  const problem = project.compileFragments();
  if (problem !== undefined) fail(undefined, located(problem, written));

  for (const block of blocks) {
    if (isFragment(block)) continue;
    if (block.words.has("output")) {
      if (output === undefined) fail(block, "there is no output: no block above ran");
      else if (!outputMatches(block.text, output)) fail(block, `the output is another:\n${output}`);
      continue;
    }
    ran++;
    if (block.folder !== undefined) {
      if (block.language === "sh") output = finish(block, project.shell(block.text, { beside: block.folder }));
      else project.writeBeside(block.folder, block.file ?? "", block.text);
      continue;
    }
    if (block.language === "sh") {
      check();
      output = finish(block, project.shell(block.text, block.words.has("clone") ? "clone" : "project"));
      continue;
    }
    const file = block.file ?? fileFor(block);
    if (written.has(file)) check();
    project.write(file, block.text);
    written.set(file, block);
    unchecked = true;
    if (block.words.has("run") && check()) output = finish(block, project.run(file));
    if (block.words.has("test") && check()) output = finish(block, project.test(file));
  }
  check();
}

function fileFor(block: Block): string {
  return `src/snippet_${block.line}.ts`;
}

function finish(
  block: Block,
  done: { readonly status: number | null; readonly stdout: string; readonly stderr: string },
): string {
  if (done.status !== 0) fail(block, `failed:\n${done.stdout}${done.stderr}`);
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

function fail(block: Block | undefined, message: string): void {
  failures++;
  const place = block === undefined ? "" : `${block.source}:${block.line}: `;
  process.stderr.write(`${place}${message.trimEnd()}\n`);
}
