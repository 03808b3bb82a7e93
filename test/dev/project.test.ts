import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type Block, blockLines } from "../../cli/src/dev/block.ts";
import { lineText } from "../../cli/src/terminal/line.ts";
import { docsProject } from "../../tools/docs/docs-project.ts";
import { type DevEvent, dev } from "./session.ts";

const root = join(import.meta.dirname, "../..");

/** The bank of `ego init`, with a program that says what its account can do, and stays. */
function bank(): string {
  const project = docsProject();
  onTestFinished(() => project.remove());
  for (const file of ["proto/bank/v1/account.proto", "src/account.ts"]) {
    project.write(file, readFileSync(join(root, "templates/project", `${file}.hbs`), "utf8"));
  }
  project.write(
    "src/main.ts",
    `import { accountBehavior } from "./account.ts";
console.log("commands:", Object.keys(accountBehavior.commands).join(" "));
setInterval(() => {}, 60_000);
`,
  );
  return project.folder;
}

const freeze = `
// Nothing moves until it is thawed.
message FreezeAccount {
  option (ego.v1.message).command = {emits: ["AccountFrozen"]};
  string account_id = 1 [(ego.v1.field).id = true];
}
message AccountFrozen {
  option (ego.v1.message).event = {};
  string account_id = 1 [(ego.v1.field).id = true];
}
`;

/** The blocks that the documentation shows, without times. */
function documented(): string {
  const text = readFileSync(join(root, "docs/cli.md"), "utf8");
  return timeless(/```text\n(\d\d:\d\d:\d\d {2}proto\/.*?)```/s.exec(text)?.[1] ?? "");
}

function timeless(text: string): string {
  return text.replace(/^\d\d:\d\d:\d\d/gm, "hh:mm:ss").replace(/\d+ ms/g, "n ms");
}

/** A block as it is without `--json`. */
function textOf(event: DevEvent): string {
  const block = { ...event, at: new Date(), warnings: "", generated: event.generated ?? undefined } as unknown as Block;
  const lines = blockLines({ ...block, failure: event.failure ?? undefined }, "src/main.ts");
  return timeless(lines.map((line) => `${lineText(line, false)}\n`).join(""));
}

test("a new command in a proto is generated, gets its handlers, and is checked and run", {
  timeout: 90_000,
}, async () => {
  const folder = bank();
  const source = join(folder, "src/account.ts");
  const session = dev(folder, "--json");
  expect(await session.block()).toMatchObject({
    event: "start",
    generated: ["src/gen/bank/v1/account_ego.ts", "src/gen/bank/v1/account_pb.ts", "src/gen/ego.schema.json"],
    inserted: [],
    types: { checked: true, errors: [] },
    program: { state: "started" },
  });

  appendFileSync(join(folder, "proto/bank/v1/account.proto"), freeze);
  const added = await session.block();
  expect(added).toMatchObject({ failure: null, types: { checked: true, errors: [] }, program: { state: "restarted" } });
  expect(added.inserted.map(({ file, member }) => `${file} ${member}`)).toEqual([
    "src/account.ts freezeAccount",
    "src/account.ts accountFrozen",
  ]);
  const lines = readFileSync(source, "utf8").split("\n");
  for (const { line, member } of added.inserted) expect(lines[line - 1]).toMatch(new RegExp(`^ +${member}\\b`));
  await session.line("commands: openAccount creditAccount debitAccount closeAccount freezeAccount");

  appendFileSync(source, "export const wrong: number = 'no';\n");
  const slip = await session.block();
  expect(textOf(added) + textOf(slip)).toBe(documented());
  expect(slip).toMatchObject({
    changes: [{ file: "src/account.ts", what: "changed", kind: "source" }],
    generated: null,
    inserted: [],
    types: {
      checked: true,
      errors: [{ at: { file: "src/account.ts", line: lines.length, column: 14 }, code: "TS2322" }],
    },
    program: { state: "restarted" },
  });

  // What cannot be inserted now is when it can be.
  const text = readFileSync(source, "utf8").replace(/^export const wrong.*\n/m, "");
  writeFileSync(source, `${text}}`);
  appendFileSync(
    join(folder, "proto/bank/v1/account.proto"),
    freeze.replaceAll("Freeze", "Thaw").replaceAll("Frozen", "Thawed"),
  );
  expect(await session.block()).toMatchObject({
    inserted: [],
    findings: [{ severity: "error", at: { file: "src/account.ts" } }],
    types: { checked: true, errors: [{ code: "TS1128" }] },
    program: { state: "restarted" },
  });
  writeFileSync(source, text);
  const mended = await session.block();
  expect(mended.inserted.map(({ member }) => member)).toEqual(["thawAccount", "accountThawed"]);
  expect(mended).toMatchObject({ generated: null, types: { checked: true, errors: [] } });
  await session.line("freezeAccount thawAccount");
  expect(session.waiting.filter(({ event }) => event === "change")).toEqual([]);
});
