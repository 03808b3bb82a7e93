import { test } from "vitest";
import { findingLines } from "../../cli/src/project/finding.ts";
import { changes } from "./changes-table.ts";
import { changesOf, findingsOf } from "./compared.ts";

test("try", async () => {
  const t = performance.now();
  const versions = changes.map((row) => ({ before: row.before, now: row.now }));
  const c = changesOf(versions);
  const f = await findingsOf(c);
  for (const [i, row] of changes.entries()) console.log(`## ${row.change}\n${findingLines(f[i] ?? []).join("\n")}`);
  console.log(performance.now() - t);
});
