import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { main } from "../../cli/src/main.ts";
import { fakeHost } from "../../cli/src/testdata/fake-host.ts";
import { type DocsProject, docsProject } from "../../tools/docs/docs-project.ts";

// Mistakes in the proto of a project, with what buf really prints about them and the hint behind it.
const root = join(import.meta.dirname, "../..");
const file = "proto/bank/v1/account.proto";
const proto = readFileSync(join(root, "templates/project", `${file}.hbs`), "utf8");
const template = readFileSync(join(root, "templates/project/buf.gen.yaml.hbs"), "utf8");

let project: DocsProject;
beforeAll(() => {
  project = docsProject();
});
beforeEach(() => {
  project.write(file, proto);
  project.write("buf.gen.yaml", template);
});
afterAll(() => project.remove());

async function generate(): Promise<{ exitCode: number; printed: string }> {
  const host = fakeHost(project.folder);
  const exitCode = await main(["generate"], host);
  return { exitCode, printed: host.printed.filter((line) => line !== "Generating …").join("\n") };
}

/** What is printed about the proto with this text in the place of that, without the name of the file. */
async function mistake(from: string, to: string): Promise<string> {
  expect(proto).toContain(from);
  project.write(file, proto.replace(from, to));
  const { exitCode, printed } = await generate();
  expect(exitCode).toBe(1);
  return printed.replaceAll(`${file}:`, "");
}

const optionsOf = {
  command: "emits, rejects, precondition, entity",
  message: "state, command, event, rejection, read_model, saga",
};

test("without the import, it is said once what is missing", async () => {
  expect(await mistake('import "ego/v1/ego.proto";\n', "")).toBe(
    '6:9: cannot find `ego.v1.file` in this scope, and 20 more of these. Add import "ego/v1/ego.proto"; to account.proto.',
  );
});

test.each([
  [
    "(ego.v1.message).state",
    "(ego.v1.messages).state",
    "11:11: cannot find `ego.v1.messages` in this scope. Did you mean ego.v1.message?",
  ],
  [
    'emits: ["AccountCredited"]',
    'emit: ["AccountCredited"]',
    `38:5: cannot resolve message field name for \`ego.v1.Command\`. "emit" is not an option of a command. Did you mean "emits"? It has: ${optionsOf.command}.`,
  ],
  [
    "precondition: PRECONDITION_ABSENT",
    "when: PRECONDITION_ABSENT",
    `26:5: cannot resolve message field name for \`ego.v1.Command\`. "when" is not an option of a command. It has: ${optionsOf.command}.`,
  ],
  [
    "(ego.v1.message).state = {}",
    "(ego.v1.message).stat = {}",
    `11:26: cannot find message field \`stat\` in \`ego.v1.MessageOptions\`. "stat" is not an option of a message. Did you mean "state"? It has: ${optionsOf.message}.`,
  ],
  [
    "precondition: PRECONDITION_ABSENT",
    "precondition: ABSENT",
    "26:19: cannot find `ABSENT` in this scope. Did you mean PRECONDITION_ABSENT?",
  ],
  [
    "bool closed = 4;",
    "bool closed = 4\n  Account other = 5;",
    '17:3: unexpected identifier after definition. Is a ";" missing on the line before?',
  ],
  [
    "string owner_email = 2;",
    "string owner_email = 2",
    '15:3: unexpected `int64` after definition. Is a ";" missing on the line before?',
  ],
  [
    "bool closed = 4;",
    "bool closed = 4",
    '17:1: unexpected `}` after definition. Is a ";" missing on the line before?',
  ],
  [
    'import "ego/v1/ego.proto";',
    'import "ego/v1/ego.proto"',
    '7:1: unexpected `option` after import. Is a ";" missing on the line before?',
  ],
  [
    "(ego.v1.message).state = {}",
    "(ego.v1.message).state = true",
    "11:35: mismatched types. state takes braces: {}, or with options in them: persistence, table, entity.",
  ],
  [
    'emits: ["AccountCredited"]',
    "emits: [AccountCredited]",
    '38:13: mismatched types. emits takes texts in quotes: ["..."].',
  ],
  [
    "option (ego.v1.file).entity",
    "option (ego.v1.message).entity",
    "7:8: expected `google.protobuf.FileOptions` extension, found message extension in `google.protobuf.MessageOptions`. (ego.v1.message) is written in a message; outside of messages and services, it is (ego.v1.file).",
  ],
  [
    "option (ego.v1.message).state = {}",
    "option state = {}",
    "11:10: cannot find message field `state` in `google.protobuf.MessageOptions`. Did you mean (ego.v1.message).state?",
  ],
])("%s written as %s", async (from, to, printed) => {
  expect(await mistake(from, to)).toBe(printed);
});

test("without strategy: all, nothing is generated", async () => {
  project.write("buf.gen.yaml", template.replaceAll("    strategy: all\n", ""));
  expect(await generate()).toEqual({
    exitCode: 1,
    printed: `buf.gen.yaml:11: protoc-gen-ego needs \`strategy: all\`, since its ego.schema.json describes all protos together.
Add the line \`strategy: all\` under its \`out\`.`,
  });
  expect(project.has("src/gen/ego.schema.json")).toBe(false);
});
