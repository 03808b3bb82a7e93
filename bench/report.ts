import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import type { Measured, Scenario } from "./scenario.ts";

/** A scenario with its medians. */
export interface Row extends Scenario, Measured {
  /** Events per second of the raw limit. */
  readonly rawPerSecond: number;
  /** Of the raw limit. */
  readonly ratio: number;
}

/** A run of the benchmark, as it is kept. */
export interface Report {
  readonly date: string;
  readonly commit: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number; readonly node: string };
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
    ratio: round(commandsPerSecond / rawPerSecond, 3),
    commandsPerTransaction: round(
      of((one) => one.commandsPerTransaction),
      1,
    ),
    loopDelayP99Ms: round(
      of((one) => one.loopDelayP99Ms),
      2,
    ),
    latencyP50Ms: round(
      of((one) => one.latencyP50Ms),
      3,
    ),
    latencyP99Ms: round(
      of((one) => one.latencyP99Ms),
      3,
    ),
  };
}

/** The run with what it ran on. */
export function reportOf(rows: readonly Row[], rounds: number, msPerRun: number): Report {
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim(),
    machine: {
      cpu: cpus()[0]?.model ?? "unknown",
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      node: process.versions.node,
    },
    rounds,
    msPerRun,
    rows,
  };
}

/** The run as a Markdown table. */
export function markdownOf(report: Report): string {
  const { machine } = report;
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
  const lines = report.rows.map((row) => [
    row.store,
    row.callers,
    row.entities.toLocaleString("en"),
    row.commandsPerSecond.toLocaleString("en"),
    row.rawPerSecond.toLocaleString("en"),
    row.ratio.toFixed(2),
    row.commandsPerTransaction,
    row.latencyP50Ms,
    row.latencyP99Ms,
    row.loopDelayP99Ms,
  ]);
  return [
    `${report.date}, commit ${report.commit}, ${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB, Node ${machine.node}; medians of ${report.rounds} interleaved runs of ${report.msPerRun} ms.`,
    "",
    `| ${head.join(" | ")} |`,
    `| ${head.map((_, i) => (i === 0 ? "---" : "---:")).join(" | ")} |`,
    ...lines.map((cells) => `| ${cells.join(" | ")} |`),
  ].join("\n");
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
