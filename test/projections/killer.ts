import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { bundled } from "../bundled.ts";
import type { Place } from "../torture/place.ts";
import { nodeArguments } from "../torture/process.ts";
import { random } from "../torture/random.ts";
import { check, type ProblemKind, type Verdict } from "./checker.ts";
import { type Orders, type Saboteur, type Stage, stages } from "./orders.ts";
import { connect } from "./query.ts";

/** What is to be done. */
export interface KillOptions {
  readonly place: Place;
  readonly kills: number;
  readonly seed: number;
  readonly engines: number;
  /** Whether it is projected where events are stored: then all is compared behind each kill too. Default: false. */
  readonly inline?: boolean;
  /** Where it is killed; default: at all stages. */
  readonly at?: readonly Stage[];
  readonly saboteur?: Saboteur;
  readonly onKill?: (kills: number) => void;
}

/** What was done, and what came of it. */
export interface KillResult extends Verdict {
  readonly kills: number;
  /** Kills at each stage. */
  readonly killsAt: Readonly<Partial<Record<Stage, number>>>;
  /** What the processes said that was not asked for. */
  readonly stderr: string;
}

/** The process that is killed. */
let programs: Promise<{ readonly app: string }> | undefined;

/** So often a stage is reached in one life, at least. */
const reachedAtLeast: Readonly<Record<Stage, number>> = { handler: 120, worked: 20, committed: 20, anywhere: 250 };
const commands = 300;

/**
 * Runs a process that sends commands and projects them, and kills it at places that look random, again and again on one
 * journal. The last one is let catch up; then all is compared.
 */
export async function killAgainAndAgain(options: KillOptions): Promise<KillResult> {
  const { place, kills, seed, engines, inline = false, at = stages, saboteur, onKill } = options;
  const killsAt: Partial<Record<Stage, number>> = {};
  const verdicts: Verdict[] = [];
  let stderr = "";
  for (let life = 0; life < kills; life++) {
    // Each of them as often as the others.
    const stage = at[life % at.length] as Stage;
    const nth = 1 + (random(seed, life) % reachedAtLeast[stage]);
    const { signal, said } = await live({ place, life, commands, engines, inline, saboteur, stop: { stage, nth } });
    stderr += said;
    if (signal !== "SIGKILL") throw new Error(`Life ${life} was not ${nth} times at "${stage}".\n${said}`);
    killsAt[stage] = (killsAt[stage] ?? 0) + 1;
    if (inline) verdicts.push(await checked(place));
    onKill?.(life + 1);
  }
  const { code, said } = await live({ place, life: kills, commands: 0, engines, inline, saboteur, stop: undefined });
  if (code !== 0) throw new Error(`The last life ended with ${code}.\n${said}`);
  const last = await checked(place);
  const all = [...verdicts, last];
  const problems: Partial<Record<ProblemKind, number>> = {};
  for (const verdict of all) {
    for (const [kind, count] of Object.entries(verdict.problems) as [ProblemKind, number][]) {
      problems[kind] = (problems[kind] ?? 0) + count;
    }
  }
  const examples = all.flatMap((verdict) => verdict.examples).slice(0, 20);
  return { ...last, kills, killsAt, problems, examples, stderr: stderr + said };
}

async function checked(place: Place): Promise<Verdict> {
  await using connection = await connect(place);
  return await check(connection);
}

/** One life: to its end, or to where it is killed. */
async function live(orders: Orders) {
  programs ??= bundled({ app: join(import.meta.dirname, "app.ts") });
  const app = spawn(process.execPath, [...nodeArguments, (await programs).app, JSON.stringify(orders)], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let said = "";
  app.stderr?.on("data", (text) => {
    said += text;
  });
  // It has one thing to tell: that it is where it is to be killed.
  app.on("message", () => app.kill("SIGKILL"));
  const [code, signal] = (await once(app, "close")) as [number | null, NodeJS.Signals | null];
  return { code, signal, said };
}
