import { median, type Run, rounded, run, tableOf } from "./results.ts";
import type { Measured, Scenario } from "./scenario.ts";

/** A scenario with its medians. */
export interface Row extends Scenario, Measured {
  /** Events per second of the raw limit. */
  readonly rawPerSecond: number;
  /** Of the raw limit. */
  readonly ratio: number;
}

/** A run of the benchmark, as it is kept. */
export interface Report extends Run {
  readonly rounds: number;
  readonly msPerRun: number;
  readonly rows: readonly Row[];
}

/** The medians of the rounds of one scenario. */
export function rowOf(scenario: Scenario, engine: readonly Measured[], raw: readonly number[]): Row {
  const of = (pick: (one: Measured) => number) => median(engine.map(pick));
  const commandsPerSecond = of((one) => one.commandsPerSecond);
  const rawPerSecond = median(raw);
  return {
    ...scenario,
    commandsPerSecond: Math.round(commandsPerSecond),
    rawPerSecond: Math.round(rawPerSecond),
    ratio: rounded(commandsPerSecond / rawPerSecond, 3),
    commandsPerTransaction: rounded(
      of((one) => one.commandsPerTransaction),
      1,
    ),
    loopDelayP99Ms: rounded(
      of((one) => one.loopDelayP99Ms),
      2,
    ),
    latencyP50Ms: rounded(
      of((one) => one.latencyP50Ms),
      3,
    ),
    latencyP99Ms: rounded(
      of((one) => one.latencyP99Ms),
      3,
    ),
  };
}

/** The run with what it ran on. */
export function reportOf(rows: readonly Row[], rounds: number, msPerRun: number): Report {
  return { ...run(), rounds, msPerRun, rows };
}

/** The run as a Markdown table. */
export function markdownOf({ rows }: Report): string[] {
  const head = [
    "store",
    "callers",
    "entities",
    "commands/s",
    "raw limit/s",
    "ratio",
    "commands per transaction",
    "p50 ms",
    "p99 ms",
    "loop delay p99 ms",
  ];
  const lines = rows.map((row) => [
    row.store,
    row.callers,
    row.entities,
    row.commandsPerSecond,
    row.rawPerSecond,
    row.ratio.toFixed(2),
    row.commandsPerTransaction,
    row.latencyP50Ms,
    row.latencyP99Ms,
    row.loopDelayP99Ms,
  ]);
  return tableOf(head, lines);
}
