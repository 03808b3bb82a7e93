import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projection, shardOf } from "@ego/runtime";
import { describe, expect, test, vi } from "vitest";
import { main } from "../../cli/src/main.ts";
import { fakeHost } from "../../cli/src/testdata/fake-host.ts";
import { account } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { systemTiming } from "../../runtime/src/clock/clock.ts";
import { changed, ego, egoJson, fileStore } from "../events/journal-project.ts";
import {
  balancesOf,
  caughtUp,
  engineOf,
  failingOn,
  interrupted,
  opened,
  projectionsProject,
} from "./projections-project.ts";

// Each verb loads the application, and waits for an engine.
vi.setConfig({ testTimeout: 120_000 });

const shard = String(shardOf("account", "ann", 64));

describe("while an engine runs", () => {
  test("pause waits until it has given up the projection, and resume until it has taken it", async () => {
    const cwd = projectionsProject();
    // As often as engines look: the verb has to wait for longer than that.
    await using engine = await engineOf(cwd, [balancesOf], fileStore(cwd), systemTiming);
    await opened(engine, "ann");
    await caughtUp(engine, "balances");
    expect(await ego(cwd, "projections", "pause", "balances")).toMatchObject({
      exitCode: 0,
      printed: expect.stringMatching(/^balances is paused\. It was given up by \S+\/\d+\/\S+\.$/),
    });
    // Nothing of it runs any more.
    await opened(engine, "bob");
    expect(await engine.projection("balances").status()).toMatchObject({ status: "paused", parts: { here: 0 } });
    expect((await ego(cwd, "projections", "list")).printed).toMatch(/^balances +1 +live +paused +2 /m);

    expect(await ego(cwd, "projections", "resume", "balances")).toMatchObject({
      exitCode: 0,
      printed: expect.stringMatching(/^balances is to go on: it is run by \S+\/\d+\/\S+\.$/),
    });
    await caughtUp(engine, "balances");
    expect(await egoJson(cwd, "projections", "pause", "balances")).toEqual([
      { format: 1, place: expect.any(String), name: "balances", version: 1, paused: true, done: true, nodes: [] },
    ]);
  });

  test.each([
    ["pause", "balances is paused. No engine ran it.\n"],
    ["resume", "balances is to go on. No engine is there: it does when one is started that has it.\n"],
  ])("^C behind what %s has written does not hide that", async (verb, printed) => {
    const cwd = projectionsProject();
    await (await engineOf(cwd, [balancesOf])).stop();
    expect(await interrupted(cwd, "change", "projections", verb, "balances")).toEqual({ ended: [0, null], printed });
  });

  test("on a terminal it is said what is waited for, on a line that is gone in the end", async () => {
    const cwd = projectionsProject();
    await using _engine = await engineOf(cwd, [balancesOf]);
    const shown: string[] = [];
    const host = { ...fakeHost(cwd), progress: (line: string) => void shown.push(line) };
    expect(await main(["projections", "pause", "balances"], host)).toBe(0);
    expect(shown[0]).toBe("Waiting until no engine runs balances");
    expect(shown.at(-1)).toBe("");
  });

  test("a projection that fails again says why, and skip passes over the event", async () => {
    const cwd = projectionsProject();
    await using engine = await engineOf(cwd, [failingOn(["ann"])]);
    await opened(engine, "ann");
    await vi.waitFor(async () => expect((await engine.projection("mails").status()).status).toBe("failed"));
    const failed = { exitCode: 1, printed: expect.stringMatching(/no mail server\n {4}for ann$/) };
    const resumed = await ego(cwd, "projections", "resume", "mails");
    // It was taken, or has failed already: whatever was seen first.
    if (resumed.exitCode === 1) expect(resumed).toMatchObject(failed);
    await vi.waitFor(async () => expect((await engine.projection("mails").status()).status).toBe("failed"), 20_000);

    const skip = (position: string) =>
      ego(cwd, "projections", "skip", "mails", "--shard", shard, "--position", position);
    expect(await skip("2")).toMatchObject({
      exitCode: 1,
      printed: `The projection "mails" is at position 0 of shard ${shard}: the event behind it can be skipped, and not that at 2.`,
    });
    expect((await skip("1")).printed).toMatch(
      new RegExp(`^mails passes over position 1 of shard ${shard}, now a dead letter, and is to go on`),
    );
    // It fails on the next one.
    await vi.waitFor(async () => {
      expect(await engine.projection("mails").deadLetters()).toMatchObject([{ position: 1, entityId: "ann" }]);
      expect((await engine.projection("mails").status()).status).toBe("failed");
    }, 20_000);
    expect((await skip("2")).exitCode).toBe(0);
    await caughtUp(engine, "mails");
    expect((await ego(cwd, "projections", "dead-letters", "list", "mails")).printed).toMatch(
      new RegExp(`^shard ${shard} position 1 {2}account ann #1 {2}bank.v1.AccountOpened {2}0 attempts, 20`),
    );
  });

  test("resume right after a failure is not undone by the engine that has failed", async () => {
    const cwd = projectionsProject();
    let isDown = true;
    const mails = projection<typeof account>({
      name: "mails",
      entities: [account],
      handle: async () => {
        if (isDown) throw new Error("no mail server");
      },
    });
    await using engine = await engineOf(cwd, [mails]);
    await opened(engine, "ann");
    await vi.waitFor(async () => {
      expect(await egoJson(cwd, "projections", "status", "mails")).toMatchObject([
        { versions: [{ status: "failed" }] },
      ]);
    }, 20_000);
    isDown = false;
    expect(await ego(cwd, "projections", "resume", "mails")).toMatchObject({ exitCode: 0 });
    await caughtUp(engine, "mails");
  });

  test("none of it has the projection: resume says so", async () => {
    const cwd = projectionsProject();
    await (await engineOf(cwd, [balancesOf]))[Symbol.asyncDispose]();
    await using _other = await engineOf(cwd, [failingOn([])]);
    expect(await ego(cwd, "projections", "resume", "balances")).toEqual({
      exitCode: 2,
      printed: "balances is to go on. An engine is there, but none has taken it: is it among their `projections`?",
    });
  });
});

describe("while no engine runs", () => {
  test("pause and resume are kept for the next one", async () => {
    const cwd = projectionsProject();
    await (await engineOf(cwd, [balancesOf]))[Symbol.asyncDispose]();
    expect(await ego(cwd, "projections", "pause", "balances")).toEqual({
      exitCode: 0,
      printed: "balances is paused. No engine ran it.",
    });
    {
      await using engine = await engineOf(cwd, [balancesOf]);
      expect((await engine.projection("balances").status()).status).toBe("paused");
    }
    expect(await ego(cwd, "projections", "resume", "balances")).toEqual({
      exitCode: 0,
      printed: "balances is to go on. No engine is there: it does when one is started that has it.",
    });
    await using engine = await engineOf(cwd, [balancesOf]);
    await opened(engine, "ann");
    await caughtUp(engine, "balances");
  });

  test("a node that was killed does not run anything, although its time is not over", async () => {
    const cwd = projectionsProject();
    await (await engineOf(cwd, [balancesOf]))[Symbol.asyncDispose]();
    const { hostname } = await import("node:os");
    const node = `${hostname().replaceAll("/", "-")}/4194304/gone`;
    changed(
      cwd,
      `insert into ego_nodes (node, handles, expires_at) values ('${node}', '[]', 9e15)`,
      `update ego_leases set owner = '${node}', expires_at = 9e15`,
    );
    expect((await ego(cwd, "projections")).printed).toMatch(/^balances +1 +live +no node .* 0$/m);
  });

  test("add makes a projection of the application, with its table, where its tuning or the option says", async () => {
    const cwd = projectionsProject();
    {
      await using engine = await engineOf(cwd, []);
      await opened(engine, "ann");
    }
    expect((await ego(cwd, "projections", "add", "balances")).printed).toBe(
      "balances is added, from the start of the journal: engines that have it run it when they are started.",
    );
    expect((await ego(cwd, "projections", "add", "mails")).printed).toMatch(/, from what is stored from now on: /);
    expect((await ego(cwd, "projections")).printed).toMatch(/^balances .* no node +2 [\s\S]*^mails .* no node +0 /m);
    expect(await ego(cwd, "projections", "add", "balances")).toEqual({
      exitCode: 1,
      printed: 'The journal has the projection "balances" already.',
    });
    expect(await ego(cwd, "projections", "add", "balance")).toMatchObject({
      exitCode: 1,
      printed: expect.stringMatching(/exports balances, mails\. Did you mean balances\?$/),
    });
    changed(cwd, "select balance_cents from balances");
  });

  test("remove asks, and takes offsets, dead letters, and the table if that is said", async () => {
    const cwd = projectionsProject();
    {
      await using engine = await engineOf(cwd, [balancesOf]);
      await opened(engine, "ann");
      await caughtUp(engine, "balances");
    }
    const removal = ["projections", "remove", "balances"];
    expect(await ego(cwd, ...removal)).toMatchObject({
      exitCode: 1,
      printed: expect.stringMatching(/^Remove balances: its offsets and dead letters\? Nobody can be asked here: /),
    });
    const asked: string[] = [];
    const answering = (answer: string) => ({
      ...fakeHost(cwd),
      ask: async (question: string) => {
        asked.push(question);
        return answer;
      },
    });
    expect(await main([...removal, "--drop"], answering(""))).toBe(1);
    expect(asked).toEqual(["Remove balances: its offsets, dead letters, and its table with all rows? [y/N] "]);
    expect((await ego(cwd, "projections")).printed).toMatch(/^balances /m);
    expect(await main(removal, answering("y"))).toBe(0);
    changed(cwd, "select balance_cents from balances");
    await ego(cwd, "projections", "add", "balances", "--from", "now");
    expect((await ego(cwd, ...removal, "--drop", "--yes")).exitCode).toBe(0);
    expect(() => changed(cwd, "select balance_cents from balances")).toThrow("no such table");
    expect((await ego(cwd, "projections")).printed).toMatch(/^There are no projections in /);
  });

  test("remove without --drop is refused while there are versions beside the live one", async () => {
    const cwd = projectionsProject();
    {
      await using engine = await engineOf(cwd, [balancesOf]);
      await opened(engine, "ann");
      await engine.projection("balances").build();
    }
    expect(await ego(cwd, "projections", "remove", "balances", "--yes")).toMatchObject({
      exitCode: 1,
      printed: expect.stringContaining("has versions beside the live one, whose tables would stay for nobody"),
    });
    expect((await ego(cwd, "projections")).printed.match(/^balances /gm)).toHaveLength(2);
  });

  test("a projection that the application does not have any more is removed, and what may be left is said", async () => {
    const cwd = projectionsProject();
    {
      await using engine = await engineOf(cwd, [balancesOf]);
      await opened(engine, "ann");
      await caughtUp(engine, "balances");
      await engine.projection("balances").build();
    }
    const named = ["balances", "--store", "sqlite:bank.db"];
    const byHand = "`drop table if exists balances; drop table if exists balances__v2;`";
    writeFileSync(
      join(cwd, "src/app.ts"),
      "export const store = { events: {} };\nexport const entities = [];\nexport const projections = [];\n",
    );
    expect(await ego(cwd, "projections", "remove", ...named, "--drop", "--yes")).toMatchObject({
      exitCode: 1,
      printed: expect.stringMatching(
        /^The application has no projection balances: nobody says which table is to be dropped\..* the same without `--drop`\./,
      ),
    });
    expect(await ego(cwd, "projections", "discard", ...named)).toMatchObject({
      exitCode: 1,
      printed: expect.stringContaining("If no program has it any more: `ego projections remove balances`. "),
    });
    for (const verb of [["remove", "--drop", "--yes"], ["discard"]]) {
      expect((await ego(cwd, "projections", ...verb, ...named)).printed).toContain(byHand);
    }
    const removed = await ego(cwd, "projections", "remove", ...named, "--yes");
    expect(removed).toMatchObject({ exitCode: 0, printed: expect.stringContaining(byHand) });
    expect((await ego(cwd, "projections", "list", ...named.slice(1))).printed).toMatch(/^There are no projections in /);
    for (const statement of byHand.slice(1, -1).split("; ")) changed(cwd, statement);
    expect(() => changed(cwd, "select * from balances")).toThrow("no such table");
    expect(() => changed(cwd, "select * from balances__v2")).toThrow("no such table");
  });

  test("dead letters are listed, tried again by the application's handler, and dropped", async () => {
    const cwd = projectionsProject({ "mail-server-is-down": "" });
    {
      await using engine = await engineOf(cwd, [failingOn(["ann", "bob"], { onFailure: "skip" })]);
      await opened(engine, "ann", "bob");
      await caughtUp(engine, "mails");
    }
    const letters = (...args: readonly string[]) => ego(cwd, "projections", "dead-letters", ...args);
    const { printed } = await letters("list", "mails", "--limit", "3");
    expect(printed.match(/^shard \d+ position \d+ {2}account (ann|bob) #\d /gm)).toHaveLength(3);
    expect(printed).toMatch(/\n… and 1 more$/);
    expect(await letters("retry", "mails")).toEqual({
      exitCode: 1,
      printed: "4 dead letters of mails tried again: 0 done, 4 failed again.",
    });
    expect((await letters("list", "mails")).printed).toContain("\n    still no mail server");
    rmSync(join(cwd, "mail-server-is-down"));
    const place = ["--shard", shard, "--position", "1"];
    expect((await letters("retry", "mails", ...place)).printed).toBe(
      "1 dead letter of mails tried again: 1 done, 0 failed again.",
    );
    expect(await letters("retry", "mails", ...place)).toEqual({
      exitCode: 1,
      printed: `mails has no dead letter at position 1 of shard ${shard}.`,
    });
    const second = ["--shard", shard, "--position", "2"];
    expect((await letters("drop", "mails", ...second)).exitCode).toBe(0);
    expect((await letters("drop", "mails", ...second)).exitCode).toBe(1);
    expect(await egoJson(cwd, "projections", "dead-letters", "retry", "mails")).toMatchObject([
      { succeeded: 2, failed: 0 },
    ]);
    expect((await letters("list", "mails")).printed).toBe("mails has no dead letters.");
    expect(await letters("retry", "mails")).toEqual({ exitCode: 0, printed: "mails has no dead letters." });
  });

  test("what needs the application says so, where there is none", async () => {
    const cwd = projectionsProject();
    await (await engineOf(cwd, [balancesOf]))[Symbol.asyncDispose]();
    rmSync(join(cwd, "ego.config.ts"));
    const named = ["--store", "sqlite:bank.db"];
    expect((await ego(cwd, "projections", "pause", "balances", ...named)).exitCode).toBe(0);
    for (const verb of [
      ["rebuild", "balances", "--yes"],
      ["remove", "balances", "--drop"],
      ["add", "mails"],
    ]) {
      expect(await ego(cwd, "projections", ...verb, ...named)).toMatchObject({
        exitCode: 1,
        printed: expect.stringMatching(/^There is no ego\.config\.ts here that says where the application is: /),
      });
    }
    writeFileSync(join(cwd, "ego.config.ts"), 'export default { app: () => import("./src/app.ts") };\n');
    writeFileSync(
      join(cwd, "src/app.ts"),
      "export const store = { events: {} };\nexport const entities = [];\nexport const projections = [7];\n",
    );
    expect(await ego(cwd, "projections", "add", "mails", ...named)).toMatchObject({
      exitCode: 1,
      printed: expect.stringMatching(/^That is no projection: /),
    });
  });
});

test("what is typed wrong is told before anything is done", async () => {
  const cwd = projectionsProject();
  await fileStore(cwd).migrations?.up([]);
  const wrong: readonly (readonly string[])[] = [
    ["skip", "mails", "--shard", "x", "--position", "1"],
    ["skip", "mails", "--shard", "1", "--position", "0"],
    ["skip", "mails", "--shard", "1"],
    ["dead-letters", "retry", "mails", "--shard", "1"],
    ["dead-letters", "drop", "mails"],
    ["dead-letters", "list", "mails", "--limit", "none"],
    ["rebuild", "mails", "--from", "yesterday"],
    ["rebuild", "mails", "--promote"],
    ["rebuild", "mails", "--blue-green", "--from", "now"],
    ["add", "mails", "--from", "yesterday"],
    ["pause"],
  ];
  for (const verb of wrong) {
    const { exitCode, printed } = await ego(cwd, "projections", ...verb);
    expect({ verb, exitCode }).toEqual({ verb, exitCode: 1 });
    expect(printed).not.toMatch(/There is no projection/);
  }
});
