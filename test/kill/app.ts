// The process that is killed. It tells on its standard output, one line each and without a buffer of its own, what it
// sends (`s number`) and what is answered (`a number revision position balance`).
import { readFileSync, writeSync } from "node:fs";
import { EgoError, Engine } from "@ego/runtime";
import { sqliteStore } from "@ego/runtime/sqlite";
import { accountBehavior } from "../../examples/bank/src/account.ts";
import { type AccountClient, account } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { entityOf, type Orders } from "./orders.ts";
import { sabotaged } from "./saboteur.ts";

const orders: Orders = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const pause = new Int32Array(new SharedArrayBuffer(4));

/** Writes a line before anything else happens. The dot says that it was not cut short. */
function tell(line: string): void {
  let rest: Uint8Array = Buffer.from(`${line} .\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (failure) {
      // The pipe is full: the reader has to go on first.
      if (!(failure instanceof Error && "code" in failure && failure.code === "EAGAIN")) throw failure;
      Atomics.wait(pause, 0, 0, 1);
    }
  }
}

async function startEngine(): Promise<Engine> {
  const store = sqliteStore({ filename: orders.filename, busyTimeoutMs: 30_000 });
  return Engine.start({
    store: orders.saboteur ? sabotaged(store, orders.saboteur) : store,
    entities: [account.implement(accountBehavior)],
  });
}

const engines = await Promise.all(Array.from({ length: orders.engines }, startEngine));
const [engine] = engines;
if (!engine) throw new Error("At least one engine is needed");
await Promise.all(
  Array.from({ length: orders.entities }, (_, i) => {
    const id = entityOf(i, orders.entities);
    const opening = engine
      .entity(account)
      .get(id)
      .openAccount({}, { commandId: `open-${id}` });
    return opening.catch((failure: unknown) => {
      // A store that forgets command ids does not know that this one was carried out.
      if (!(failure instanceof EgoError && failure.code === "already_exists")) throw failure;
    });
  }),
);
tell("ready");

let stopping = false;

/** What a client does: it sends the command again, under its id, until it is answered. */
async function carryOut(client: AccountClient, command: number): Promise<void> {
  const options = { commandId: `c-${command}` };
  tell(`s ${command}`);
  for (;;) {
    try {
      const reply = await client.creditAccount({ amountCents: BigInt(command + 1) }, options);
      tell(`a ${command} ${reply.revision} ${reply.position} ${reply.state.balanceCents}`);
      return;
    } catch (failure) {
      if (!(failure instanceof EgoError)) throw failure;
      if (stopping && failure.code === "unavailable") {
        tell(`f ${command}`);
        return;
      }
      if (failure.code !== "unavailable" && failure.code !== "conflict") throw failure;
    }
  }
}

const waiting = orders.commands.values();
async function work(worker: number): Promise<void> {
  const accounts = engines[worker % engines.length]?.entity(account);
  for (const command of waiting) {
    if (stopping) return;
    if (accounts) await carryOut(accounts.get(entityOf(command, orders.entities)), command);
  }
}

const working = Promise.all(Array.from({ length: orders.window }, (_, worker) => work(worker)));
if (orders.untilSignal) {
  const stopped = engine.untilSignal();
  const stop = () => {
    stopping = true;
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  await stopped;
}
await working;
await Promise.all(engines.map((one) => one.stop()));
tell("done");
