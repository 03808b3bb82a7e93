import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

const here = import.meta.dirname;

/** Which folders each folder may import from; files beside plugin.ts, and gen/, are open to all. */
const layers: Readonly<Record<string, readonly string[]>> = {
  options: ["options"],
  model: ["model", "options"],
  diagnostics: ["diagnostics", "options"],
  check: ["check", "diagnostics", "model", "options"],
  emit: ["emit", "model", "options"],
};
const packages = [
  "@bufbuild/protobuf",
  "@bufbuild/protobuf/reflect",
  "@bufbuild/protobuf/wire",
  "@bufbuild/protobuf/wkt",
  "@bufbuild/protoplugin",
];

const sources = globSync("**/*.ts", { cwd: here }).filter(
  (path) => !path.endsWith(".test.ts") && !path.startsWith("gen/"),
);
const imports = sources.flatMap((path) =>
  [...readFileSync(join(here, path), "utf8").matchAll(/ from "(.*)";$/gm)].map(([, to = ""]) => ({ path, to })),
);

test("arrows between folders go one way", () => {
  const wrong = imports.filter(({ path, to }) => {
    const allowed = layers[path.split("/")[0] ?? ""];
    const [folder = "", below] = normalize(join(dirname(path), to)).split("/");
    return to.startsWith(".") && allowed && below && folder !== "gen" && !allowed.includes(folder);
  });
  expect(wrong).toEqual([]);
});

test("nothing but the protobuf packages and Node is imported, least of all the runtime", () => {
  const others = new Set(imports.map(({ to }) => to).filter((to) => !/^(\.|node:)/.test(to)));
  expect([...others].filter((to) => !packages.includes(to))).toEqual([]);
});

test("a file is one noun: below 300 lines", () => {
  const long = sources.filter((path) => readFileSync(join(here, path), "utf8").split("\n").length > 300);
  expect(long).toEqual([]);
});
