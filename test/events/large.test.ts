import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { type Append, shardOf } from "@ego/runtime";
import { expect, test } from "vitest";
import { fileStore, journalProject, root } from "./journal-project.ts";

const eventCount = 50_000;
const payload = new Uint8Array(1_000);

/** Audits the journal, and measures after every eighth page what of it is still in memory: the collector takes long. */
const program = `
  import { sqliteStore } from ${JSON.stringify(join(root, "runtime/src/stores/sql/sqlite.ts"))};
  import { auditJournal } from ${JSON.stringify(join(root, "runtime/src/tools/index.ts"))};

  function live() {
    gc();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  }
  const store = sqliteStore({ filename: "bank.db" });
  await store.openToRead([]);
  const audit = auditJournal(store.events);
  const before = live();
  let peak = 0;
  let step = await audit.next();
  for (let page = 0; !step.done; step = await audit.next()) if (page++ % 8 === 0) peak = Math.max(peak, live());
  await store.close();
  console.log(JSON.stringify({ report: step.value, peak: peak - before }));`;

/** Ten events of one account, by one command. */
function appendOf(id: number, shardCount: number): Append {
  const entityId = `account-${id}`;
  return {
    entityType: "account",
    entityId,
    shard: shardOf("account", entityId, shardCount),
    expectedRevision: 0,
    events: Array.from({ length: 10 }, () => ({ type: "bank.v1.AccountOpened", payload })),
    metadata: new Uint8Array(0),
    commandId: `c-${id}`,
    recordedAt: 0,
  };
}

test("50,000 events of 50 MB are verified with a tenth of that in memory", { timeout: 180_000 }, async () => {
  const cwd = journalProject();
  const store = fileStore(cwd);
  await store.open?.([]);
  for (let first = 0; first < eventCount / 10; first += 500) {
    await store.events.append(Array.from({ length: 500 }, (_, index) => appendOf(first + index, 64)));
  }
  await store.close?.();

  const args = ["--expose-gc", "--conditions=@ego/source", "--input-type=module", "--eval", program];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
  const { report, peak } = JSON.parse(stdout || stderr) as { report: object; peak: number };
  expect(report).toMatchObject({ violations: 0, events: eventCount, entities: eventCount / 10 });
  expect(peak).toBeLessThan((eventCount * payload.length) / 10);
});
