import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projection, shardOf } from "@ego/runtime";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { account } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { changed, ego, fileStore, journalProject, runningBank } from "./journal-project.ts";

// Each verb loads the application, and opens the store in a thread.
vi.setConfig({ testTimeout: 120_000 });

/** A journal with two events of one account, which two projections have done. */
let sound: string;
const shard = shardOf("account", "ann", 64);
const seen = (name: string) => projection<typeof account>({ name, entities: [account], handle: async () => {} });

beforeAll(async () => {
  sound = mkdtempSync(join(tmpdir(), "ego-verify-"));
  const done: string[] = [];
  const counted = (name: string) =>
    projection<typeof account>({
      name,
      entities: [account],
      handle: async ({ revision }) => void done.push(`${name} ${revision}`),
    });
  {
    await using bank = await runningBank(fileStore(sound), { projections: [counted("mails"), counted("seen")] });
    await bank.account("ann").openAccount({ ownerEmail: "ann", openingCents: 5n });
    await vi.waitFor(() => expect(done.toSorted()).toEqual(["mails 1", "mails 2", "seen 1", "seen 2"]));
  }
});
afterAll(() => rmSync(sound, { recursive: true }));

/** What `ego verify` says of a copy that was changed by SQL. */
async function found(...statements: readonly string[]) {
  const cwd = journalProject();
  copyFileSync(join(sound, "bank.db"), join(cwd, "bank.db"));
  changed(cwd, ...statements);
  const { exitCode, printed } = await ego(cwd, "verify", "--json");
  const { places } = JSON.parse(printed) as { places: readonly { readonly kind: string; readonly text: string }[] };
  expect(exitCode).toBe(places.length > 0 ? 1 : 0);
  return places.map(({ kind, text }) => `${kind}: ${text}`);
}

test("projections that have done all there is are sound", async () => {
  expect(await found()).toEqual([]);
});

test("one that is behind is sound too, and so is one that rests", async () => {
  expect(await found("update ego_offsets set position = 0", "update ego_projections set wanted = 'paused'")).toEqual(
    [],
  );
});

describe("of projections that are not, each place is named", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    [
      "an offset beyond the end of its shard",
      [`update ego_offsets set position = 9 where projection = 'mails' and shard = ${shard}`],
      [`offset_beyond_head: version 1 of projection "mails" is at position 9 of shard ${shard}, which ends at 2`],
    ],
    [
      "the last event of a shard that was removed, which they had done",
      [`delete from ego_events where revision = 2`, "delete from ego_projections where name = 'seen'"],
      [
        `offset_beyond_head: version 1 of projection "mails" is at position 2 of shard ${shard}, which ends at 1`,
        `stray_offsets: version 1 of projection "seen" has offsets and is not there`,
        `stray_lease: part 0 of version 1 of projection "seen" is free, and that version is not there`,
      ],
    ],
    [
      "shards without an offset",
      ["delete from ego_offsets where projection = 'mails' and shard in (3, 4, 5, 63)"],
      [
        'missing_offsets: version 1 of projection "mails" has no offset of shards 3 to 5: it does not read them',
        'missing_offsets: version 1 of projection "mails" has no offset of shard 63: it does not read it',
      ],
    ],
    [
      "a shard that the journal does not have",
      ["update ego_offsets set shard = 64 where projection = 'mails' and shard = 63"],
      [
        'missing_offsets: version 1 of projection "mails" has no offset of shard 63: it does not read it',
        'stray_offsets: version 1 of projection "mails" has offsets of shard 64, which the journal does not have',
      ],
    ],
    [
      "two live versions",
      [
        "insert into ego_projections select name, 2, role, wanted, failure, parts, begun_at from ego_projections where name = 'mails'",
        "insert into ego_offsets select projection, 2, shard, position, fence from ego_offsets where projection = 'mails'",
      ],
      ['several_live_versions: projection "mails" has 2 live versions: 1, 2'],
    ],
    [
      "leases of a version that is not there, and of a part that it does not have",
      [
        "insert into ego_leases (projection, version, part, owner, expires_at) values ('mails', 7, 0, char(27) || 'node', 5)",
        "insert into ego_leases (projection, version, part, owner, expires_at) values ('mails', 1, 3, null, 0)",
      ],
      [
        'stray_lease: part 3 of version 1 of projection "mails" is free, and that version has 1, from 0 on',
        'stray_lease: part 0 of version 7 of projection "mails" is with "\\u001bnode", and that version is not there',
      ],
    ],
  ])("%s", async (_, statements, places) => {
    expect(await found(...statements)).toEqual(places);
  });
});

test("engines may project meanwhile: none is said to be further than the journal", async () => {
  const cwd = journalProject();
  copyFileSync(join(sound, "bank.db"), join(cwd, "bank.db"));
  await using bank = await runningBank(fileStore(cwd), { projections: [seen("mails"), seen("seen")] });
  let writing = true;
  const writer = (async () => {
    for (let n = 0; writing; n++) await bank.account(`a${n}`).openAccount({ ownerEmail: "a" });
  })();
  for (let n = 0; n < 3; n++) {
    expect((await ego(cwd, "verify")).printed).toMatch(/\nThe journal is sound\.$/);
  }
  writing = false;
  await writer;
});
