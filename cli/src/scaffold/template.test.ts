import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { version } from "../package.ts";
import { temporaryFolder } from "../testdata/temporary-folder.ts";
import { origin } from "./origin.ts";
import { renderTemplates } from "./template.ts";

const root = join(import.meta.dirname, "../../..");
const ego = { runtime: "0.1.0", cli: "0.1.0", plugin: "0.1.0", vendored: false };
const project = join(origin().templates, "project");

interface Manifest {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

const manifest = (text: string | undefined): Manifest => JSON.parse(text ?? "");

test("a template loses its ending, and a leading dot- becomes a dot", () => {
  const folder = temporaryFolder({ "src/x.ts.hbs": "// {{name}}", "dot-gitignore.hbs": "*.db\n", "README.md": "no" });
  expect([...renderTemplates(folder, { name: "my-bank", ego })]).toEqual([
    [".gitignore", "*.db\n"],
    ["src/x.ts", "// my-bank"],
  ]);
});

test("nothing is escaped for HTML", () => {
  const folder = temporaryFolder({ "x.hbs": "{{ego.cli}}" });
  const values = { name: "x", ego: { ...ego, cli: "file:vendor/<&\"'>.tgz" } };
  expect(renderTemplates(folder, values).get("x")).toBe("file:vendor/<&\"'>.tgz");
});

test("a value that a template wants and nobody gives is an error", () => {
  const folder = temporaryFolder({ "x.hbs": "{{nam}}" });
  expect(() => renderTemplates(folder, { name: "x", ego })).toThrow('"nam" not defined');
});

test("a new project has the versions that this repository is tested with", () => {
  const files = renderTemplates(project, { name: "my-bank", ego });
  const { name, dependencies, devDependencies, allowScripts } = manifest(files.get("package.json"));
  const ours = manifest(readFileSync(join(root, "package.json"), "utf8"));
  expect(name).toBe("my-bank");
  for (const [dependency, wanted] of Object.entries({ ...dependencies, ...devDependencies })) {
    expect([dependency, wanted]).toEqual([
      dependency,
      dependency.startsWith("@ego/") ? version() : ours.devDependencies[dependency],
    ]);
  }
  expect(ours.allowScripts).toMatchObject(allowScripts);
});

test("a new project has this repository's compiler options", () => {
  const ours = JSON.parse(readFileSync(join(root, "tsconfig.base.json"), "utf8"));
  const theirs = JSON.parse(renderTemplates(project, { name: "x", ego }).get("tsconfig.json") ?? "");
  expect(theirs.compilerOptions).toEqual({ ...ours.compilerOptions, noEmit: true });
});

test("a new project has the proto of the bank example", () => {
  const files = renderTemplates(project, { name: "x", ego });
  const bank = (file: string) => readFileSync(join(root, "examples/bank", file), "utf8");
  expect(files.get("proto/bank/v1/account.proto")).toBe(bank("proto/bank/v1/account.proto"));
});

test("only a project that brings the packages along speaks of them", () => {
  const readme = (vendored: boolean) =>
    renderTemplates(project, { name: "x", ego: { ...ego, vendored } }).get("README.md") ?? "";
  expect(readme(true)).toContain("`vendor/` holds the packages of ego");
  expect(readme(false)).not.toContain("vendor");
});
