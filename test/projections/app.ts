// The process that is killed: it sends commands, and runs a read model that is made of them.
import { flushCompileCache } from "node:module";
import { EgoError, Engine } from "@ego/runtime";
import { accountBehavior } from "../../examples/bank/src/account.ts";
import { balancesProjection } from "../../examples/bank/src/balances.ts";
import { account, type BalancesProjection, balances } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { happens } from "../torture/random.ts";
import type { Orders, Stage } from "./orders.ts";
import { sabotaged } from "./saboteur.ts";
import { storeOf } from "./store-of.ts";
import { type Advance, type AppendInline, withAdvance, withAppend } from "./with-advance.ts";

const orders: Orders = JSON.parse(process.argv[2] ?? "");

let times = 0;

/** Comes to a stage: waits there for its end, if this is where that is to be. */
async function reach(stage: Stage): Promise<void> {
  if (orders.stop?.stage !== stage || ++times !== orders.stop.nth) return;
  process.send?.("reached");
  if (stage !== "anywhere") await new Promise(() => {});
}

/** Comes to the stages of a transaction. */
const watched = (advance: Advance): Advance => {
  return async (of, moves, work) => {
    const moved = await advance(of, moves, async (transaction) => {
      await work(transaction);
      await reach("worked");
    });
    await reach("committed");
    return moved;
  };
};

/** As `watched`, where it is projected inline. */
const watchedAppend = (append: AppendInline): AppendInline => {
  return async (batch, inline) => {
    const stops = inline.map((one) => ({
      ...one,
      project: async (...args: Parameters<typeof one.project>) => {
        await one.project(...args);
        await reach("worked");
      },
    }));
    const results = await append(batch, stops);
    await reach("committed");
    return results;
  };
};

const failed = new Set<string>();

const nowAndThen = "now and then";

/** Fails on some events, once each. */
function failNowAndThen(entityId: string, revision: number): void {
  const event = `${entityId}:${revision}`;
  if (!happens(0.05, orders.life, revision, Number(entityId.split("-").at(-1))) || failed.has(event)) return;
  failed.add(event);
  throw new Error(nowAndThen);
}

type Method = (event: never, context: { readonly entityId: string; readonly revision: number }) => Promise<void>;

const watchedProjection = Object.fromEntries(
  Object.entries(balancesProjection as unknown as Readonly<Record<string, Method>>).map(([name, method]) => [
    name,
    (async (event, context) => {
      await method(event, context);
      await reach("handler");
      failNowAndThen(context.entityId, context.revision);
    }) satisfies Method,
  ]),
) as unknown as BalancesProjection;

async function startEngine(): Promise<Engine> {
  const place = await storeOf(orders.place);
  const store = orders.inline ? withAppend(place, watchedAppend) : withAdvance(place, watched);
  const say = (message: string) => message.includes(nowAndThen) || console.error(message);
  return Engine.start({
    store: orders.saboteur ? sabotaged(store, orders.saboteur) : store,
    entities: [account.implement(accountBehavior)],
    projections: [
      balances.implement(watchedProjection, {
        // Small, for many transactions.
        batchSize: 7,
        onFailure: "retry-and-fail",
        retryAfter: "1ms",
        inline: orders.inline,
      }),
    ],
    logger: { error: say, warn: say },
  });
}

const engines: Engine[] = [];
for (let n = 0; n < orders.engines; n++) engines.push(await startEngine());
// Those that come after it need not compile again: one that is killed would leave nothing to them.
if (orders.life === 0) flushCompileCache();

const accounts = 24;

/** Sends the n-th command of this life, and again if its event could not be projected. */
async function send(n: number): Promise<void> {
  try {
    await command(n);
  } catch (failure) {
    if (!(failure instanceof EgoError) || failure.code !== "handler_failed") throw failure;
    await command(n);
  }
  await reach("anywhere");
}

/** The n-th command of this life. */
async function command(n: number): Promise<void> {
  const engine = engines[n % engines.length];
  const id = `account-${orders.life}-${n % accounts}`;
  const client = engine?.entity(account).get(id);
  if (n < accounts) await client?.openAccount({ ownerEmail: `${id}@example.org`, openingCents: BigInt(n % 3) });
  // The last account of a life is closed, and opened no more.
  else if (n % accounts === accounts - 1) await client?.closeAccount();
  else await client?.creditAccount({ amountCents: BigInt(1 + (n % 10)) });
}

const opening = Math.min(accounts, orders.commands);
await Promise.all(Array.from({ length: opening }, (_, n) => send(n)));
const waiting = Array.from({ length: orders.commands - opening }, (_, n) => opening + n).values();
const work = async () => {
  for (const n of waiting) await send(n);
};
await Promise.all(Array.from({ length: 8 }, work));

const [engine] = engines;
if (!engine) throw new Error("At least one engine is needed");
const stream = engine.subscribe({ from: "now" });
const end = await stream.positions();
stream.close();
await engine.projection(balances).caughtUpTo(end, { timeoutMs: 60_000 });
await Promise.all(engines.map((one) => one.stop()));
process.disconnect();
