// npm run docs [-- FILE…]: tries every snippet of README.md and docs/*.md.
//
// Each Markdown file is one project in a temporary folder, which sees this repository's packages as they are published.
// Its fenced blocks are taken from top to bottom; as many files are tried at a time as there are processors. What stands behind the language in a fence decides:
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
import { globSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import shareCompileCache from "../test/compile-cache.ts";
import { type DocsPlace, preparePlace } from "./docs/place.ts";
import type { Tried } from "./docs/try-file.ts";

const root = join(import.meta.dirname, "..");
const named = process.argv.slice(2);
const sources = named.length > 0 ? named : ["README.md", "docs/*.md"].flatMap((glob) => globSync(glob, { cwd: root }));

const removeCache = shareCompileCache();
const folder = realpathSync(mkdtempSync(join(tmpdir(), "ego-docs-")));
try {
  process.exitCode = (await tryAll(preparePlace(folder))) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
  removeCache?.();
}

/** Whether all snippets of all files are as they should be. */
async function tryAll(place: DocsPlace): Promise<boolean> {
  let ran = 0;
  let failures = 0;
  // What takes long first: begun last, it would run alone in the end.
  const waiting = sources.toSorted((one, other) => programsIn(other) - programsIn(one)).values();
  const work = async () => {
    for (const source of waiting) {
      const tried = await tryFile(source, place);
      ran += tried.ran;
      failures += tried.problems.length;
      for (const problem of tried.problems) process.stderr.write(`${problem.trimEnd()}\n`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  process.stdout.write(`${ran} snippets ran${failures === 0 ? "" : `, ${failures} failed`}\n`);
  return failures === 0;
}

/** About how many programs a file has run. */
function programsIn(source: string): number {
  return readFileSync(join(root, source), "utf8").match(/^\s*```(?:sh|.* (?:run|test)$)/gm)?.length ?? 0;
}

/** In a thread, since it waits for programs. */
function tryFile(source: string, place: DocsPlace): Promise<Tried> {
  const worker = new Worker(new URL("./docs/worker.ts", import.meta.url), { workerData: { source, place } });
  return new Promise((done, failed) => worker.once("message", done).once("error", failed));
}
