import type { EngineLoad } from "./engine-run.ts";
import type { Load } from "./load.ts";
import { median, type Run, rounded, tableOf } from "./results.ts";
import type { Scenario } from "./scenario.ts";

/** A scenario with the medians of its rounds. */
export interface Row extends Scenario {
  readonly commandsPerSecond: number;
  /** Events per second of the raw limit. */
  readonly rawPerSecond: number;
  /** Of the raw limit: the median of the ratios of each round. */
  readonly ratio: number;
  readonly commandsPerTransaction: number;
  readonly cpuMicrosPerCommand: number;
  /** Time of one command as its caller sees it, in milliseconds. */
  readonly latencyP50Ms: number;
  readonly latencyP99Ms: number;
  /** Time of one batch of the raw limit, in milliseconds. */
  readonly rawP50Ms: number;
  readonly rawP99Ms: number;
  /** How late the event loop was, in milliseconds: the 99th percentile. */
  readonly loopDelayP99Ms: number;
}

/** A run of the benchmark, as it is kept. */
export interface Report extends Run {
  readonly rounds: number;
  readonly msPerRun: number;
  readonly rows: readonly Row[];
}

/** The medians of the rounds of one scenario; the n-th of both were run one after the other. */
export function rowOf(scenario: Scenario, engine: readonly EngineLoad[], raw: readonly Load[]): Row {
  const of = (pick: (one: EngineLoad) => number, digits: number) => rounded(median(engine.map(pick)), digits);
  const ofRaw = (pick: (one: Load) => number, digits: number) => rounded(median(raw.map(pick)), digits);
  const ratios = engine.map(({ perSecond }, round) => perSecond / (raw[round]?.perSecond ?? Number.NaN));
  return {
    ...scenario,
    commandsPerSecond: of((one) => one.perSecond, 0),
    rawPerSecond: ofRaw((one) => one.perSecond, 0),
    ratio: rounded(median(ratios), 3),
    commandsPerTransaction: of((one) => one.commandsPerTransaction, 1),
    cpuMicrosPerCommand: of((one) => one.cpuMicros, 1),
    latencyP50Ms: of((one) => one.p50Ms, 3),
    latencyP99Ms: of((one) => one.p99Ms, 3),
    rawP50Ms: ofRaw((one) => one.p50Ms, 3),
    rawP99Ms: ofRaw((one) => one.p99Ms, 3),
    loopDelayP99Ms: of((one) => one.loopDelayP99Ms, 2),
  };
}

/** The run as a Markdown table. */
export function markdownOf({ rows }: Pick<Report, "rows">): string[] {
  const head = [
    "store",
    "callers",
    "entities",
    "commands/s",
    "raw limit/s",
    "ratio",
    "commands per transaction",
    "CPU µs per command",
    "p50 ms",
    "p99 ms",
    "p99 / p50",
    "raw p99 / p50",
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
    row.cpuMicrosPerCommand,
    row.latencyP50Ms,
    row.latencyP99Ms,
    (row.latencyP99Ms / row.latencyP50Ms).toFixed(1),
    (row.rawP99Ms / row.rawP50Ms).toFixed(1),
    row.loopDelayP99Ms,
  ]);
  return tableOf(head, lines);
}
