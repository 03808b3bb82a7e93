import { readFileSync } from "node:fs";
import { join } from "node:path";
import { shardOf } from "@ego/runtime";
import type * as tools from "@ego/runtime/tools";
import { expect, expectTypeOf, test, vi } from "vitest";
import type { ProjectionTools } from "../../cli/src/projections/tools.ts";
import { changed, ego, egoJson, fileStore, journalProject, runningBank } from "../events/journal-project.ts";
import { balancesOf, caughtUp, engineOf, failingOn, opened, projectionsProject } from "./projections-project.ts";

// Each verb loads the application, and opens the store in a thread.
vi.setConfig({ testTimeout: 120_000 });

const annShard = shardOf("account", "ann", 64);

test("list says how all projections are, while an engine runs them and when none does", async () => {
  const cwd = projectionsProject();
  {
    await using engine = await engineOf(cwd, [balancesOf, failingOn(["bob"], { onFailure: "skip" })]);
    await opened(engine, "ann", "bob");
    for (const name of ["balances", "mails"]) await caughtUp(engine, name);
    const { exitCode, printed } = await ego(cwd, "projections");
    expect(exitCode).toBe(0);
    expect(printed.split("\n")).toEqual([
      "name      version  role  status   behind  oldest  dead letters  parts  nodes",
      "balances        1  live  running       0       -             0      1      1",
      "mails           1  live  running       0       -             2      1      1",
    ]);
    await engine.projection("balances").pause();
    await opened(engine, "cid");
    const [report] = await egoJson(cwd, "projections", "list");
    expect(report).toMatchObject({
      format: 1,
      nodes: [expect.any(String)],
      projections: [
        { name: "balances", version: 1, role: "live", status: "paused", failure: null, nodes: [] },
        { name: "mails", status: "running", deadLetters: 2, parts: 1, nodes: [expect.any(String)] },
      ],
    });
    const { lag } = (report as { projections: { lag: { events: number; oldest: string } }[] }).projections[0] ?? {};
    expect(lag?.events).toBe(2);
    expect(Date.now() - Date.parse(lag?.oldest ?? "")).toBeLessThan(60_000);
  }
  const { printed } = await ego(cwd, "projections", "list");
  expect(printed).toMatch(/^balances +1 +live +paused +2 +\d+ s +0 +1 +0$/m);
  expect(printed).toMatch(/^mails +1 +live +no node +0 +- +2 +1 +0$/m);
});

test("looking writes nothing", async () => {
  const cwd = projectionsProject();
  await (await engineOf(cwd, [balancesOf]))[Symbol.asyncDispose]();
  changed(
    cwd,
    "insert into ego_nodes (node, handles, expires_at) values ('gone', '[]', 5)",
    "pragma wal_checkpoint(truncate)",
  );
  const before = readFileSync(join(cwd, "bank.db"));
  for (const verb of [["list"], ["status", "balances"], ["dead-letters", "list", "balances"]]) {
    expect(await ego(cwd, "projections", ...verb)).toMatchObject({ exitCode: 0 });
  }
  expect(readFileSync(join(cwd, "bank.db")).equals(before)).toBe(true);
});

test("a journal that is not there is refused, and none is made", async () => {
  const cwd = projectionsProject();
  for (const verb of [["list"], ["status", "balances"], ["pause", "balances"], ["add", "balances"]]) {
    expect(await ego(cwd, "projections", ...verb)).toEqual({
      exitCode: 2,
      printed: expect.stringMatching(/^There is no journal in /),
    });
  }
  expect(() => readFileSync(join(cwd, "bank.db"))).toThrow("ENOENT");
});

test("of a journal without projections, list says so", async () => {
  const cwd = journalProject();
  await (await runningBank(fileStore(cwd)))[Symbol.asyncDispose]();
  expect((await ego(cwd, "projections")).printed).toMatch(/^There are no projections in SQLite, .*bank\.db\.$/);
  expect(await ego(cwd, "projections", "status", "balances")).toMatchObject({
    exitCode: 1,
    printed: expect.stringMatching(/^There is no projection balances in .*\. It has none\.$/),
  });
});

test("status has the whole failure, the shards that are behind, and who runs which part", async () => {
  const cwd = projectionsProject();
  await using engine = await engineOf(cwd, [balancesOf, failingOn(["ann"])]);
  await opened(engine, "ann");
  await caughtUp(engine, "balances");
  await vi.waitFor(async () => {
    expect(await egoJson(cwd, "projections", "status", "mails")).toMatchObject([{ versions: [{ status: "failed" }] }]);
  }, 20_000);
  const { printed } = await ego(cwd, "projections", "status", "mails");
  expect(printed).toMatch(
    new RegExp(
      [
        "^mails, version 1, live: failed",
        "    .*no mail server",
        "    for ann.*",
        "  When what failed is mended: ego projections resume mails",
        "  To pass over the event: ego projections skip mails --shard … --position …",
        "  2 events behind, the oldest of \\d+ s ago",
        `    shard ${annShard}: at 0 of 2, the oldest of \\d+ s ago`,
        "  part 0 of 1: nobody$",
      ].join("\n"),
    ),
  );
  expect((await ego(cwd, "projections", "status", "balances")).printed).toMatch(
    /^balances, version 1, live: running\n {2}has done all events\n {2}part 0 of 1: \S+\/\d+\/\S+ until 20\d\d-.*Z$/,
  );
  expect(await egoJson(cwd, "projections", "status", "mails")).toMatchObject([
    { versions: [{ leases: [], shardsBehind: [{ shard: annShard, position: 0, head: 2 }] }] },
  ]);
});

test("of many shards that are behind, ten are listed", async () => {
  const cwd = projectionsProject();
  {
    await using engine = await engineOf(cwd, [balancesOf]);
    await engine.projection("balances").pause();
    await opened(engine, ...Array.from({ length: 40 }, (_, n) => `a${n}`));
  }
  const { printed } = await ego(cwd, "projections", "status", "balances");
  expect(printed.match(/^ {4}shard /gm)).toHaveLength(10);
  expect(printed).toMatch(/^ {4}… and \d+ shards more$/m);
});

test("names, failures and nodes of the database cannot speak to the terminal", async () => {
  const cwd = projectionsProject();
  await (await engineOf(cwd, [balancesOf, failingOn([])]))[Symbol.asyncDispose]();
  const evil = "char(27) || '[2J' || char(10) || 'ok' || char(8238)";
  changed(
    cwd,
    `update ego_projections set failure = 'boom ' || ${evil} where name = 'mails'`,
    `update ego_projections set name = 'p' || ${evil} where name = 'balances'`,
    `update ego_offsets set projection = 'p' || ${evil} where projection = 'balances'`,
    `update ego_leases set projection = 'p' || ${evil}, owner = 'n' || ${evil}, expires_at = 9e15 where projection = 'balances'`,
    `insert into ego_nodes (node, handles, expires_at) values ('n' || ${evil}, '[]', 9e15)`,
    `insert into ego_dead_letters select 'mails', 1, 3, 7, 'account' || ${evil}, 'id' || ${evil}, 1, 't' || ${evil}, 'f' || ${evil}, 2, 5`,
  );
  const name = "p\u001b[2J\nok\u202e";
  const printed: string[] = [];
  for (const verb of [["list"], ["status", name], ["status", "mails"], ["dead-letters", "list", "mails"]]) {
    const ran = await ego(cwd, "projections", ...verb);
    expect(ran.exitCode).toBe(0);
    printed.push(ran.printed);
    const json = await ego(cwd, "projections", ...verb, "--json");
    expect(json.printed).toMatch(/^[\x20-\x7e]+$/);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  for (const text of printed) expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  const [list = "", status = "", mails = "", letters = ""] = printed;
  expect(list.split("\n")).toHaveLength(3);
  expect(list).toContain('"p\\u001b[2J\\nok\\u{202e}"');
  expect(status).toContain('part 0 of 1: "n\\u001b[2J\\nok\\u{202e}" until ');
  expect(mails).toContain("\n    boom \\x1b[2J\n    ok\\u{202e}\n");
  expect(letters).toMatch(/^shard 3 position 7 {2}"account\\u001b\[2J\\nok/);
  expect(await ego(cwd, "projections", "status", "\u001b[2J")).toMatchObject({
    exitCode: 1,
    printed: expect.stringMatching(/^There is no projection "\\u001b\[2J" in /),
  });
});

test("a name that is nearly right is answered with the right one, and so is a verb", async () => {
  const cwd = projectionsProject();
  await (await engineOf(cwd, [balancesOf]))[Symbol.asyncDispose]();
  expect((await ego(cwd, "projections", "pause", "balance")).printed).toMatch(
    /^There is no projection balance in .*\. It has balances\. Did you mean balances\?$/,
  );
  expect(await ego(cwd, "projections", "staus")).toMatchObject({
    exitCode: 1,
    printed: expect.stringMatching(/\(Did you mean ego projections status\?\)$/),
  });
});

test("what the command line takes for the tools is what the runtime has", () => {
  expectTypeOf<Pick<typeof tools, keyof ProjectionTools>>().toExtend<ProjectionTools>();
});
