// npm run torture -- --store postgres --commands 1000000 --seed 7: the long form. Writes bench/results/torture-STORE.json,
// and ends with 1 if the checker found anything.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { run } from "../../bench/results.ts";
import { missing, restarts } from "./host.ts";
import { type StoreName, storeNames } from "./place.ts";
import { torture, usualFaults, usualStoreTimeoutMs } from "./torture.ts";

const { values } = parseArgs({
  options: {
    store: { type: "string", default: "sqlite" },
    commands: { type: "string", default: "1000000" },
    seed: { type: "string", default: "7" },
    clients: { type: "string", default: "256" },
    kills: { type: "string" },
    restarts: { type: "string" },
  },
});
const store = storeNames.find((name) => name === values.store);
if (!store) fail(`--store is one of ${storeNames.join(", ")}`);
const reason = await missing(store);
if (reason !== undefined) fail(reason);

const commands = numberOf("commands");
const options = {
  store,
  seed: numberOf("seed"),
  commands,
  clients: numberOf("clients"),
  // A kill of each engine for every 50,000 commands, and a restart as often.
  kills: store === "memory" ? 0 : numberOf("kills", Math.max(2, Math.round(commands / 50_000))),
  restarts: restarts(store) ? numberOf("restarts", Math.max(2, Math.round(commands / 50_000))) : 0,
  // In a long run each of the batches that hang holds up hundreds of commands.
  faults: { ...usualFaults, hang: 0.0005 },
  // A server beside engines that take all of the machine is slower than this process, and each connection that is given up
  // costs it another one.
  storeTimeoutMs: restarts(store) ? 4_000 : usualStoreTimeoutMs,
};
const made = run();
process.stderr.write(`torture of ${store}: ${commands.toLocaleString("en")} commands, seed ${options.seed}\n`);
const started = performance.now();
let told = started;
const result = await torture(options, {
  onProgress(answered) {
    if (performance.now() - told < 5_000) return;
    told = performance.now();
    const perSecond = Math.round((answered / (told - started)) * 1_000);
    process.stderr.write(
      `${answered.toLocaleString("en").padStart(12)} answered, ${perSecond.toLocaleString("en")}/s\n`,
    );
  },
});
const { stderr, ...rest } = result;
process.stderr.write(stderr);
const text = JSON.stringify({ ...made, ...options, ...rest }, undefined, 2);
writeFileSync(join(import.meta.dirname, `../../bench/results/torture-${store as StoreName}.json`), `${text}\n`);
console.log(text);
if (Object.keys(result.problems).length > 0) process.exitCode = 1;

function numberOf(name: keyof typeof values, otherwise?: number): number {
  const number = values[name] === undefined ? otherwise : Number(values[name]);
  if (number === undefined || !Number.isSafeInteger(number) || number < 0) fail(`--${name} is a whole number`);
  return number;
}

function fail(what: string): never {
  console.error(what);
  process.exit(2);
}
