// npm run bench [-- --ms 1000 --rounds 3]: commands per second beside the raw limit of the same run.
// Writes bench/results/commands.json, and the table in docs/benchmarks.md.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { onFreePort } from "../test/servers/server/free-port.ts";
import { postgresServer } from "../test/servers/server/postgres-server.ts";
import { runEngine } from "./engine-run.ts";
import { runRaw } from "./raw-run.ts";
import { markdownOf, type Row, reportOf, rowOf } from "./report.ts";
import { writeResults } from "./results.ts";
import { type Measured, type Place, scenarios } from "./scenario.ts";

const { values } = parseArgs({
  options: { ms: { type: "string", default: "1000" }, rounds: { type: "string", default: "3" } },
});
const ms = Number(values.ms);
const rounds = Number(values.rounds);

const server = await onFreePort(postgresServer.start);
const folder = mkdtempSync(join(tmpdir(), "ego-bench-"));
let places = 0;
const newPlace = (): Place => {
  const name = `run_${++places}`;
  return { filename: join(folder, `${name}.db`), url: server.url, schema: name };
};
const rows: Row[] = [];
for (const [index, scenario] of scenarios.entries()) {
  const label = `${scenario.store}, ${scenario.callers} callers × ${scenario.entities} entities`;
  process.stderr.write(`${String(index + 1).padStart(2)}/${scenarios.length} ${label.padEnd(42)}`);
  const engine: Measured[] = [];
  const raw: number[] = [];
  for (let round = 0; round < rounds; round++) {
    raw.push(await runRaw(scenario, ms, newPlace()));
    engine.push(await runEngine(scenario, ms, newPlace()));
  }
  const row = rowOf(scenario, engine, raw);
  rows.push(row);
  process.stderr.write(
    `${row.commandsPerSecond.toLocaleString("en").padStart(9)} commands/s, ${row.ratio.toFixed(2)} of raw\n`,
  );
}
rmSync(folder, { recursive: true });
await server.stop();

const report = reportOf(rows, rounds, ms);
writeResults("commands", report, markdownOf(report), `; medians of ${rounds} interleaved runs of ${ms} ms`);
