import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Failure } from "../failure.ts";
import { temporaryFolder } from "../testdata/temporary-folder.ts";
import { checkStrategy } from "./plugin-strategy.ts";

const check = (template: string) => checkStrategy({ root: temporaryFolder({ "buf.gen.yaml": template }) });
const template = readFileSync(join(import.meta.dirname, "../../../templates/project/buf.gen.yaml.hbs"), "utf8");

const text = (row: number) =>
  `buf.gen.yaml:${row}: protoc-gen-ego needs \`strategy: all\`, since its ego.schema.json describes all protos together.
Add the line \`strategy: all\` under its \`out\`.`;

const es = "  - local: protoc-gen-es\n    out: gen\n";

test("what init writes is accepted, without the strategy of the other plugin too", () => {
  check(template);
  check(template.replace("    strategy: all\n", ""));
});

test.each([
  ["lines", `plugins:\n${es}  - local: ./node_modules/.bin/protoc-gen-ego\n    strategy: all\n    out: gen\n`],
  ["quotes", `"plugins":\n- 'local': "protoc-gen-ego"\n  "strategy": "all"\n  out: gen\n`],
  ["braces", `plugins:\n${es}  - { local: protoc-gen-ego, strategy: all, out: gen }\n`],
  ["brackets", `plugins: [{local: a, out: gen}, {local: protoc-gen-ego, out: gen, strategy: all}]\n`],
  ["a comment", `plugins:\n${es}  # - local: protoc-gen-ego\ninputs:\n  - directory: protoc-gen-ego\n`],
  ["no plugins", "version: v2\n"],
])("accepted: %s", (_, yaml) => {
  check(yaml);
});

test.each([
  ["without", 4, `plugins:\n${es}  - local: ./node_modules/.bin/protoc-gen-ego\n    out: gen\n`],
  ["that of another", 2, `plugins:\n  - local: protoc-gen-ego\n    out: gen\n${es}    strategy: all\n`],
  ["another strategy", 2, "plugins:\n  - local: protoc-gen-ego\n    strategy: directory\n    out: gen\n"],
  ["in a comment", 2, "plugins:\n  - local: protoc-gen-ego\n    # strategy: all\n    out: gen\n"],
  ["a program and its arguments", 2, "plugins:\n  - local:\n      - node\n      - x/protoc-gen-ego\n    out: gen\n"],
  ["braces", 2, `plugins:\n  - { local: protoc-gen-ego, out: gen }\n`],
  ["brackets", 1, "plugins: [{local: a, strategy: all}, {local: protoc-gen-ego, out: gen}]\n"],
])("refused: %s", (_, row, yaml) => {
  expect(() => check(yaml)).toThrow(new Failure("input", text(row)));
});
