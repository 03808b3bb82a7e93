import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { version } from "../package.ts";
import { temporaryFolder } from "../testdata/temporary-folder.ts";
import { origin } from "./origin.ts";
import { packageManagers } from "./package-manager.ts";
import { stores } from "./store-choice.ts";
import { renderTemplates, type TemplateValues } from "./template.ts";

const root = join(import.meta.dirname, "../../..");
const ego = { runtime: "0.1.0", cli: "0.1.0", plugin: "0.1.0", vendored: false };
const values: TemplateValues = {
  name: "my-bank",
  example: true,
  ego,
  store: { ...stores.sqlite, call: 'sqliteStore({ filename: new URL("../bank.db", import.meta.url) })' },
  manager: { ...packageManagers.npm, name: "npm", resolutions: false },
  modules: "node_modules",
  vendoredOptions: false,
};
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
  expect([...renderTemplates(folder, values)]).toEqual([
    [".gitignore", "*.db\n"],
    ["src/x.ts", "// my-bank"],
  ]);
});

test("nothing is escaped for HTML", () => {
  const folder = temporaryFolder({ "x.hbs": "{{ego.cli}}" });
  const hostile = { ...values, ego: { ...ego, cli: "file:vendor/<&\"'>.tgz" } };
  expect(renderTemplates(folder, hostile).get("x")).toBe("file:vendor/<&\"'>.tgz");
});

test("a value that a template wants and nobody gives is an error", () => {
  const folder = temporaryFolder({ "x.hbs": "{{nam}}" });
  expect(() => renderTemplates(folder, values)).toThrow('"nam" not defined');
});

test("a new project has the versions that this repository is tested with", () => {
  const files = renderTemplates(project, values);
  const { name, dependencies, devDependencies, allowScripts } = manifest(files.get("package.json"));
  const ours = manifest(readFileSync(join(root, "package.json"), "utf8"));
  expect(name).toBe("my-bank");
  const drivers = Object.values(stores).flatMap(({ driver, types }) =>
    [driver, types].filter((one) => one !== undefined),
  );
  const versions = {
    ...dependencies,
    ...devDependencies,
    ...Object.fromEntries(drivers.map((one) => [one.name, one.version])),
  };
  expect(Object.keys(versions)).toContain("mysql2");
  for (const [dependency, wanted] of Object.entries(versions)) {
    expect([dependency, wanted]).toEqual([
      dependency,
      dependency.startsWith("@ego/") ? version() : ours.devDependencies[dependency],
    ]);
  }
  expect(ours.allowScripts).toMatchObject(allowScripts);
});

test("for yarn, a new project names the vite that vitest wants, and asks for a Node", () => {
  const yarn = { ...values, manager: { ...packageManagers.yarn, name: "yarn" as const, resolutions: false } };
  const { devDependencies, engines } = JSON.parse(renderTemplates(project, yarn).get("package.json") ?? "");
  const vite = JSON.parse(readFileSync(join(root, "node_modules/vite/package.json"), "utf8"));
  expect(devDependencies).toMatchObject({ vite: vite.version });
  expect(devDependencies).not.toHaveProperty("node");
  expect(engines).toEqual({ node: ">=22.18" });
});

test("a new project has this repository's compiler options, but does not check the declarations of packages", () => {
  const ours = JSON.parse(readFileSync(join(root, "tsconfig.base.json"), "utf8"));
  const theirs = JSON.parse(renderTemplates(project, values).get("tsconfig.json") ?? "");
  expect(theirs.compilerOptions).toEqual({ ...ours.compilerOptions, noEmit: true, skipLibCheck: true });
});

test("a new project has the proto of the bank example, up to its read model", () => {
  const files = renderTemplates(project, values);
  const bank = (file: string) => readFileSync(join(root, "examples/bank", file), "utf8");
  const [domain] = bank("proto/bank/v1/account.proto").split("\n// What an account holds");
  expect(files.get("proto/bank/v1/account.proto")).toBe(domain);
});

test("only a project that brings the packages along speaks of them", () => {
  const readme = (vendored: boolean) =>
    renderTemplates(project, { ...values, ego: { ...ego, vendored } }).get("README.md") ?? "";
  expect(readme(true)).toContain("`vendor/` holds the packages of ego");
  expect(readme(false)).not.toContain("vendor");
});
