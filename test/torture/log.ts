import { closeSync, createReadStream, openSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Answer, Attempt } from "./evidence.ts";

/** What of an attempt is known when it is sent. */
export type Sent = Pick<Attempt, "number" | "kind" | "first" | "expectedRevision">;

/**
 * What the clients of one engine send and are told: a line before a command is sent, and one after the answer. Each is
 * written at once, so that the system has it when the process is killed.
 */
export class Log {
  readonly #file: number;
  #sent = 0;

  constructor(path: string) {
    this.#file = openSync(path, "ax");
  }

  /** Notes that a command is sent, and gives the number of the attempt. */
  sent(sent: Sent): number {
    const attempt = this.#sent++;
    this.#write({ sent: attempt, ...sent, sentAt: now() });
    return attempt;
  }

  /** Notes what came of an attempt. */
  answered(attempt: number, answer: Answer): void {
    this.#write({ answered: attempt, answer });
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(line: object): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
  }
}

/** Nanoseconds of a clock that all processes of the machine share, and that nobody sets. */
export function now(): number {
  return Number(process.hrtime.bigint());
}

/** Reads the log of one life of an engine. A last line that the kill cut short was not told to anybody. */
export async function readLog(path: string, engine: string): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  for await (const line of linesOf(path)) {
    const { sent, answered, ...rest } = line as { sent?: number; answered?: number };
    if (sent !== undefined) attempts[sent] = { engine, ...(rest as Omit<Attempt, "engine">) };
    else if (answered !== undefined) attempts[answered] = { ...(attempts[answered] as Attempt), ...rest };
  }
  return attempts;
}

/** The lines of a file of JSON that its writer may have been killed at. */
export async function* linesOf(path: string): AsyncGenerator<object> {
  let broken: string | undefined;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (broken !== undefined) throw new Error(`${path} has a broken line: ${broken}`);
    try {
      yield JSON.parse(text);
    } catch {
      broken = text;
    }
  }
}
