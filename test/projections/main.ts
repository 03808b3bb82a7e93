// npm run torture:projections -- --kills 200 --store postgres [--inline], or --blue-green 1000000: the long forms. Write
// bench/results/projections-kill-STORE.json or projections-blue-green-STORE.json, and end with 1 if anything was wrong.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openPlaces } from "../../bench/place.ts";
import { run } from "../../bench/results.ts";
import { hostOf, missing } from "../torture/host.ts";
import { blueGreen } from "./blue-green.ts";
import { killAgainAndAgain } from "./killer.ts";

const { values } = parseArgs({
  options: {
    store: { type: "string", default: "sqlite" },
    seed: { type: "string", default: "7" },
    kills: { type: "string", default: "200" },
    inline: { type: "boolean", default: false },
    "blue-green": { type: "string" },
  },
});
const { store } = values;
if (store !== "sqlite" && store !== "postgres") fail("--store is sqlite or postgres");
const reason = await missing(store);
if (reason !== undefined) fail(reason);

const made = run();
const events = values["blue-green"] === undefined ? undefined : numberOf("blue-green");
if (events === undefined) await kill(store);
else await swap(store, events);

async function kill(on: "sqlite" | "postgres"): Promise<void> {
  const options = {
    seed: numberOf("seed"),
    kills: numberOf("kills"),
    engines: on === "sqlite" ? 1 : 2,
    inline: values.inline,
  };
  const folder = mkdtempSync(join(tmpdir(), "ego-projections-"));
  try {
    await using host = await hostOf(on, folder);
    const { stderr, ...result } = await killAgainAndAgain({
      ...options,
      place: host.place,
      onKill(kills) {
        if (kills % 10 === 0) process.stderr.write(`${kills} kills\n`);
      },
    });
    process.stderr.write(stderr);
    keep(`projections-kill-${on}${values.inline ? "-inline" : ""}`, { store: on, ...options, ...result });
    if (Object.keys(result.problems).length > 0) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function swap(on: "sqlite" | "postgres", about: number): Promise<void> {
  await using places = await openPlaces([on]);
  const onStep = (step: string) => process.stderr.write(`${step} …\n`);
  const result = await blueGreen({ store: on, place: places.next(), events: about, onStep });
  keep(`projections-blue-green-${on}`, { store: on, ...result });
  if (result.problems.length > 0) process.exitCode = 1;
}

function keep(name: string, result: object): void {
  const text = JSON.stringify({ ...made, ...result }, undefined, 2);
  writeFileSync(join(import.meta.dirname, `../../bench/results/${name}.json`), `${text}\n`);
  console.log(text);
}

function numberOf(name: "seed" | "kills" | "blue-green"): number {
  const number = Number(values[name]);
  if (!Number.isSafeInteger(number) || number < 1) fail(`--${name} is a whole number, 1 or more`);
  return number;
}

function fail(what: string): never {
  console.error(what);
  process.exit(2);
}
