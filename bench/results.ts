import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";

/** What a run was made with. */
export interface Run {
  readonly date: string;
  readonly commit: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number; readonly node: string };
}

/** The run that is going on. */
export function run(): Run {
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim(),
    machine: {
      cpu: cpus()[0]?.model ?? "unknown",
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      node: process.versions.node,
    },
  };
}

function textOf({ date, commit, machine }: Run): string {
  return `${date}, commit ${commit}, ${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB, Node ${machine.node}`;
}

/** The middle one of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A number with few digits behind the point. */
export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** A Markdown table; numbers are grouped by thousands, and right. */
export function tableOf(head: readonly string[], rows: readonly (readonly (number | string)[])[]): string[] {
  const line = (cells: readonly (number | string)[]) => `| ${cells.map(cellOf).join(" | ")} |`;
  const isText = (index: number) => rows.some((row) => /[a-z]/i.test(String(row[index])));
  const rule = head.map((_, index) => (isText(index) ? "---" : "---:"));
  return [line(head), line(rule), ...rows.map(line)];
}

function cellOf(cell: number | string): string {
  return typeof cell === "number" ? cell.toLocaleString("en") : cell;
}

/**
 * Keeps the results of a benchmark: in bench/results/NAME.json, and as Markdown between the marks `<!-- NAME -->` and
 * `<!-- end -->` of docs/benchmarks.md, with date, commit and machine, and how it was measured.
 */
export function writeResults<R extends Run>(name: string, results: R, markdown: readonly string[], how = ""): void {
  writeFileSync(join(import.meta.dirname, `results/${name}.json`), `${JSON.stringify(results, undefined, 2)}\n`);
  const page = join(import.meta.dirname, "../docs/benchmarks.md");
  const marked = new RegExp(`(<!-- ${name} -->\n).*?(<!-- end -->)`, "s");
  const text = `${textOf(results)}${how}.\n\n${markdown.join("\n")}`;
  writeFileSync(
    page,
    readFileSync(page, "utf8").replace(marked, (_, start, end) => `${start}\n${text}\n\n${end}`),
  );
  console.log(text);
}
