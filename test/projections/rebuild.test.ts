import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { AnyProjection } from "@ego/runtime";
import { describe, expect, test, vi } from "vitest";
import { main } from "../../cli/src/main.ts";
import { fakeHost } from "../../cli/src/testdata/fake-host.ts";
import { balancesProjection } from "../../examples/bank/src/balances.ts";
import { type BalancesProjection, balances } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { changed, ego, egoJson } from "../events/journal-project.ts";
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

/** What is in a table of the project's file. */
function rowsOf(cwd: string, table = "balances"): Readonly<Record<string, string>> {
  const database = new DatabaseSync(join(cwd, "bank.db"), { readOnly: true });
  const rows = database.prepare(`select account_id, owner_email from ${table}`).all();
  database.close();
  return Object.fromEntries(rows.map(({ account_id, owner_email }) => [String(account_id), String(owner_email)]));
}

/** Another handler of the read model: addresses in capitals. */
const loud: BalancesProjection = {
  ...balancesProjection,
  accountOpened: ({ ownerEmail }, { row }) => row.upsert({ ownerEmail: ownerEmail.toUpperCase() }),
};
const loudOf: AnyProjection = balances.implement(loud);

/** A project in whose journal one account was projected, before the handler was corrected. */
async function projected(): Promise<string> {
  const cwd = projectionsProject();
  await using engine = await engineOf(cwd, [balancesOf]);
  await opened(engine, "ann");
  await caughtUp(engine, "balances");
  return cwd;
}

const before = { ann: "ann@example.org" };
const after = { ann: "ANN@EXAMPLE.ORG" };

describe("in place", () => {
  test("it is asked, rows are removed, and it waits until engines have caught up, with a bar", async () => {
    const cwd = await projected();
    await using _engine = await engineOf(cwd, [loudOf]);
    changed(cwd, "insert into balances (account_id, owner_email, balance_cents, closed) values ('ghost', 'g', 0, 0)");
    expect(await ego(cwd, "projections", "rebuild", "balances")).toMatchObject({
      exitCode: 1,
      printed: expect.stringMatching(
        /^Begin balances again\? All rows of its table are removed first\. Nobody can be asked/,
      ),
    });
    expect(rowsOf(cwd)).toEqual({ ...before, ghost: "g" });
    const shown: string[] = [];
    const host = {
      ...fakeHost(cwd),
      ask: async () => "yes",
      progress: (line: string) => void shown.push(line),
    };
    expect(await main(["projections", "rebuild", "balances"], host)).toBe(0);
    expect(host.printed).toEqual([expect.stringMatching(/^balances has been rebuilt: 2 events in \d+\.\d s\.$/)]);
    expect(shown[0]).toBe("Rebuilding balances [--------------------]   0 %  0 of 2 events");
    expect(shown.at(-1)).toBe("");
    expect(rowsOf(cwd)).toEqual(after);
  });

  test("while no engine runs it, that is said, and the next one does it", async () => {
    const cwd = await projected();
    expect(await ego(cwd, "projections", "rebuild", "balances", "--yes")).toEqual({
      exitCode: 0,
      printed: "Version 1 of balances has begun again, but no engine runs it: it goes on when one does that has it.",
    });
    expect(rowsOf(cwd)).toEqual({});
    await using engine = await engineOf(cwd, [loudOf]);
    await caughtUp(engine, "balances");
    expect(rowsOf(cwd)).toEqual(after);
  });

  test("from elsewhere rows stay: now, a time, positions", async () => {
    const cwd = await projected();
    const future = new Date(Date.now() + 3_600_000).toISOString();
    for (const from of ["now", future, "2020-01-01T00:00:00Z", "v1;shards=64;3:17"]) {
      const { exitCode } = await ego(cwd, "projections", "rebuild", "balances", "--yes", "--from", from);
      expect({ from, exitCode }).toEqual({ from, exitCode: 0 });
      const pending = from === "now" || from === future ? 0 : 2;
      expect((await ego(cwd, "projections")).printed).toMatch(new RegExp(`^balances .* no node +${pending} `, "m"));
      expect(rowsOf(cwd)).toEqual(before);
    }
    expect(await ego(cwd, "projections", "rebuild", "balances", "--yes", "--from", "v1;shards=8;")).toMatchObject({
      exitCode: 1,
      printed: expect.stringContaining("of a journal with 8 shards"),
    });
  });

  test("^C ends the waiting as soon as it has begun again, and leaves the work to the engines", async () => {
    const cwd = projectionsProject();
    const gate = Promise.withResolvers<void>();
    const entered = Promise.withResolvers<void>();
    const slow = balances.implement({
      ...balancesProjection,
      async accountCredited({ amountCents }, { row }) {
        entered.resolve();
        await gate.promise;
        await row.increment({ balanceCents: amountCents });
      },
    });
    {
      await using engine = await engineOf(cwd, []);
      await opened(engine, "ann");
    }
    await ego(cwd, "projections", "add", "balances", "--from", "now");
    await using engine = await engineOf(cwd, [slow]);
    expect(await interrupted(cwd, "reset", "projections", "rebuild", "balances", "--yes")).toEqual({
      ended: [0, null],
      printed: "Version 1 of balances goes on in the engines; `ego projections status` says how far it is.\n",
    });
    // The engine may see it later than the verb has ended.
    await entered.promise;
    gate.resolve();
    await caughtUp(engine, "balances");
    expect(rowsOf(cwd)).toEqual(before);
  });

  test("one that fails meanwhile says why", async () => {
    const cwd = projectionsProject();
    await using engine = await engineOf(cwd, [failingOn(["ann"], { onFailure: "skip" })]);
    await opened(engine, "ann");
    await caughtUp(engine, "mails");
    await engine.removeProjection("mails");
    await engine.addProjection(failingOn(["ann"]));
    expect(await ego(cwd, "projections", "rebuild", "mails", "--yes")).toMatchObject({
      exitCode: 1,
      printed: expect.stringMatching(/^Version 1 of mails has failed:\n {4}.*no mail server\n {4}for ann/),
    });
  });
});

describe("beside the live one", () => {
  test("a version is built, promoted, rolled back and discarded", async () => {
    const cwd = await projected();
    await using _engine = await engineOf(cwd, [loudOf]);
    expect(await ego(cwd, "projections", "rebuild", "balances", "--blue-green")).toMatchObject({
      exitCode: 0,
      printed: expect.stringMatching(
        /^Version 2 of balances is built, and queries see the one before until `ego projections promote`: 2 events in /,
      ),
    });
    expect([rowsOf(cwd), rowsOf(cwd, "balances__v2")]).toEqual([before, after]);
    expect(await ego(cwd, "projections", "rebuild", "balances", "--blue-green")).toMatchObject({
      exitCode: 1,
      printed: expect.stringMatching(/^Version 2 of the projection "balances" is being built\./),
    });
    expect((await ego(cwd, "projections")).printed).toMatch(/^balances +1 +live .*\nbalances +2 +building +running/m);
    expect((await ego(cwd, "projections", "pause", "balances", "--building")).printed).toMatch(
      /^Version 2 of balances is paused\. It was given up by /,
    );
    expect((await ego(cwd, "projections", "resume", "balances", "--building")).exitCode).toBe(0);

    expect((await ego(cwd, "projections", "promote", "balances")).printed).toMatch(
      /^Version 2 of balances is live now/,
    );
    expect([rowsOf(cwd), rowsOf(cwd, "balances__v1")]).toEqual([after, before]);
    expect((await ego(cwd, "projections", "rollback", "balances")).printed).toMatch(
      /^Version 1 of balances is live now/,
    );
    expect(rowsOf(cwd)).toEqual(before);
    expect((await ego(cwd, "projections", "promote", "balances")).printed).toMatch(
      /^Version 2 of balances is live now/,
    );
    expect(await ego(cwd, "projections", "discard", "balances")).toMatchObject({
      exitCode: 1,
      printed: expect.stringMatching(/^Remove version 1 \(previous\) of balances, with the table\? .* say `--yes`\./),
    });
    expect(rowsOf(cwd, "balances__v1")).toEqual(before);
    expect(await egoJson(cwd, "projections", "discard", "balances", "--yes")).toMatchObject([{ removed: [1] }]);
    expect(() => rowsOf(cwd, "balances__v1")).toThrow("no such table");
    expect(rowsOf(cwd)).toEqual(after);
    for (const verb of ["promote", "rollback", "discard"]) {
      expect(await ego(cwd, "projections", verb, "balances")).toMatchObject({ exitCode: 1 });
    }
  });

  test("--promote does all of it in one", async () => {
    const cwd = await projected();
    await using _engine = await engineOf(cwd, [loudOf]);
    expect((await ego(cwd, "projections", "rebuild", "balances", "--blue-green", "--promote")).printed).toMatch(
      /^Version 2 of balances is live now, and the one before is kept/,
    );
    expect(rowsOf(cwd)).toEqual(after);
    // Its rows would stay for nobody.
    expect(await ego(cwd, "projections", "remove", "balances", "--yes")).toMatchObject({
      exitCode: 1,
      printed: expect.stringMatching(/^balances has versions beside the live one/),
    });
    expect((await ego(cwd, "projections", "remove", "balances", "--drop", "--yes")).exitCode).toBe(0);
    for (const table of ["balances", "balances__v1"]) expect(() => rowsOf(cwd, table)).toThrow("no such table");
  });

  test("nothing is promoted that nobody fills, or whose table nobody knows", async () => {
    const cwd = await projected();
    expect((await ego(cwd, "projections", "rebuild", "balances", "--blue-green")).exitCode).toBe(0);
    expect(await ego(cwd, "projections", "promote", "balances")).toEqual({
      exitCode: 2,
      printed: "Version 2 of balances is not promoted: it is 2 events behind the live one, and no engine runs it.",
    });
    {
      await using engine = await engineOf(cwd, [failingOn([])]);
      await opened(engine, "bob");
      await caughtUp(engine, "mails");
    }
    expect(await ego(cwd, "projections", "rebuild", "mails", "--blue-green")).toMatchObject({
      exitCode: 1,
      printed: expect.stringContaining("has no table of its own"),
    });
    const elsewhere = projectionsProject({
      "src/app.ts": "export const store = { events: {} };\nexport const entities = [];\n",
    });
    expect(
      await ego(elsewhere, "projections", "promote", "balances", "--store", `sqlite:${join(cwd, "bank.db")}`),
    ).toMatchObject({
      exitCode: 1,
      printed: expect.stringMatching(/^The application has no projection balances: .*exports no `projections`\.$/),
    });
    expect(rowsOf(cwd)).toEqual(before);
  });
});
