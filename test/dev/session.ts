import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

const root = join(import.meta.dirname, "../..");

/** What `ego dev --json` prints: see docs/cli.md. */
export interface DevEvent {
  readonly format: 1;
  readonly event: "start" | "change" | "ended";
  readonly changes: readonly { file: string; what: string; kind: string }[];
  readonly generated: readonly string[] | null;
  readonly inserted: readonly { file: string; line: number; contract: string; member: string }[];
  readonly failure: string | null;
  readonly types: {
    checked: boolean;
    errors?: readonly { at: object; code: string; text: string }[];
    why?: string;
  } | null;
  readonly program: { state: string; ms: number; pid: number; killed: boolean };
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** A running `ego dev`. */
export interface Session {
  readonly process: ChildProcess;
  /** The next line of JSON. */
  next(): Promise<DevEvent>;
  /** The next that is not about a program that has ended. */
  block(): Promise<DevEvent>;
  /** All lines of JSON so far that were not asked for. */
  readonly waiting: readonly DevEvent[];
  /** The next line that the program prints, or `ego dev` where it is no JSON, that contains a text. */
  line(text: string): Promise<string>;
  /** The same with all lines before it. */
  linesUntil(text: string): Promise<readonly string[]>;
  /** Stops it as ^C does. Resolves to its exit code. */
  stop(): Promise<number | null>;
}

/** Starts `ego dev` in a folder. It is gone when the test ends, whatever becomes of it. */
export function dev(cwd: string, ...args: string[]): Session {
  const child = spawn(process.execPath, ["--conditions=@ego/source", join(root, "cli/bin/ego.js"), "dev", ...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "--conditions=@ego/source", NO_COLOR: "1" },
  });
  const closed = once(child, "close") as Promise<[number | null]>;
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await closed;
  });
  const json = args.includes("--json");
  const lines = queue<string>();
  const events = queue<DevEvent>();
  createInterface({ input: child.stderr }).on("line", lines.push);
  createInterface({ input: child.stdout }).on("line", (line) =>
    json ? events.push(JSON.parse(line)) : lines.push(line),
  );
  void closed.then(([code]) => {
    lines.end(`ego dev ended with ${code}`);
    events.end(`ego dev ended with ${code}`);
  });
  async function linesUntil(text: string): Promise<readonly string[]> {
    const read: string[] = [];
    for (;;) {
      const line = await lines.next();
      read.push(line);
      if (line.includes(text)) return read;
    }
  }
  return {
    process: child,
    next: events.next,
    async block() {
      for (;;) {
        const event = await events.next();
        if (event.event !== "ended") return event;
      }
    },
    waiting: events.items,
    line: async (text) => (await linesUntil(text)).at(-1) ?? "",
    linesUntil,
    async stop() {
      child.kill("SIGINT");
      return (await closed)[0];
    },
  };
}

interface Queue<T> {
  readonly items: T[];
  push(item: T): void;
  end(reason: string): void;
  next(): Promise<T>;
}

function queue<T>(): Queue<T> {
  const items: T[] = [];
  const seen: T[] = [];
  let ended: string | undefined;
  let wake = () => {};
  return {
    items,
    push(item) {
      seen.push(item);
      items.push(item);
      wake();
    },
    end(reason) {
      ended = reason;
      wake();
    },
    async next() {
      for (;;) {
        const item = items.shift();
        if (item !== undefined) return item;
        if (ended !== undefined) throw new Error(`${ended}, after ${JSON.stringify(seen, undefined, 1)}`);
        await new Promise<void>((done) => {
          wake = done;
        });
      }
    },
  };
}
