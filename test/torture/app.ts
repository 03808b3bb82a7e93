// The process that is killed: an engine, or two, and its clients. Its argument is a file with its orders.
import { readFileSync, writeSync } from "node:fs";
import { EgoError, Engine, type SendOptions, type Store } from "@ego/runtime";
import { accountBehavior } from "../../examples/bank/src/account.ts";
import { account } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { inventoryBehavior } from "../../examples/inventory/src/inventory.ts";
import { answerTo, readOf } from "./client.ts";
import { type Answer, type Attempt, commandIdOf, isFinal } from "./evidence.ts";
import { type FaultyStore, faulty } from "./faults.ts";
import { writeJournal } from "./journal-writer.ts";
import { Log } from "./log.ts";
import type { EngineOrders, Orders, Progress } from "./orders.ts";
import { storeAt } from "./place.ts";
import { clashing, type Manner, type Planned, planOf } from "./plan.ts";
import { sabotaged } from "./saboteur.ts";

const orders: Orders = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const plan = planOf(orders.seed, orders.commands);
/** Answers between two lines of progress. */
const step = 25;
/** How long a client waits before it tries again, in milliseconds: twice as long each time, up to the last. */
const pauses = [1, 2, 4, 8, 16, 32, 64] as const;

// One journal in memory, which lives as long as this process.
const memory = orders.place.store === "memory" ? storeAt(orders.place) : undefined;
const stores: FaultyStore[] = [];
let answered = 0;

function tell(progress: Partial<Progress> = {}): void {
  const faults = stores.reduce((sum, { count }) => sum + count, 0);
  writeSync(1, `${JSON.stringify({ answered, faults, ...progress } satisfies Progress)}\n`);
}

/** A store of its own for an engine. One that failed to open is not opened again. */
function newStore({ engine, life }: EngineOrders): Store {
  const whole = memory ?? storeAt(orders.place);
  const broken = orders.saboteur ? sabotaged(whole, orders.saboteur) : whole;
  const store = faulty(broken, orders.faults, orders.storeTimeoutMs, orders.seed, engine, life);
  stores.push(store);
  return store.store;
}

async function start(own: EngineOrders): Promise<Engine> {
  for (let tries = 0; ; tries++) {
    try {
      return await Engine.start({
        store: newStore(own),
        entities: [account.implement(accountBehavior), inventoryItem.implement(inventoryBehavior)],
        logger: { error() {}, warn() {} },
        limits: { storeTimeoutMs: orders.storeTimeoutMs },
      });
    } catch (failure) {
      // The database may be about to start again.
      if (!(failure instanceof EgoError && failure.retryable)) throw failure;
      await pause(tries);
    }
  }
}

/** The clients of one engine. */
class Clients {
  readonly #engine: Engine;
  readonly #log: Log;
  /** The last revision that the engine told of an entity. */
  readonly #revisions = new Map<string, number>();

  constructor(engine: Engine, log: string) {
    this.#engine = engine;
    this.#log = new Log(log);
  }

  async run({ engine, again, from }: EngineOrders): Promise<void> {
    const numbers = waiting(engine, again, from);
    const client = async () => {
      for (const { number, first } of numbers) {
        await this.#carryOut(number, first);
        if (++answered % step === 0) tell();
      }
    };
    await Promise.all(Array.from({ length: orders.clients }, client));
    this.#log.close();
  }

  async #carryOut(number: number, first: boolean): Promise<void> {
    const command = plan.command(number);
    const { late, reads, again, clashes, ...manner } = plan.manner(number);
    if (first && reads) await this.#attempt(command, "read", false);
    if (first && late !== undefined) await this.#untilKnown(plan.command(late), false, {});
    const answer = await this.#untilKnown(command, first, this.#optionsOf(command, manner));
    if (again) await this.#untilKnown(command, false, {});
    if (clashes && isStored(command, answer)) {
      await this.#attempt(clashing(command), "clash", false);
    }
  }

  #optionsOf({ kind, entityId }: Planned, manner: Pick<Manner, "timeoutMs" | "aborts" | "expects">): SendOptions {
    const expectedRevision = manner.expects ? this.#revisions.get(`${kind} ${entityId}`) : undefined;
    return {
      ...(manner.timeoutMs === undefined ? {} : { timeoutMs: manner.timeoutMs }),
      ...(manner.aborts ? { signal: abortingSignal() } : {}),
      ...(expectedRevision === undefined ? {} : { expectedRevision }),
    };
  }

  /** What a client does: it sends the command again, under its id, until it knows what became of it. */
  async #untilKnown(command: Planned, first: boolean, options: SendOptions): Promise<Answer> {
    for (let tries = 0; ; tries++) {
      const attempt = await this.#attempt(command, "command", first && tries === 0, tries === 0 ? options : {});
      if (isFinal(attempt)) return attempt.answer as Answer;
      await pause(tries);
    }
  }

  async #attempt(command: Planned, kind: Attempt["kind"], first: boolean, options: SendOptions = {}): Promise<Attempt> {
    const { number, entityId } = command;
    const { expectedRevision } = options;
    const sent = { number, kind, first, ...(expectedRevision === undefined ? {} : { expectedRevision }) };
    const attempt = this.#log.sent(sent);
    const answer = await (kind === "read"
      ? readOf(this.#engine, command)
      : answerTo(this.#engine, command, { ...options, commandId: commandIdOf(number) }));
    this.#log.answered(attempt, answer);
    const key = `${command.kind} ${entityId}`;
    if (answer.kind === "accepted") {
      this.#revisions.set(key, Math.max(answer.revision, this.#revisions.get(key) ?? 0));
    }
    return { engine: "", sentAt: 0, ...sent, answer };
  }
}

/** Whether an answer says that a command was stored, one that would be another with another amount. */
function isStored({ name }: Planned, answer: Answer): boolean {
  if (answer.kind !== "accepted" || name === "close" || name === "discontinue") return false;
  return answer.repeated || answer.position > 0;
}

/** The numbers that an engine's clients take from, one after another. */
function* waiting(engine: number, again: readonly number[], from: number) {
  for (const number of again) yield { number, first: false };
  for (let number = from; number < plan.commands; number++) {
    if (plan.enginesOf(number).includes(engine)) yield { number, first: true };
  }
}

function abortingSignal(): AbortSignal {
  const controller = new AbortController();
  setImmediate(() => controller.abort());
  return controller.signal;
}

function pause(tries: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, pauses[Math.min(tries, pauses.length - 1)]));
}

const engines = await Promise.all(orders.engines.map(start));
await Promise.all(orders.engines.map((own, i) => new Clients(engines[i] as Engine, own.log).run(own)));
for (const engine of engines) await engine.stop();
if (memory && orders.journal) await writeJournal(memory, plan, orders.journal);
tell({ done: true });
