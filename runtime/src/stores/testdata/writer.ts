// A second process for tests: appends to shared entities until each of its commands is stored.
// Arguments: file, name of the writer, number of commands, driver.
import { type SqliteStoreOptions, sqliteStore } from "../sql/sqlite.ts";
import { appendOf } from "./appends.ts";

const [filename = "", writer = "", count = "0", driver] = process.argv.slice(2);
const store = sqliteStore({ filename, driver, busyTimeoutMs: 30_000 } as SqliteStoreOptions);
await store.open?.([]);
const heads = new Map<string, number>();
for (let n = 0; n < Number(count); n++) {
  const own = appendOf(`own-${writer}`, n);
  let waiting = ["a", "b", "c"].map((id) => ({ id, commandId: `${writer}-${id}-${n}` }));
  let batch = [own];
  while (waiting.length > 0) {
    batch.push(...waiting.map(({ id, commandId }) => appendOf(id, heads.get(id) ?? 0, { commandId })));
    const results = await store.events.append(batch);
    const answers = results.slice(batch.length - waiting.length);
    waiting = waiting.filter(({ id }, index) => {
      const answer = answers[index];
      heads.set(id, answer?.stored === false ? answer.head : (heads.get(id) ?? 0) + 1);
      return answer?.stored === false;
    });
    batch = [];
  }
}
await store.close?.();
