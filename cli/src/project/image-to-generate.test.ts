import { cpSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { schemaJson } from "@ego/protoc-gen-ego/model";
import { describe, expect, test } from "vitest";
import { fakeHost } from "../testdata/fake-host.ts";
import { temporaryFolder, writeFiles } from "../testdata/temporary-folder.ts";
import { loadDomain } from "./domain.ts";
import { freshnessOf } from "./freshness.ts";
import { runGeneration } from "./generation.ts";
import { domainWith, type ImageToGenerate, imageToGenerate, inputFolder } from "./image-to-generate.ts";
import { fingerprints } from "./outputs.ts";
import type { Project } from "./project.ts";

const root = join(import.meta.dirname, "../../..");
const host = fakeHost(root);
const template = `version: v2
inputs:
  - directory: proto # yours
plugins:
  - local: node_modules/@bufbuild/protoc-gen-es/bin/protoc-gen-es
    out: gen
    strategy: all
    exclude_types: [ego.v1]
    opt: [target=ts, import_extension=ts]
  - local: ["node", "--conditions=@ego/source", "node_modules/@ego/protoc-gen-ego/bin/protoc-gen-ego"]
    out: gen
    strategy: all
    opt: [target=ts, import_extension=ts]
`;
const shop = `syntax = "proto3";
package shop.v1;
import "ego/v1/ego.proto";
import "google/protobuf/timestamp.proto";
option (ego.v1.file).entity = "order";
message Order {
  option (ego.v1.message).state = {};
  string order_id = 1 [(ego.v1.field).id = true];
  google.protobuf.Timestamp placed_at = 2;
}
message PlaceOrder {
  option (ego.v1.message).command = {emits: "OrderPlaced"};
  string order_id = 1 [(ego.v1.field).id = true];
}
message OrderPlaced {
  option (ego.v1.message).event = {};
  string order_id = 1 [(ego.v1.field).id = true];
}
`;

/** The bank and a shop, and what else is given. */
function projectWith(files: Readonly<Record<string, string>> = {}): Project {
  const folder = temporaryFolder({
    "buf.yaml": "version: v2\nmodules:\n  - path: proto\n  - path: options\n",
    "buf.gen.yaml": template,
    "proto/shop/v1/shop.proto": shop,
  });
  cpSync(join(root, "protoc-gen-ego/proto"), join(folder, "options"), { recursive: true });
  cpSync(join(root, "examples/bank/proto"), join(folder, "proto"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFiles(folder, files);
  return { root: folder };
}

async function imageOf(project: Project): Promise<ImageToGenerate> {
  const image = await imageToGenerate(host, project);
  if (image === undefined) throw new Error("there is no image");
  return image;
}

test("what is generated of the image is what buf generates of the folder, byte for byte", async () => {
  const project = projectWith();
  const [direct, byImage] = [temporaryFolder(), temporaryFolder()];
  const file = join(temporaryFolder(), "image.binpb");
  writeFileSync(file, (await imageOf(project)).bytes);

  await runGeneration(host, project, { into: direct });
  await runGeneration(host, project, { into: byImage, image: file });

  const made = (folder: string) =>
    [...fingerprints({ root: folder }, ["."])].map(([path, hash]) => [relative(folder, path), hash]);
  expect(made(byImage)).toEqual(made(direct));
  expect(made(direct).map(([path]) => path)).toContain(join("gen", "shop", "v1", "shop_ego.ts"));
});

test("the domain of the image is that of all protos", async () => {
  const project = projectWith();
  const [all, some] = [await loadDomain(host, project), await domainWith(host, project, await imageOf(project))];
  expect(JSON.parse(schemaJson(some))).toEqual(JSON.parse(schemaJson(all)));
  expect(some.entities.map(({ name }) => name)).toEqual(["account", "order"]);
});

test("what is not generated is in the domain all the same", async () => {
  const project = projectWith({
    "buf.yaml": "version: v2\nmodules:\n  - path: proto\n  - path: other\n  - path: options\n",
    "other/till/v1/till.proto": shop.replaceAll("Order", "Till").replaceAll("order", "till").replace("shop", "till"),
  });
  const { entities } = await domainWith(host, project, await imageOf(project));
  expect(entities.map(({ name }) => name)).toEqual(["account", "order", "till"]);
});

test("protos that do not compile have no image, and buf tells why", async () => {
  const project = projectWith({ "proto/shop/v1/shop.proto": shop.replace("string", "strong") });
  const image = imageToGenerate(host, project);
  expect(await image).toBeUndefined();
  await expect(freshnessOf(host, project, image)).rejects.toMatchObject({
    message: expect.stringContaining("proto/shop/v1/shop.proto:8:3"),
  });
});

describe("the input of a template is", () => {
  test.each([
    ["a folder", template, "proto"],
    ["that of buf, without inputs", "version: v2\nplugins:\n  - local: x\n    out: gen\n", "."],
    ["a folder at the end of the file", "version: v2\nplugins: []\ninputs:\n- directory: a/b-c\n", "a/b-c"],
  ])("%s", (_, text, folder) => {
    expect(inputFolder(text)).toBe(folder);
  });

  test.each([
    ["has paths", template.replace("# yours", "\n    paths: [proto/shop]")],
    ["has more than one folder", template.replace("# yours", "\n  - directory: options")],
    ["is another kind", template.replace("directory", "module")],
    ["is in braces", template.replace("- directory: proto", "- {directory: proto}")],
    [
      "is on the line of the key",
      template.replace("inputs:\n  - directory: proto # yours", "inputs: [{directory: proto}]"),
    ],
    ["has a quoted key", template.replace("inputs", '"inputs"')],
    ["is managed", `${template}managed:\n  enabled: true\n`],
    ["is of another version", template.replace("v2", "v1")],
    ["is an option", template.replace("proto #", "--debug #")],
  ])("not taken for one folder where it %s", (_, text) => {
    expect(inputFolder(text)).toBeUndefined();
  });
});
