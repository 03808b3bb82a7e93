import { mkdirSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder, writeFiles } from "../testdata/temporary-folder.ts";
import { type Changes, watchChanges } from "./changes.ts";
import { fileKinds } from "./file-kind.ts";
import { type FolderWatch, watchFolders } from "./folder-watch.ts";
import { watchedFiles } from "./watched-files.ts";

const never = new AbortController().signal;

function project(files: Readonly<Record<string, string>> = {}) {
  const root = temporaryFolder({ "buf.yaml": "version: v2\nmodules:\n  - path: proto\n", "src/a.ts": "a", ...files });
  const kinds = () => fileKinds({ root }, "src/main.ts");
  return { root, kinds, write: (files: Readonly<Record<string, string>>) => writeFiles(root, files) };
}

type Watch = typeof watchChanges;

/** The names of all files that change until `src/end.ts` does, each batch by itself. */
async function untilTheEnd(changes: Changes): Promise<string[][]> {
  const batches: string[][] = [];
  while (!batches.flat().includes("src/end.ts")) {
    batches.push((await changes.next(never)).changes.map(({ file }) => file));
  }
  return batches;
}

/** What is written while nobody waits, as during a run, is not lost; nor what `accept` is told of by its side. */
async function nothingIsMissed(watch: Watch): Promise<string[]> {
  const { root, kinds, write } = project();
  const changes = watch({ root }, kinds);
  try {
    const first = changes.next(never);
    write({ "src/a.ts": "a2" });
    await first;
    write({ "src/b.ts": "during a run", "src/gen/own.ts": "generated", "proto/deep/c.proto": "during a run" });
    changes.accept(["src/gen/own.ts"]);
    const rest = untilTheEnd(changes);
    write({ "src/end.ts": "" });
    return (await rest).flat().toSorted();
  } finally {
    changes[Symbol.dispose]();
  }
}

test("what changes while nobody waits is told, and what was accepted is not", async () => {
  expect(await nothingIsMissed(watchChanges)).toEqual(["proto/deep/c.proto", "src/b.ts", "src/end.ts"]);
});

test.each<[string, Watch]>([
  [
    "begins to look only when somebody waits",
    (project, kinds) => {
      let current: Changes | undefined;
      return {
        next(signal) {
          current?.[Symbol.dispose]();
          current = watchChanges(project, kinds);
          return current.next(signal);
        },
        accept: () => {},
        [Symbol.dispose]: () => current?.[Symbol.dispose](),
      };
    },
  ],
  [
    "accepts all there is, not what it is told",
    (project, kinds) => {
      const changes = watchChanges(project, kinds);
      const all = ["src/gen/own.ts", "src/b.ts", "proto/deep/c.proto"];
      return { ...changes, accept: () => changes.accept(all), [Symbol.dispose]: () => changes[Symbol.dispose]() };
    },
  ],
  [
    "takes its own doing for changes",
    (project, kinds) => {
      const changes = watchChanges(project, kinds);
      return { ...changes, accept: () => {}, [Symbol.dispose]: () => changes[Symbol.dispose]() };
    },
  ],
])("a watcher that %s is caught", async (_, watch) => {
  expect(await nothingIsMissed(watch)).not.toEqual(["proto/deep/c.proto", "src/b.ts", "src/end.ts"]);
});

test("a hundred files at once are one batch", async () => {
  const { root, kinds, write } = project();
  const changes = watchChanges({ root }, kinds, { quietMs: 200, longestMs: 5_000 });
  onTestFinished(() => changes[Symbol.dispose]());
  const names = Array.from({ length: 100 }, (_, index) => `src/part${index % 10}/${index}.ts`);
  const batches = untilTheEnd(changes);
  write(Object.fromEntries([...names, "src/end.ts"].map((name) => [name, name])));
  expect((await batches).map((batch) => batch.length)).toEqual([101]);
});

test("what goes on without end is told all the same", async () => {
  const { root, kinds, write } = project();
  const changes = watchChanges({ root }, kinds, { quietMs: 60_000, longestMs: 50 });
  onTestFinished(() => changes[Symbol.dispose]());
  const next = changes.next(never);
  write({ "src/a.ts": "a2" });
  expect((await next).changes).toEqual([{ file: "src/a.ts", kind: "source", what: "changed" }]);
});

test("waiting ends when it is told to", async () => {
  const { root, kinds } = project();
  const changes = watchChanges({ root }, kinds);
  onTestFinished(() => changes[Symbol.dispose]());
  const stop = new AbortController();
  const next = changes.next(stop.signal);
  stop.abort();
  await expect(next).rejects.toThrow("aborted");
});

const deaf: FolderWatch = { follow: () => false, [Symbol.dispose]: () => {} };

test("a change is one of what is in a file: not of its times, and also within the same tick, with the same size", () => {
  const { root, kinds, write } = project();
  const files = watchedFiles({ root }, kinds, deaf);
  const path = join(root, "src/a.ts");
  for (const content of ["b", "c", "d", "e", "f"]) {
    write({ "src/a.ts": content });
    expect(files.take()).toHaveLength(1);
    utimesSync(path, new Date(0), new Date(0));
    write({ "src/a.ts": content });
    expect(files.take()).toEqual([]);
  }
});

/** A new folder that gets a file between the look and the watch, as git makes them. */
function foundInNewFolder(follow: FolderWatch["follow"]): string[] {
  const { root, kinds, write } = project();
  const files = watchedFiles({ root }, kinds, {
    follow(folders) {
      if (folders.has(join(root, "src/new"))) write({ "src/new/late.ts": "late" });
      return follow(folders);
    },
    [Symbol.dispose]: () => {},
  });
  mkdirSync(join(root, "src/new"));
  return files.take().map(({ file }) => file);
}

test("what is put into a new folder before it is watched is seen; a watcher that looks but once is caught", () => {
  const watch = watchFolders(() => {});
  onTestFinished(() => watch[Symbol.dispose]());
  expect(foundInNewFolder(watch.follow)).toEqual(["src/new/late.ts"]);
  expect(foundInNewFolder(() => false)).toEqual([]);
});

test("symbolic links are followed where they stay in the project, or lead to protos, and never round", () => {
  const shared = temporaryFolder({ "v1/x.proto": "x", "lib.ts": "x" });
  const { root, kinds } = project({ "packages/lib/index.ts": "x" });
  symlinkSync(shared, join(root, "proto"));
  symlinkSync(shared, join(root, "src/elsewhere"));
  symlinkSync(join(root, "packages/lib"), join(root, "src/lib"));
  symlinkSync(root, join(root, "src/round"));
  symlinkSync(join(shared, "lib.ts"), join(root, "src/one.ts"));
  symlinkSync("nowhere", join(root, "src/dangling.ts"));
  const files = watchedFiles({ root }, kinds, deaf);
  writeFiles(shared, { "v1/x.proto": "y", "lib.ts": "y" });
  writeFiles(root, { "packages/lib/index.ts": "y" });
  expect(files.take().map(({ file }) => file)).toEqual([
    "packages/lib/index.ts",
    "proto/lib.ts",
    "proto/v1/x.proto",
    "src/lib/index.ts",
    "src/one.ts",
  ]);
});
