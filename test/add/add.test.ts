import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { main } from "../../cli/src/main.ts";
import { fakeHost } from "../../cli/src/testdata/fake-host.ts";
import type { DocsProject } from "../../tools/docs/docs-project.ts";
import { bankProject } from "./bank-project.ts";

const proto = "proto/bank/v1/account.proto";
const projects: DocsProject[] = [];
afterAll(() => {
  for (const project of projects) project.remove();
});

let project: DocsProject;
beforeEach(() => {
  project = bankProject();
  projects.push(project);
});

async function ego(...argv: string[]): Promise<{ exitCode: number; printed: string }> {
  // The plugin runs from its source, as ego does here.
  const env = { ...process.env, NODE_OPTIONS: "--conditions=@ego/source" };
  const host = { ...fakeHost(project.folder), env };
  const exitCode = await main(["add", ...argv], host);
  const printed = host.printed.filter((line) => !/^(?:Generating|Reading the protos) …$/.test(line));
  return { exitCode, printed: printed.join("\n") };
}

const read = (file: string) => readFileSync(join(project.folder, file), "utf8");

describe("a bank", () => {
  test("gets one of each; then the code is generated, the handlers are there, and all of it compiles", async () => {
    const frozen = ["FreezeAccount", "--emits", "AccountFrozen", "--rejects", "AccountIsClosed,AccountIsFrozen"];
    for (const argv of [
      ["command", "account", ...frozen, "--precondition", "present", "--field", "reason:string"],
      ["event", "account", "AccountRenamed", "--derived", "--field", "name:string", "--emitted-by", "FreezeAccount"],
      ["rejection", "account", "NothingLeft", "--rejected-by", "DebitAccount,CloseAccount", "--field", "at:Timestamp"],
      ["entity", "invoice", "--field", "customer:string", "--field", "lines:repeated string"],
      ["entity", "stock-item", "--table", "--field", "amount:int64", "--id", "sku"],
      ["read-model", "balances", "--from", "account", "--field", "owner_email,balance_cents", "--row", "Balance"],
      ["saga", "thaw_process", "--starts-on", "AccountFrozen", "--sends", "CloseAccount", "--timer", "stuck"],
    ]) {
      expect(await ego(...argv, "--no-generate")).toMatchObject({ exitCode: 0 });
    }
    const done = await ego(
      "field",
      "Account",
      "frozen:bool",
      "--comment",
      "Nothing moves. */ \u202e</script>\nReally.",
    );

    expect(done).toEqual({
      exitCode: 0,
      printed: `${proto}:21  field Account.frozen: bool = 6
  new      src/gen/bank/v1/account_ego.ts
  new      src/gen/bank/v1/account_pb.ts
  new      src/gen/bank/v1/balances_ego.ts
  new      src/gen/bank/v1/balances_pb.ts
  new      src/gen/bank/v1/invoice_ego.ts
  new      src/gen/bank/v1/invoice_pb.ts
  new      src/gen/bank/v1/stock_item_ego.ts
  new      src/gen/bank/v1/stock_item_pb.ts
  new      src/gen/bank/v1/thaw_process_ego.ts
  new      src/gen/bank/v1/thaw_process_pb.ts
  new      src/gen/ego.schema.json
11 files changed.

Fill in:
  src/account.ts:25              freezeAccount
  src/account.ts:41              accountFrozen
  src/invoice.ts:6               createInvoice
  src/stock-item.ts:6            createStockItem
  src/balances-projection.ts:5   accountOpened
  src/balances-projection.ts:9   accountCredited
  src/balances-projection.ts:13  accountDebited
  src/balances-projection.ts:17  accountClosed
  src/balances-projection.ts:21  accountFrozen
  src/balances-projection.ts:25  accountRenamed
  src/thaw-process.ts:6          accountFrozen
  src/thaw-process.ts:13         closeAccount
  src/thaw-process.ts:21         stuck`,
    });
    expect(project.typecheck()).toBeUndefined();
    const neat = project.shell("buf format --diff --exit-code && buf lint", "project");
    expect(neat.stdout + neat.stderr).toBe("");
  }, 60_000);

  test.each([
    [
      ["read-model", "totals", "--from", "account"],
      "Give it to the engine, among the projections of Engine.start: totals.implement(…)",
    ],
    [
      ["saga", "refund", "--starts-on", "AccountClosed", "--sends", "CreditAccount"],
      "No engine runs sagas yet: what you fill in is checked by the compiler, and called by nobody.",
    ],
  ])("%j says what becomes of it", async (argv, hint) => {
    const { exitCode, printed } = await ego(...argv, "--no-generate");
    expect({ exitCode, hint: printed.split("\n").at(-1) }).toEqual({ exitCode: 0, hint });
  });

  test("--dry-run prints what would change, and changes nothing", async () => {
    const before = read(proto);
    const { exitCode, printed } = await ego("field", "InsufficientFunds", "limit_cents:int64", "--dry-run");
    expect(exitCode).toBe(0);
    expect(printed).toBe(`--- a/${proto}
+++ b/${proto}
@@ -109,4 +109,5 @@
   option (ego.v1.message).rejection = {};
 
   int64 missing_cents = 1;
+  int64 limit_cents = 2;
 }`);
    expect(read(proto)).toBe(before);
    const json = await ego("entity", "invoice", "--dry-run", "--json");
    const { format, written, diff } = JSON.parse(json.printed);
    expect({ format, written, diff: diff.split("\n")[1] }).toEqual({
      format: 1,
      written: false,
      diff: "+++ b/proto/bank/v1/invoice.proto",
    });
    expect(existsSync(join(project.folder, "proto/bank/v1/invoice.proto"))).toBe(false);
  });

  test("is as it was if the code cannot be generated, with no file or folder left", async () => {
    const before = read(proto);
    project.write("buf.gen.yaml", read("buf.gen.yaml").replaceAll(".bin/protoc-gen-ego", ".bin/protoc-gen-nothing"));
    const undone = "The code could not be generated, so the protos are as they were.";

    const command = await ego("command", "account", "FreezeAccount");
    expect(command.exitCode).toBe(2);
    expect(command.printed).toContain(undone);
    expect(read(proto)).toBe(before);

    expect((await ego("entity", "invoice", "--package", "shop.v1")).printed).toContain(undone);
    expect(existsSync(join(project.folder, "proto/shop"))).toBe(false);
  });

  test("keeps what was added if a handler cannot be inserted, and says so", async () => {
    project.write("src/account.ts", `${read("src/account.ts")}const x = {\n`);
    const { exitCode, printed } = await ego(
      "command",
      "account",
      "FreezeAccount",
      "--emits",
      "AccountFrozen",
      "--json",
    );
    const [json = "", ...others] = printed.split("\n");
    const { format, written, added, files, inserted, findings } = JSON.parse(json);
    expect({ exitCode, format, written, files, inserted }).toEqual({
      exitCode: 1,
      format: 1,
      written: true,
      files: [proto],
      inserted: [],
    });
    expect(added).toEqual([
      {
        kind: "command",
        name: "bank.v1.FreezeAccount",
        at: { file: proto, line: 75, column: 9 },
        text: "command FreezeAccount, emits AccountFrozen",
      },
      {
        kind: "event",
        name: "bank.v1.AccountFrozen",
        at: { file: proto, line: 111, column: 9 },
        text: "event AccountFrozen (since FreezeAccount names it, and there was none)",
      },
    ]);
    expect(findings).toMatchObject([{ code: "EGO105", at: { file: "src/account.ts", line: 38 } }]);
    expect(others).toEqual(["Not all handlers could be inserted. The rest is done."]);
    expect(read(proto)).toContain("message FreezeAccount {");
  });

  test("says that a handler does not fit, as `ego sync` does, and does the rest", async () => {
    project.write("src/account.ts", read("src/account.ts").replace("emit.accountOpened(", "emit.accountOpnd("));
    const { exitCode, printed } = await ego(
      "rejection",
      "account",
      "AccountIsFrozen",
      "--rejected-by",
      "CreditAccount",
    );
    expect(exitCode).toBe(1);
    expect(printed).toMatch(/^src\/account\.ts:\d+:\d+: error EGO113: emit has no accountOpnd/m);
    expect(printed).toMatch(/\nIt is added\. Handlers have errors, which are yours to mend\.$/);
    expect(read(proto)).toContain("message AccountIsFrozen {");
  });

  test("keeps a comment that buf would lay to something else", async () => {
    const [before = "", behind = ""] = read(proto).split('import "ego/v1/ego.proto";');
    project.write(proto, `${before}import "ego/v1/ego.proto"; /* the options */${behind}`);
    const { exitCode } = await ego("field", "Account", "opened_at:Timestamp", "--no-generate");
    expect(exitCode).toBe(0);
    expect(read(proto)).toContain(
      'import "ego/v1/ego.proto"; /* the options */\n\nimport "google/protobuf/timestamp.proto";\n',
    );
  });
});

test("a project without protos begins with an entity", async () => {
  rmSync(join(project.folder, "proto"), { recursive: true });
  rmSync(join(project.folder, "src/account.ts"));
  expect(await ego("command", "account", "OpenAccount")).toEqual({
    exitCode: 1,
    printed: 'There is no entity "account". There is none yet.',
  });
  expect(await ego("entity", "account", "--no-generate")).toEqual({
    exitCode: 0,
    printed: `proto/account/v1/account.proto:9   state Account
proto/account/v1/account.proto:15  command CreateAccount, emits AccountCreated (so that there is something to do with it)
proto/account/v1/account.proto:24  event AccountCreated, derived (so that there is something to do with it)

Give it to the engine, among the entities of Engine.start: account.implement(…)`,
  });
});

test("protos that do not compile are told, and nothing is added", async () => {
  const broken = `${read(proto)}message X {`;
  writeFileSync(join(project.folder, proto), broken);
  const { exitCode, printed } = await ego("command", "account", "FreezeAccount");
  expect({ exitCode, printed }).toEqual({
    exitCode: 1,
    printed: `${proto}:113:11: encountered unmatched \`{\` delimiter`,
  });
  expect(read(proto)).toBe(broken);
});

test.each([
  [["entity"], "error: missing required argument 'name'\nFor example: ego add entity invoice --field customer:string"],
  [
    ["command", "account"],
    "error: missing required argument 'Name'\nFor example: ego add command account FreezeAccount --emits AccountFrozen",
  ],
  [
    ["read-model", "balances"],
    "error: required option '--from <sources>' not specified\nFor example: ego add read-model balances --from account --field balance_cents",
  ],
  [["account"], "error: unknown command 'account'\nSay what it is that you add. For example: ego add entity account"],
  [["comand", "account", "X"], "error: unknown command 'comand'\n(Did you mean command?)"],
])("%j is answered with what is missing", async (argv, printed) => {
  expect(await ego(...argv)).toEqual({ exitCode: 1, printed });
});
