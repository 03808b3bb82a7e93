import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Verdict } from "./checker.ts";
import type { Evidence } from "./evidence.ts";
import { type CheckOrders, readEvidence } from "./evidence-files.ts";
import type { FaultShares } from "./faults.ts";
import { type Host, hostOf } from "./host.ts";
import type { StoreName } from "./place.ts";
import { type Plan, planOf } from "./plan.ts";
import { EngineProcess, nodeArguments, programOf } from "./process.ts";
import type { Saboteur } from "./saboteur.ts";

/** What is done to an engine and its store. */
export interface TortureOptions {
  readonly store: StoreName;
  readonly seed: number;
  readonly commands: number;
  /** Clients of each engine. */
  readonly clients: number;
  /** How often the process of each engine is killed. */
  readonly kills: number;
  /** How often the database server is restarted. */
  readonly restarts: number;
  readonly faults: FaultShares;
  /** How long an engine waits for its store, in milliseconds; {@link usualStoreTimeoutMs} if not given. */
  readonly storeTimeoutMs?: number;
  readonly saboteur?: Saboteur;
}

/** What happened, and what the checker says of it. */
export interface TortureResult extends Verdict {
  /** Processes that were killed, and how many of them had commands under way. */
  readonly kills: number;
  readonly killsInFlight: number;
  readonly restarts: number;
  /** Faults of the stores that were counted; those of the last moments before a kill are not. */
  readonly faults: number;
  /** Commands that were sent again: since it was not known what became of them, or to see whether they come again. */
  readonly retries: number;
  /** What the processes said on standard error. */
  readonly stderr: string;
  readonly seconds: { readonly commands: number; readonly check: number };
}

/** What somebody who tortures is told meanwhile. */
export interface TortureHooks {
  readonly onProgress?: (answered: number) => void;
  /** What the checker is given. */
  readonly onEvidence?: (evidence: Evidence) => void;
}

/** The faults of a store that is tortured. */
export const usualFaults: FaultShares = { before: 0.02, after: 0.02, late: 0.03, hang: 0.003, read: 0.003 };

/** How long an engine that is tortured waits for its store, in milliseconds. */
export const usualStoreTimeoutMs = 400;

/**
 * Sends the commands of a plan to two engines on one journal, kills their processes, restarts the database, lets
 * stores fail, and has a process of its own compare what clients were told with what is stored.
 */
export async function torture(options: TortureOptions, hooks: TortureHooks = {}): Promise<TortureResult> {
  const folder = mkdtempSync(join(tmpdir(), `ego-torture-${options.store}-`));
  try {
    await using host = await hostOf(options.store, folder);
    const plan = planOf(options.seed, options.commands);
    const started = performance.now();
    const ran = await run(options, plan, host, folder, hooks.onProgress ?? (() => {}));
    const commandsDone = performance.now();
    const journal = join(folder, "journal.jsonl");
    const { seed, commands, store } = options;
    if (store !== "memory") await runNode("reader", { place: host.place, seed, commands, path: journal });
    const orders: CheckOrders = { seed, commands, journal, logs: ran.logs };
    hooks.onEvidence?.(await readEvidence(orders));
    const verdict: Verdict = JSON.parse(await runNode("check", orders));
    const { kills, killsInFlight, restarts, faults, stderr } = ran;
    return {
      kills,
      killsInFlight,
      restarts,
      faults,
      stderr,
      retries: verdict.checked.attempts - verdict.checked.reads - plannedDeliveries(plan),
      seconds: {
        commands: seconds(commandsDone - started),
        check: seconds(performance.now() - commandsDone),
      },
      ...verdict,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Ran extends Pick<TortureResult, "kills" | "killsInFlight" | "restarts" | "faults" | "stderr"> {
  readonly logs: CheckOrders["logs"];
}

async function run(
  { store, kills, restarts, saboteur, ...options }: TortureOptions,
  plan: Plan,
  host: Host,
  folder: string,
  onProgress: (answered: number) => void,
): Promise<Ran> {
  // What is in memory is lost with its process: both engines are in one.
  const engines = store === "memory" ? [[0, 1]] : [[0], [1]];
  const processes = engines.map(
    (of) =>
      new EngineProcess(
        { storeTimeoutMs: usualStoreTimeoutMs, ...options, place: host.place, ...(saboteur ? { saboteur } : {}) },
        plan,
        of,
        folder,
      ),
  );
  const due = host.restart ? [...plan.restartsAfter(restarts)] : [];
  let restarting = Promise.resolve();
  let restarted = 0;
  const progress = () => {
    const answered = processes.reduce((sum, one) => sum + one.answered, 0);
    onProgress(answered);
    while (due[0] !== undefined && answered >= due[0]) {
      due.shift();
      restarting = restarting.then(() => host.restart?.(restarted++));
    }
  };
  try {
    await Promise.all(
      processes.map((one) => one.run(store === "memory" ? [] : plan.killsAfter(one.engines[0] ?? 0, kills), progress)),
    );
  } finally {
    // Also where a process failed: the server is not stopped while it starts.
    await restarting;
  }
  const sum = (of: (one: EngineProcess) => number) => processes.reduce((total, one) => total + of(one), 0);
  return {
    logs: processes.flatMap((one) => one.logs),
    kills: sum((one) => one.kills),
    killsInFlight: sum((one) => one.killsInFlight),
    restarts: restarted,
    faults: sum((one) => one.faults),
    stderr: processes.map((one) => one.stderr).join(""),
  };
}

/** Commands as often as the plan delivers each for the first time. */
function plannedDeliveries(plan: Plan): number {
  let deliveries = 0;
  for (let number = 0; number < plan.commands; number++) deliveries += plan.enginesOf(number).length;
  return deliveries;
}

async function runNode(program: "reader" | "check", orders: object): Promise<string> {
  const args = [...nodeArguments, "--max-old-space-size=8192", await programOf(program)];
  const { stdout } = await promisify(execFile)(process.execPath, [...args, JSON.stringify(orders)], {
    maxBuffer: 2 ** 26,
  });
  return stdout;
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}
