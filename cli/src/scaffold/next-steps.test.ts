import { expect, test } from "vitest";
import { nextSteps, notesOn } from "./next-steps.ts";
import type { PackageManager } from "./package-manager.ts";
import type { ProjectChoices } from "./project-files.ts";

const choices: ProjectChoices = {
  name: "bank",
  target: "/all/packages/bank",
  store: "sqlite",
  example: true,
  manager: "npm",
  workspace: undefined,
  vendor: false,
};
const published = { runtime: "0.1.0", cli: "0.1.0", plugin: "0.1.0", vendored: false };
const packed = { ...published, plugin: "file:vendor/ego-protoc-gen-ego-0.1.0.tgz", vendored: true };
const member = (manager: PackageManager): ProjectChoices => ({
  ...choices,
  manager,
  workspace: { root: "/all", manager, member: true, hoisted: manager !== "pnpm" },
});

test("a project of its own needs no words", () => {
  expect(notesOn(choices, packed)).toEqual([]);
});

test("options that are copied on request are spoken of", () => {
  expect(notesOn({ ...choices, vendor: true }, published)).toEqual([
    "Copied ego's options into third_party/proto. `ego doctor` says when they are old.",
  ]);
});

test("a member of a workspace of npm is told why options are copied, and what npm will ask", () => {
  expect(notesOn(member("npm"), packed)).toEqual([
    "Copied ego's options into third_party/proto: buf reads nothing above the project, where the workspace has its packages. `ego doctor` says when they are old.",
    'npm will ask for this in /all/package.json:\n  "allowScripts": { "@bufbuild/buf": true, "node": true }',
  ]);
});

test("a member of a workspace of pnpm is told what to add to its settings", () => {
  const scripts = 'Add to /all/pnpm-workspace.yaml:\n  allowBuilds:\n    "@bufbuild/buf": true\n    node: true';
  expect(notesOn(member("pnpm"), published)).toEqual([scripts]);
  expect(notesOn(member("pnpm"), packed)).toEqual([
    scripts,
    `The packages of ego are files of this project. Add to /all/pnpm-workspace.yaml:
  overrides: { "@ego/protoc-gen-ego": "file:packages/bank/vendor/ego-protoc-gen-ego-0.1.0.tgz" }`,
  ]);
});

test("a member of a workspace of yarn is told of packages that are files", () => {
  expect(notesOn(member("yarn"), packed).at(-1)).toBe(
    `The packages of ego are files of this project. Add to /all/package.json:
  "resolutions": { "@ego/protoc-gen-ego": "file:packages/bank/vendor/ego-protoc-gen-ego-0.1.0.tgz" }`,
  );
});

test.each<[string, Partial<ProjectChoices>, boolean, string]>([
  ["the example", {}, false, "cd packages/bank|npm install|npm run generate|npm test|npm start"],
  ["what is installed", {}, true, "cd packages/bank|npm test|npm start"],
  [
    "an empty one",
    { example: false },
    false,
    "cd packages/bank|npm install|npm run ego -- add entity account|npm start",
  ],
  [
    "one for pnpm with a server",
    { manager: "pnpm", store: "postgres" },
    true,
    "cd packages/bank|pnpm test|docker compose up --detach --wait    # Postgres; or set DATABASE_URL|pnpm start",
  ],
  ["one here", { target: "/all" }, true, "npm test|npm start"],
  ["a name that a shell would not take", { target: "/all/it's" }, true, "cd 'it'\\''s'|npm test|npm start"],
])("the next steps of %s", (_, some, installed, steps) => {
  expect(nextSteps("/all", { ...choices, ...some }, installed)).toBe(`\nNext:\n  ${steps.replaceAll("|", "\n  ")}`);
});
