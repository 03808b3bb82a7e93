import { existsSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runChild } from "../terminal/child.ts";
import { fakeHost } from "../testdata/fake-host.ts";
import { temporaryFolder } from "../testdata/temporary-folder.ts";
import { compileCache, keepingCompiled } from "./compile-cache.ts";

const { CI, NODE_COMPILE_CACHE, NODE_DISABLE_COMPILE_CACHE, ...env } = process.env;

test("what is compiled is kept in the node_modules that buf is in: its own, or that of the workspace", () => {
  const root = temporaryFolder({
    "node_modules/@bufbuild/buf/x": "",
    "apps/bank/node_modules/@bufbuild/buf/x": "",
    "apps/shop/node_modules/y": "",
  });
  expect(compileCache({ env }, { root: join(root, "apps/bank") })).toBe(
    join(root, "apps/bank/node_modules/.cache/ego"),
  );
  expect(compileCache({ env }, { root: join(root, "apps/shop") })).toBe(join(root, "node_modules/.cache/ego"));
});

test("nothing is kept where buf is not installed, nor through a link, which may lead out of the project", () => {
  expect(compileCache({ env }, { root: temporaryFolder({}) })).toBeUndefined();
  const root = temporaryFolder({ "node_modules/@bufbuild/buf/x": "", "apps/bank/package.json": "{}" });
  symlinkSync(join(root, "node_modules"), join(root, "apps/bank/node_modules"));
  expect(compileCache({ env }, { root: join(root, "apps/bank") })).toBeUndefined();
});

test("in CI, nothing is kept for nobody, and what is there is used", () => {
  const ci = { env: { ...env, CI: "true" } };
  expect(compileCache(ci, { root: temporaryFolder({ "node_modules/@bufbuild/buf/x": "" }) })).toBeUndefined();
  const root = temporaryFolder({ "node_modules/@bufbuild/buf/x": "", "node_modules/.cache/ego/x": "" });
  expect(compileCache(ci, { root })).toBe(join(root, "node_modules/.cache/ego"));
});

test("a program that is started keeps what it compiled, but where the user says something else", async () => {
  const root = temporaryFolder({
    "node_modules/@bufbuild/buf/x": "",
    "main.cjs": "require('./part.cjs');",
    "part.cjs": "",
  });
  const [kept, elsewhere] = [join(root, "node_modules/.cache/ego"), join(root, "elsewhere")];
  const run = (said: NodeJS.ProcessEnv) =>
    runChild(fakeHost(root), process.execPath, ["main.cjs"], {
      cwd: root,
      env: keepingCompiled({ env: { ...env, ...said } }, { root }),
    });
  await run({ NODE_DISABLE_COMPILE_CACHE: "1" });
  await run({ NODE_COMPILE_CACHE: elsewhere });
  expect(readdirSync(elsewhere)).not.toEqual([]);
  expect(existsSync(kept)).toBe(false);
  await run({});
  expect(readdirSync(kept)).not.toEqual([]);
});
