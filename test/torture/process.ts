import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { bundled } from "../bundled.ts";
import { isFinal } from "./evidence.ts";
import { readLog } from "./log.ts";
import type { EngineOrders, Orders, Progress } from "./orders.ts";
import type { Plan } from "./plan.ts";

/** How Node runs a program of these. */
export const nodeArguments: readonly string[] = ["--disable-warning=ExperimentalWarning"];

type Program = "app" | "reader" | "check";
let programs: Promise<Readonly<Record<Program, string>>> | undefined;

/** The file that is run as one of the processes. */
export async function programOf(name: Program): Promise<string> {
  const file = (of: Program) => join(import.meta.dirname, `${of}.ts`);
  programs ??= bundled({ app: file("app"), reader: file("reader"), check: file("check") });
  return (await programs)[name];
}

/** Clients whose answer was lost on its way send their command again: after a kill the last ones all do. */
const lostAnswers = 20;

/** The process of an engine, or of both, which is killed and started again until all commands are answered. */
export class EngineProcess {
  readonly engines: readonly number[];
  readonly #orders: Omit<Orders, "engines">;
  readonly #plan: Plan;
  readonly #folder: string;
  /** What each engine is to do next. */
  #next: readonly EngineOrders[];
  #answeredBefore = 0;
  #last: Progress = { answered: 0, faults: 0 };
  readonly logs: { readonly engine: string; readonly path: string }[] = [];
  kills = 0;
  /** Kills that left commands without an answer. */
  killsInFlight = 0;
  faults = 0;
  stderr = "";

  constructor(orders: Omit<Orders, "engines" | "journal">, plan: Plan, engines: readonly number[], folder: string) {
    this.engines = engines;
    this.#orders = { ...orders, journal: join(folder, "journal.jsonl") };
    this.#plan = plan;
    this.#folder = folder;
    this.#next = engines.map((engine) => ({ engine, life: 0, log: this.#logOf(engine, 0), again: [], from: 0 }));
  }

  /** Commands that were answered, in all lives; those that came again count again. */
  get answered(): number {
    return this.#answeredBefore + this.#last.answered;
  }

  /**
   * Lives once more than it is killed: after so many answers of a life each time.
   *
   * @throws Error if it ends otherwise
   */
  async run(killsAfter: readonly number[], onProgress: () => void): Promise<void> {
    for (const after of [...killsAfter, Number.POSITIVE_INFINITY]) {
      const { done, signal, code } = await this.#live(after, onProgress);
      this.#answeredBefore += this.#last.answered;
      this.faults += this.#last.faults;
      this.#last = { answered: 0, faults: 0 };
      if (signal === "SIGKILL") this.kills++;
      else if (!done || code !== 0) throw new Error(`An engine ended with ${signal ?? code}.\n${this.stderr}`);
      const next = await Promise.all(this.#next.map((own) => this.#afterLife(own)));
      if (signal === "SIGKILL" && next.some(({ inFlight }) => inFlight)) this.killsInFlight++;
      if (done) return;
      this.#next = next.map(({ orders }) => orders);
    }
  }

  async #live(killAfter: number, onProgress: () => void) {
    const path = join(this.#folder, `orders-${this.engines.join("-")}-${this.#next[0]?.life}.json`);
    writeFileSync(path, JSON.stringify({ ...this.#orders, engines: this.#next } satisfies Orders));
    for (const { engine, life, log } of this.#next) this.logs.push({ engine: `${engine}.${life}`, path: log });
    const app = spawn(process.execPath, [...nodeArguments, await programOf("app"), path], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    app.stderr.on("data", (text) => {
      this.stderr += text;
    });
    const closed = once(app, "close");
    for await (const line of createInterface({ input: app.stdout })) {
      this.#last = JSON.parse(line);
      onProgress();
      if (this.#last.answered >= killAfter) app.kill("SIGKILL");
    }
    const [code, signal] = (await closed) as [number | null, NodeJS.Signals | null];
    return { done: this.#last.done === true, code, signal };
  }

  /** What is left to do, by the log: what its client could not know the end of, and some that it could. */
  async #afterLife({ engine, life, log, again, from }: EngineOrders) {
    const attempts = await readLog(log, "");
    const final = new Set(attempts.filter((one) => one.kind === "command" && isFinal(one)).map(({ number }) => number));
    const reached = attempts.reduce((most, { first, number }) => (first ? Math.max(most, number + 1) : most), from);
    const left = new Set(again.filter((number) => !final.has(number)));
    for (let number = from; number < reached; number++) {
      if (this.#plan.enginesOf(number).includes(engine) && !final.has(number)) left.add(number);
    }
    const inFlight = left.size > 0;
    for (const number of [...final].slice(-lostAnswers)) left.add(number);
    const orders = { engine, life: life + 1, log: this.#logOf(engine, life + 1), again: [...left], from: reached };
    return { orders, inFlight };
  }

  #logOf(engine: number, life: number): string {
    return join(this.#folder, `log-${engine}-${life}.jsonl`);
  }
}
