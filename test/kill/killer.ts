import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { bundled } from "../bundled.ts";
import type { Ack, Orders } from "./orders.ts";

const nodeArguments = ["--disable-warning=ExperimentalWarning"];

/** The process that is killed, and the one that checks. */
let programs: Promise<Readonly<Record<"app" | "checker", string>>> | undefined;
const programOf = async (name: "app" | "checker") => {
  programs ??= bundled({
    app: join(import.meta.dirname, "app.ts"),
    checker: join(import.meta.dirname, "checker.ts"),
  });
  return (await programs)[name];
};

/** A client whose answer was lost on its way sends its command again: the last ones before a kill all do. */
const lostAnswers = 40;

/** What one life of the app was like. */
export interface Life {
  readonly sent: ReadonlySet<number>;
  readonly acks: readonly Ack[];
  /** Commands that were told that the engine stops. */
  readonly refused: ReadonlySet<number>;
  /** Commands that were sent and not answered when it ended. */
  readonly inFlight: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** What the checker found. */
export interface Verdict {
  readonly answers: number;
  readonly stored: number;
  /** How many problems of each kind. */
  readonly problems: Readonly<Record<string, number>>;
  /** The first few, in words. */
  readonly examples: readonly string[];
}

/** A folder for a journal and the notes about it. */
export class Scene implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "ego-kill-"));
  readonly filename: string = join(this.#folder, "journal.db");
  readonly #acks: Ack[] = [];
  #lives = 0;

  /** Runs the app. `onAck` is called with each answer, and may kill it. */
  async live(orders: Omit<Orders, "filename">, onAck: (acks: number, app: ChildProcess) => void): Promise<Life> {
    const path = join(this.#folder, `orders-${++this.#lives}.json`);
    writeFileSync(path, JSON.stringify({ ...orders, filename: this.filename }));
    const app = spawn(process.execPath, [...nodeArguments, await programOf("app"), path], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stderr = "";
    app.stderr.on("data", (text) => {
      stderr += text;
    });
    const closed = once(app, "close");
    const sent = new Set<number>();
    const refused = new Set<number>();
    const acks: Ack[] = [];
    for await (const line of createInterface({ input: app.stdout })) {
      // What the kill cut short was not told.
      if (!line.endsWith(" .")) continue;
      const [kind, command, revision, position, balance] = line.split(" ");
      if (kind === "s") sent.add(Number(command));
      if (kind === "f") refused.add(Number(command));
      if (kind !== "a") continue;
      acks.push({
        command: Number(command),
        revision: Number(revision),
        position: Number(position),
        balance: BigInt(balance ?? ""),
      });
      onAck(acks.length, app);
    }
    const [code, signal] = await closed;
    this.#acks.push(...acks);
    return { sent, acks, refused, inFlight: sent.size - acks.length - refused.size, code, signal, stderr };
  }

  /**
   * Sends all commands, and kills the app after so many answers each time; the clients of whatever was not answered
   * send it again to the next one.
   */
  async kill(orders: Omit<Orders, "filename">, killAfter: readonly number[]): Promise<readonly Life[]> {
    const lives: Life[] = [];
    let commands = orders.commands;
    for (const after of [...killAfter, Number.POSITIVE_INFINITY]) {
      const life = await this.live({ ...orders, commands }, (acks, app) => {
        if (acks === after) app.kill("SIGKILL");
      });
      lives.push(life);
      const answered = new Set(life.acks.slice(0, -lostAnswers).map((ack) => ack.command));
      commands = commands.filter((command) => !answered.has(command));
    }
    return lives;
  }

  /** Has a process of its own compare all that was answered with all that is stored. */
  async check(orders: Omit<Orders, "filename">, complete = true): Promise<Verdict> {
    const log = join(this.#folder, "acks.log");
    const lines = this.#acks.map((ack) => `${ack.command} ${ack.revision} ${ack.position} ${ack.balance}\n`);
    writeFileSync(log, lines.join(""));
    const commands = complete ? orders.commands.length : 0;
    const facts = [this.filename, log, String(orders.entities), String(commands)];
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...nodeArguments,
      await programOf("checker"),
      ...facts,
    ]);
    return JSON.parse(stdout);
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
