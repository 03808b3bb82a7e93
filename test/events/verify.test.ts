import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Store, shardOf } from "@ego/runtime";
import type * as tools from "@ego/runtime/tools";
import { afterAll, beforeAll, describe, expect, expectTypeOf, test, vi } from "vitest";
import type { JournalTools, OpenStore } from "../../cli/src/journal/tools.ts";
import { main } from "../../cli/src/main.ts";
import { fakeHost } from "../../cli/src/testdata/fake-host.ts";
import { changed, ego, fileStore, journalProject, runningBank } from "./journal-project.ts";

// Each verb loads the application, and opens the store in a thread.
vi.setConfig({ testTimeout: 120_000 });

/** A sound journal: ten events of each of some accounts, each by a command of its own. */
let sound: string;
const ids = ["ann", "bob", "eve", "joe"];
const shard = shardOf("account", "ann", 64);

beforeAll(async () => {
  sound = mkdtempSync(join(tmpdir(), "ego-verify-"));
  await using bank = await runningBank(fileStore(sound));
  for (const id of ids) {
    const account = bank.account(id);
    await account.openAccount({ ownerEmail: id }, { commandId: `${id}-1` });
    await Promise.all(
      Array.from({ length: 9 }, (_, n) => account.creditAccount({ amountCents: 1n }, { commandId: `${id}-${n + 2}` })),
    );
  }
});
afterAll(() => rmSync(sound, { recursive: true }));

/** A copy that was changed by SQL. */
function copyWith(...statements: readonly string[]): string {
  const cwd = journalProject();
  copyFileSync(join(sound, "bank.db"), join(cwd, "bank.db"));
  changed(cwd, ...statements);
  return cwd;
}

/** What is found in such a copy. */
async function found(...statements: readonly string[]) {
  const { exitCode, printed } = await ego(copyWith(...statements), "verify", "--json");
  const report = JSON.parse(printed) as Report;
  const { places } = report;
  expect(report).toMatchObject({ format: 1, sound: places.length === 0, shards: 64 });
  expect(exitCode).toBe(places.length > 0 ? 1 : 0);
  return { report, places: places.map(({ kind, text }) => `${kind}: ${text}`) };
}

interface Report {
  readonly places: readonly { readonly kind: string; readonly text: string }[];
}

const ann = "entity_id = 'ann'";

test("a sound journal is said to be sound", async () => {
  expect(await ego(copyWith(), "verify")).toEqual({
    exitCode: 0,
    printed: expect.stringMatching(
      /^SQLite, .*bank\.db: 40 events of 4 entities in 64 shards\nThe journal is sound\.$/,
    ),
  });
  const { report } = await found();
  expect(report).toMatchObject({ events: 40, entities: 4, violations: 0, unknownTypes: [] });
});

test("an empty one is too", async () => {
  const cwd = journalProject();
  await (await runningBank(fileStore(cwd)))[Symbol.asyncDispose]();
  expect((await ego(cwd, "verify")).printed).toMatch(/: 0 events of 0 entities in 64 shards\nThe journal is sound\.$/);
});

describe("of a journal that is not, each place is named", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    [
      "an event that was removed from the middle",
      [`delete from ego_events where ${ann} and revision = 4`],
      [
        `missing_positions: shard ${shard} has no position 4: 5 is the next`,
        `missing_revisions: account "ann" has no revision 4: a later one is at position 5 of shard ${shard}`,
      ],
    ],
    [
      "the first events",
      [`delete from ego_events where ${ann} and revision < 4`],
      [
        `missing_positions: shard ${shard} has no positions 1 to 3: 4 is the next`,
        `missing_revisions: account "ann" has no revisions 1 to 3: a later one is at position 4 of shard ${shard}`,
      ],
    ],
    [
      "a hole in the positions",
      [`update ego_events set position = position + 100 where ${ann} and revision > 7`],
      [`missing_positions: shard ${shard} has no positions 8 to 107: 108 is the next`],
    ],
    [
      "a revision that is missing, where positions are dense",
      [
        `delete from ego_events where ${ann} and revision = 4`,
        `update ego_events set position = position - 1 where ${ann} and revision > 4`,
      ],
      [`missing_revisions: account "ann" has no revision 4: a later one is at position 4 of shard ${shard}`],
    ],
    [
      "two revisions that changed places",
      [
        `update ego_events set revision = 99 where ${ann} and revision = 3`,
        `update ego_events set revision = 3 where ${ann} and revision = 4`,
        `update ego_events set revision = 4 where ${ann} and revision = 99`,
      ],
      [`late_revision: account "ann" has revision 3 behind revision 4: position 4 of shard ${shard}`],
    ],
    [
      "an event in another shard",
      [`update ego_events set shard = 63, position = 1 where ${ann} and revision = 10`],
      [
        `wrong_shard: account "ann" has revision 10 in another shard than its own, which is ${shard}: position 1 of shard 63`,
      ],
    ],
    [
      "an event in another shard, from the middle: it is not missing besides",
      [`update ego_events set shard = 63, position = 1 where ${ann} and revision = 5`],
      [
        `missing_positions: shard ${shard} has no position 5: 6 is the next`,
        `wrong_shard: account "ann" has revision 5 in another shard than its own, which is ${shard}: position 1 of shard 63`,
      ],
    ],
    [
      "a command that is there twice",
      [`update ego_events set command_id = 'ann-2' where ${ann} and revision = 9`],
      [
        `repeated_command: account "ann" has the command "ann-2" twice: with revisions 2 and 9, which is at position 9 of shard ${shard}`,
      ],
    ],
    [
      "a type without a name",
      ["update ego_events set event_type = 99 where entity_id = 'ann' and revision = 6"],
      [
        `unreadable: shard ${shard} cannot be read any further behind position 0: ego_types has no entry 99. Restore a backup of the journal.`,
      ],
    ],
  ])("%s", async (_, statements, expected) => {
    expect((await found(...statements)).places).toEqual(expected);
  });

  test("the first twenty, and how many there are more", async () => {
    const all = "delete from ego_events where revision % 2 = 1";
    const { places, report } = await found(all);
    expect(places).toHaveLength(20);
    expect(report).toMatchObject({ violations: 40 });
    const { exitCode, printed } = await ego(copyWith(all), "verify");
    expect(exitCode).toBe(1);
    expect(printed.split("\n").slice(1, 21)).toEqual(places.map((place) => place.replace(/^\w+: /, "  ")));
    expect(printed).toMatch(/\n {2}… and 20 more\nThe journal is not sound: 40 violations\.$/);
  });

  test("with text that cannot speak to the terminal", async () => {
    const hostile = "entity_id = char(27) || '[2J' || char(10) || char(8238)";
    const { printed } = await ego(copyWith(`update ego_events set ${hostile} where ${ann}`), "verify");
    expect(printed).toContain('account "\\u001b[2J\\n\\u{202e}" has revision 1 in another shard');
    expect(printed).not.toMatch(/[[\p{Cc}\p{Bidi_Control}]--[\n]]/v);
  });
});

describe("what is no violation", () => {
  test("a command id that comes again when it is no longer remembered", async () => {
    const week = 7 * 24 * 60 * 60 * 1_000;
    const { places } = await found(
      `update ego_events set command_id = 'ann-2', recorded_at = recorded_at + ${week} where ${ann} and revision = 9`,
    );
    expect(places).toEqual([]);
  });

  test("a command id that two entities have", async () => {
    expect((await found("update ego_events set command_id = 'c' || revision")).places).toEqual([]);
  });

  test("a tombstone", async () => {
    expect((await found(`update ego_events set payload = null where ${ann} and revision < 5`)).places).toEqual([]);
  });

  test("a type that the application does not know: it is a warning", async () => {
    const rename =
      "update ego_types set name = 'bank.v1.' || char(27) || 'Paid' where name = 'bank.v1.AccountCredited'";
    const { report } = await found(rename);
    expect(report).toMatchObject({ sound: true, unknownTypes: [{ entity: "account", events: 36 }] });
    expect((await ego(copyWith(rename), "verify")).printed).toMatch(
      /\nwarning: the application does not know "bank\.v1\.\\u001bPaid" of account: 36 events, the first at position 2 of shard \d+\nThe journal is sound\.$/,
    );
  });
});

test("of a named store, nobody says which types there are", async () => {
  const { exitCode, printed } = await ego(sound, "verify", "--store", "sqlite:bank.db");
  expect(exitCode).toBe(0);
  expect(printed).toMatch(/\nTypes of events are not looked at: ego\.config\.ts says which there are\.\n/);
});

test("what is typed wrong exits with 2, since 1 is an answer", async () => {
  for (const args of [["verfy"], ["verify", "x"], ["verify", "--stor", "x"]]) {
    const { exitCode } = await ego(journalProject(), ...args);
    expect(exitCode).toBe(args[0] === "verify" ? 2 : 1);
  }
});

test("on a terminal it shows how far it is, on one line that is gone in the end", async () => {
  const shown: string[] = [];
  const host = { ...fakeHost(copyWith()), progress: (line: string) => void shown.push(line) };
  expect(await main(["verify"], host)).toBe(0);
  expect(shown[0]).toBe("Verifying: 1 of 64 shards, 0 events");
  expect(shown.at(-1)).toBe("");
});

test("what the command line takes for the tools is what the runtime has", () => {
  expectTypeOf<typeof tools>().toExtend<JournalTools>();
  expectTypeOf<Store>().toExtend<OpenStore>();
});
