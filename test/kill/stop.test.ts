import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, test } from "vitest";
import { Scene } from "./killer.ts";
import type { Orders } from "./orders.ts";

const signals = ["SIGINT", "SIGTERM"] as const;

const orders: Omit<Orders, "filename"> = {
  commands: Array.from({ length: 100_000 }, (_, i) => i),
  entities: 20,
  window: 128,
  engines: 1,
  untilSignal: true,
};

describe.concurrent("a process that is told to stop", { timeout: 60_000 }, () => {
  test.for(signals)("by %s answers what is in flight, stores all of it, and exits with 0", async (name, { expect }) => {
    using scene = new Scene();

    const life = await scene.live(orders, (acks, app) => {
      if (acks === 500) app.kill(name);
    });

    expect(life).toMatchObject({ code: 0, signal: null, inFlight: 0, stderr: "" });
    expect(life.acks.length).toBeGreaterThanOrEqual(500);
    expect(life.acks.length).toBeLessThan(orders.commands.length);
    const verdict = await scene.check(orders, false);
    expect(verdict.examples).toEqual([]);
    // What was refused was not carried out.
    expect(verdict.stored).toBe(life.acks.length);
  });

  test.for(signals)("by %s while it is idle exits with 0: the quickstart", async (name, { expect }) => {
    const main = join(import.meta.dirname, "../../examples/quickstart/src/main.ts");
    const app = spawn(process.execPath, ["--conditions=@ego/source", main], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const closed = once(app, "close");
    const lines: string[] = [];

    for await (const line of createInterface({ input: app.stdout })) {
      lines.push(line);
      if (line === "balance: 750") app.kill(name);
    }

    expect(lines).toEqual(["balance: 500", "balance: 750"]);
    expect(await closed).toEqual([0, null]);
  });
});

test("a signal that comes again ends a process that does not come to its end", { timeout: 60_000 }, async () => {
  const program = `
    import { Engine, memoryStore } from "@ego/runtime";
    const store = memoryStore();
    const close = () => new Promise(() => {});
    const engine = await Engine.start({ store: { ...store, close }, entities: [] });
    const stopping = engine.untilSignal();
    process.once("SIGTERM", () => console.log("stopping"));
    console.log("ready");
    setInterval(() => {}, 1_000_000);
    await stopping;`;
  const app = spawn(process.execPath, ["--conditions=@ego/source", "--input-type=module", "--eval", program], {
    cwd: join(import.meta.dirname, "../.."),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(app, "close");
  const lines: string[] = [];

  for await (const line of createInterface({ input: app.stdout })) {
    lines.push(line);
    app.kill("SIGTERM");
  }

  expect(lines).toEqual(["ready", "stopping"]);
  expect(await closed).toEqual([null, "SIGTERM"]);
});
