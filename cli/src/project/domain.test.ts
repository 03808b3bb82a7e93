import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fakeHost } from "../testdata/fake-host.ts";
import { temporaryFolder } from "../testdata/temporary-folder.ts";
import { loadDomain } from "./domain.ts";
import type { Project } from "./project.ts";

const project: Project = { root: join(import.meta.dirname, "../../..") };
const host = fakeHost(project.root);

test("the domain of an image has the places of its protos, and knows what is only imported", async () => {
  const { entities, files } = await loadDomain(host, project, "examples/bank/proto");
  expect(entities.map(({ name, state }) => [name, state.at.file])).toEqual([["account", "bank/v1/account.proto"]]);
  expect(entities[0]?.commands.map(({ method }) => method)).toContain("openAccount");
  expect(entities[0]?.state.at.line).toBeGreaterThan(1);
  const generated = files.filter(({ generate }) => generate).map(({ desc }) => desc.proto.name);
  expect(generated).toEqual(["bank/v1/account.proto"]);
  expect(files.map(({ desc }) => desc.proto.name)).toContain("ego/v1/ego.proto");
});

test("what buf cannot compile is a failure of the user's", async () => {
  await expect(loadDomain(host, project, "no/such/folder")).rejects.toMatchObject({ name: "Failure", exitCode: 1 });
});

test("a project without a proto says nothing, where buf would fail", async () => {
  const empty: Project = {
    root: temporaryFolder({
      "buf.yaml": "version: v2\nmodules:\n  - path: proto\n  - path: options\n",
      "proto/README.md": "",
    }),
  };
  mkdirSync(join(empty.root, "options/ego/v1"), { recursive: true });
  cpSync(join(project.root, "protoc-gen-ego/proto/ego/v1/ego.proto"), join(empty.root, "options/ego/v1/ego.proto"));
  symlinkSync(join(project.root, "node_modules"), join(empty.root, "node_modules"));

  const { entities, files } = await loadDomain(host, empty);

  expect(entities).toEqual([]);
  expect(files.map(({ desc }) => desc.proto.name)).toContain("ego/v1/ego.proto");
});
