// npm run simulate [-- --seeds 100000] [-- --from 1]: worlds of so many seeds; a failing one is printed.
// npm run simulate -- --seed 17: all that happens in one of them.
// 100,000 seeds or more are written to bench/results/simulation.json.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { rounded, run } from "../../bench/results.ts";
import { simulate } from "./simulation.ts";
import { count, failuresOf, newTally, type Tally } from "./tally.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "2000" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
  },
});

if (values.seed !== undefined) await show(Number(values.seed));
else await runAll(Number(values.from), Number(values.seeds));

async function show(seed: number): Promise<void> {
  const { trace, problems, plan } = await simulate(seed);
  console.log(`${JSON.stringify(plan)}\n${trace.join("\n")}`);
  for (const problem of problems) console.log(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

async function runAll(from: number, seeds: number): Promise<void> {
  // The code that runs is that of now, whatever is committed meanwhile.
  const thisRun = run();
  const started = performance.now();
  const secondsSince = () => (performance.now() - started) / 1_000;
  const tally = newTally();
  const every = Math.max(1, Math.round(seeds / 100));
  for (let i = 0; i < seeds; i++) {
    count(tally, await simulate(from + i));
    if ((i + 1) % every === 0) progress(tally, seeds, secondsSince());
  }
  process.stderr.write("\n");
  if (tally.failures.length > 0) console.log(failuresOf(tally));
  console.log(JSON.stringify(tally.answers));
  console.log(JSON.stringify(tally.accidents));
  if (seeds >= 100_000) {
    const results = { ...thisRun, from, seeds, seconds: rounded(secondsSince(), 0), ...tally };
    const path = join(import.meta.dirname, "../../bench/results/simulation.json");
    writeFileSync(path, `${JSON.stringify(results, undefined, 2)}\n`);
  }
  process.exitCode = tally.failures.length === 0 ? 0 : 1;
}

function progress({ worlds, attempts, failures }: Tally, seeds: number, seconds: number): void {
  const left = Math.round((seconds / worlds) * (seeds - worlds));
  process.stderr.write(
    `\r${worlds.toLocaleString("en")} of ${seeds.toLocaleString("en")} worlds, ${attempts.toLocaleString("en")} commands, ${failures.length} failed, ${left} s left `,
  );
}
