import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import {
  type AnyProjection,
  type Clock,
  Engine,
  type ProjectionStore,
  type ProjectionTuning,
  projection,
  type Store,
} from "@ego/runtime";
import { onTestFinished } from "vitest";
import { accountBehavior } from "../../examples/bank/src/account.ts";
import { balancesProjection } from "../../examples/bank/src/balances.ts";
import { account, balances } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { systemTiming } from "../../runtime/src/clock/clock.ts";
import { heartbeatMs } from "../../runtime/src/projection/projections.ts";
import { fileStore, journalProject, root } from "../events/journal-project.ts";

/** The application: a read model, and mails whose handler fails while there is a file `mail-server-is-down`. */
const app = `import { existsSync } from "node:fs";
import { projection } from "@ego/runtime";
import { sqliteStore } from "@ego/runtime/sqlite";
import { accountBehavior } from ${JSON.stringify(join(root, "examples/bank/src/account.ts"))};
import { balancesProjection } from ${JSON.stringify(join(root, "examples/bank/src/balances.ts"))};
import { account, balances } from ${JSON.stringify(join(root, "examples/bank/src/gen/bank/v1/account_ego.ts"))};

const file = (name) => new URL("../" + name, import.meta.url).pathname;
const mails = projection({
  name: "mails",
  entities: [account],
  handle: async () => {
    if (existsSync(file("mail-server-is-down"))) throw new Error("still no mail server");
  },
}, { from: "now" });

export const store = sqliteStore({ filename: file("bank.db") });
export const entities = [account.implement(accountBehavior)];
export const projections = [balances.implement(balancesProjection), mails];
`;

/** A project whose application has the projections \`balances\` and \`mails\`. */
export function projectionsProject(files: Readonly<Record<string, string>> = {}): string {
  return journalProject({ "src/app.ts": app, ...files });
}

/**
 * Runs a verb as a process that gets ^C at the earliest: when the store has just done for it what is called so.
 *
 * @returns how it ended, and what it printed
 */
export async function interrupted(
  cwd: string,
  behind: keyof ProjectionStore,
  ...command: readonly string[]
): Promise<{ readonly ended: unknown; readonly printed: string }> {
  appendFileSync(
    join(cwd, "src/app.ts"),
    `
const done = store.projections.${behind};
store.projections.${behind} = async (...args) => {
  const answer = await done(...args);
  process.kill(process.pid, "SIGINT");
  return answer;
};
`,
  );
  const args = ["--conditions=@ego/source", join(root, "cli/bin/ego.js"), ...command];
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [ended, printed] = await Promise.all([once(child, "exit"), text(child.stdout)]);
  return { ended, printed };
}

/** The read model, as an engine runs it. */
export const balancesOf: AnyProjection = balances.implement(balancesProjection);

/** A projection that fails on these entities. */
export function failingOn(
  ids: readonly string[],
  { name = "mails", ...tuning }: ProjectionTuning & { readonly name?: string } = {},
): AnyProjection {
  return projection<typeof account>(
    {
      name,
      entities: [account],
      handle: async ({ entityId }) => {
        if (ids.includes(entityId)) throw new Error(`no mail server\nfor ${entityId}`);
      },
    },
    tuning,
  );
}

/** The system's clock, of an engine that looks ten times as often what it is to do: tests wait for that. */
const impatient: Clock = {
  now: systemTiming.now,
  after: (ms, callback, background) => systemTiming.after(ms === heartbeatMs ? ms / 10 : ms, callback, background),
};

/** An engine of the bank with projections, on the project's file if no store is given. */
export function engineOf(
  cwd: string,
  projections: readonly AnyProjection[],
  store?: Store,
  clock: Clock = impatient,
): Promise<Engine> {
  return Engine.start({
    store: store ?? fileStore(cwd),
    entities: [account.implement(accountBehavior)],
    projections,
    clock,
  });
}

/** Opens accounts, two events each. */
export async function opened(engine: Engine, ...ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await engine
      .entity(account)
      .get(id)
      .openAccount({ ownerEmail: `${id}@example.org`, openingCents: 5n });
  }
}

/** Resolves when a projection of an engine has done all that is stored. */
export async function caughtUp(engine: Engine, name: string): Promise<void> {
  await using stream = engine.subscribe({ from: "now" });
  await engine.projection(name).caughtUpTo(await stream.positions());
}
