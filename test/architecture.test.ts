import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { importsOf, readSources, root } from "./architecture/imports.ts";
import { violations } from "./architecture/rules.ts";

describe("dependencies between folders", () => {
  const sources = readSources([
    "runtime/src",
    "protoc-gen-ego/src",
    "examples",
    "test/domain/gen",
    "test/evolution",
    "test/golden/gen",
  ]);

  test("go one way, as the architecture says", () => {
    expect(violations(sources)).toEqual([]);
  });

  test("are those of all sources, found wherever they are written", () => {
    const paths = [...sources.keys()];
    for (const start of ["runtime/src/engine/", "runtime/src/stores/sql/", "protoc-gen-ego/src/", "examples/bank/"]) {
      expect(paths.some((path) => path.startsWith(start))).toBe(true);
    }
    const source = `
      import { a } from "./a.ts";
      import type { b } from '../journal/b.ts';
      import "node:fs";
      export { c } from "@bufbuild/protobuf";
      // import { d } from "./d.ts";
      /** from "./e.ts" */
      const f = await import("./f.ts");
      import {
        g,
      } from "./g.ts";
      const h = ["from", "./h.ts"].includes(options["from"]) ? "./i.ts" : "./j.ts";`;
    expect(importsOf("runtime/src/entity/x.ts", source)).toEqual([
      "runtime/src/entity/a.ts",
      "runtime/src/journal/b.ts",
      "node:fs",
      "@bufbuild/protobuf",
      "runtime/src/entity/f.ts",
      "runtime/src/entity/g.ts",
    ]);
  });

  test.each([
    ["runtime/src/entity/x.ts", "../engine/engine.ts", "entity may import"],
    ["runtime/src/journal/x.ts", "../entity/decide.ts", "journal may import"],
    ["runtime/src/journal/x.ts", "../stores/memory/memory-store.ts", "journal may import"],
    ["runtime/src/stores/memory/x.ts", "../../entity/decide.ts", "stores may import"],
    ["runtime/src/stores/memory/x.ts", "kysely", "only tables and SQL stores"],
    ["runtime/src/engine/x.ts", "../stores/memory/memory-store.ts", "engine may import"],
    ["runtime/src/engine/x.ts", "node:sqlite", "only SQL stores"],
    ["runtime/src/engine/x.ts", "../index.ts", "index"],
    ["runtime/src/engine/x.ts", "@opentelemetry/api", "only @ego/runtime/otel"],
    ["runtime/src/telemetry/guarded.ts", "@opentelemetry/api", "only @ego/runtime/otel"],
    ["runtime/src/telemetry/x.ts", "../entity/decide.ts", "telemetry may import"],
    ["runtime/src/testing/x.ts", "../stores/sql/sqlite.ts", "that in memory"],
    ["runtime/src/codegen/x.ts", "../journal/hash.ts", "codegen may import"],
    ["runtime/src/codegen/x.ts", "kysely", "only tables and SQL stores"],
    ["runtime/src/tables/x.ts", "node:sqlite", "only SQL stores"],
    ["runtime/src/tables/x.ts", "../journal/hash.ts", "tables may import"],
    ["runtime/src/codegen/x.ts", "node:crypto", "no such package"],
    ["runtime/src/somewhere/x.ts", "../error/ego-error.ts", "no rule"],
    ["protoc-gen-ego/src/x.ts", "@ego/runtime/codegen", "never imports the runtime"],
    ["protoc-gen-ego/src/emit/x.ts", "../../../runtime/src/codegen/entity.ts", "never imports the runtime"],
    ["examples/bank/src/gen/x_ego.ts", "@ego/runtime", "generated code"],
  ])("are not what they should be where %s imports %s", (path, target, why) => {
    const planted = new Map([...sources, [path, `import { x } from "${target}";`]]);

    const [violation, ...more] = violations(planted);

    expect(violation).toContain(`${path} imports `);
    expect(violation).toContain(why);
    expect(more).toEqual([]);
  });
});

describe("an entry point", () => {
  /** The modules that a program loads which imports an entry point and nothing else. */
  async function loadedBy(entry: string): Promise<readonly string[]> {
    const program = `
      import { registerHooks } from "node:module";
      const urls = [];
      registerHooks({
        resolve(specifier, context, next) {
          const resolved = next(specifier, context);
          urls.push(resolved.url);
          return resolved;
        },
      });
      await import(${JSON.stringify(entry)});
      console.log(JSON.stringify(urls));`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--conditions=@ego/source", "--input-type=module", "--eval", program],
      { cwd: root },
    );
    return JSON.parse(stdout);
  }
  const drivers = /\/node_modules\/kysely\/|^node:sqlite$|^node:worker_threads$/;

  test.each(["@ego/runtime", "@ego/runtime/codegen", "@ego/runtime/testing", "@ego/runtime/tools"])(
    "%s loads neither kysely nor a driver",
    async (entry) => {
      const loaded = await loadedBy(entry);

      expect(loaded.some((url) => url.includes("/runtime/src/"))).toBe(true);
      expect(loaded.filter((url) => drivers.test(url))).toEqual([]);
    },
  );

  test("@ego/runtime/codegen loads nothing of the engine", async () => {
    const own = (await loadedBy("@ego/runtime/codegen")).filter((url) => url.includes("/runtime/src/"));

    expect(own.filter((url) => !/\/runtime\/src\/(codegen|error)\//.test(url))).toEqual([]);
  });

  test("@ego/runtime/sqlite loads kysely and the driver's thread, which shows that a look for them finds them", async () => {
    const loaded = await loadedBy("@ego/runtime/sqlite");

    expect(loaded.some((url) => /^node:(sqlite|worker_threads)$/.test(url))).toBe(true);
    expect(loaded.some((url) => /\/node_modules\/kysely\//.test(url))).toBe(true);
  });
});
