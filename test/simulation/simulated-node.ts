import {
  type AnyImplementation,
  type Clock,
  EgoError,
  Engine,
  type IdGenerator,
  type Metadata,
  type Store,
} from "@ego/runtime";
import { accountBehavior } from "../../examples/bank/src/account.ts";
import { account } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { inventoryBehavior } from "../../examples/inventory/src/inventory.ts";
import type { Answer, Attempt, History, NodeLife } from "./history.ts";
import type { Plan } from "./plan.ts";
import { RemoteStore } from "./remote-store.ts";
import type { Saboteur } from "./saboteur.ts";
import { failed, type InWords, readIn, sendTo } from "./sending.ts";
import type { SimulatedJournal } from "./simulated-journal.ts";
import type { World } from "./world.ts";

/** Epoch milliseconds at which every world begins. */
const begin = 1_700_000_000_000;

/** What all nodes of a world share. */
export interface Surroundings {
  readonly world: World;
  readonly plan: Plan;
  readonly journal: SimulatedJournal;
  readonly history: History;
  readonly saboteur: Saboteur;
  /** Whether something may go wrong with the store now. */
  readonly faults: () => boolean;
}

/** A process with an engine. It can crash: from then on nothing of it happens. */
export class SimulatedNode {
  readonly name: string;
  readonly skewMs: number;
  readonly life: NodeLife;
  /** Resolves when it crashes. */
  readonly crashed: Promise<Answer>;
  /** Commands without an answer. */
  underWay = 0;
  readonly #surroundings: Surroundings;
  readonly #remote: RemoteStore;
  readonly #floors = new Map<string, number>();
  /** What was stored when it started. */
  readonly #stored: (id: string) => number;
  #crash!: (answer: Answer) => void;
  #engine!: Engine;
  #ids = 0;

  private constructor(name: string, surroundings: Surroundings) {
    const { world, plan, journal, history, saboteur, faults } = surroundings;
    this.name = name;
    this.#surroundings = surroundings;
    this.skewMs = begin + world.random.int(-5_000, 5_000);
    this.life = { name, failures: [], waits: [] };
    history.nodes.set(name, this.life);
    const store = { ...journal.store, ...saboteur.journal?.(journal.store, world) };
    this.#remote = new RemoteStore(store, world, plan, this.life, faults, history.problems);
    const heads = journal.heads();
    this.#stored = (id) => heads.get(id) ?? 0;
    this.crashed = new Promise((resolve) => {
      this.#crash = resolve;
    });
  }

  static async start(name: string, surroundings: Surroundings): Promise<SimulatedNode> {
    const node = new SimulatedNode(name, surroundings);
    await node.#start();
    return node;
  }

  async #start(): Promise<void> {
    const { world, plan, saboteur, journal } = this.#surroundings;
    const { maxEntries, maxMailbox, maxCommands, storeTimeoutMs } = plan;
    const store: Store = { ...this.#remote.store, ...saboteur.node?.(this.#remote.store, world, journal.store) };
    this.#engine = await Engine.start({
      store,
      entities: this.#entities(),
      clock: saboteur.clock?.(this.#clock(), world) ?? this.#clock(),
      ids: saboteur.ids?.(this.#idGenerator()) ?? this.#idGenerator(),
      logger: { error() {}, warn() {} },
      limits: { maxMailbox, maxCommands, storeTimeoutMs, transaction: { maxEntries, maxBytes: 1e6 } },
    });
    world.note(`${this.name} started`);
    void this.#subscribe();
  }

  /** Nothing of it happens any more, but what is on its way to the journal may arrive. */
  crash(): void {
    const { world } = this.#surroundings;
    world.kill(this.name);
    world.thin(this.#remote.backend, 0.5);
    world.note(`${this.name} crashed`);
    this.#crash({ kind: "lost" });
  }

  async stop(): Promise<void> {
    const { world, history } = this.#surroundings;
    this.life.stopping = world.steps;
    world.note(`${this.name} is stopping`);
    try {
      await this.#engine.stop();
      world.note(`${this.name} stopped`);
      const under = this.#remote.closedUnder;
      if (under > 0)
        history.problems.push(`bounds: ${this.name} closed its store under ${under} batches, and did not say so`);
    } catch (failure) {
      // Its store hangs: it says so, and stops all the same.
      if (!(failure instanceof EgoError && failure.code === "unavailable")) throw failure;
      world.note(`${this.name} stopped while its store hung`);
    }
    const timers = world.waiting(`${this.name} timer`);
    // A read that nobody waits for any more has its own.
    if (timers > this.#remote.reading) {
      history.problems.push(`bounds: ${this.name} has ${timers} timers left after it stopped`);
    }
  }

  /** The oldest revision of an entity that may count in an answer of this node. */
  floor(id: string): number {
    return Math.max(this.#floors.get(id) ?? 0, this.#stored(id));
  }

  /** Carries an attempt out, and notes what it told. */
  async carryOut(attempt: Attempt, signal: AbortSignal | undefined, timeoutMs: number | undefined): Promise<Answer> {
    this.underWay++;
    let answer: Answer;
    try {
      answer = await Promise.race([sendTo(this.#engine, attempt, signal, timeoutMs), this.crashed]);
    } catch (failure) {
      answer = failed(failure);
    }
    this.underWay--;
    if (answer.kind === "accepted") {
      const { id } = attempt.operation;
      this.#floors.set(id, Math.max(this.#floors.get(id) ?? 0, answer.revision));
    }
    return answer;
  }

  /** An entity as the engine has it. */
  read(kind: "account" | "item", id: string): Promise<InWords> {
    return readIn(this.#engine, kind, id);
  }

  async #subscribe(): Promise<void> {
    const { history } = this.#surroundings;
    for await (const { entityId, revision, metadata } of this.#engine.subscribe()) {
      history.seen.push({ node: this.name, id: entityId, revision, attempt: Number(metadata.attempt) });
    }
  }

  /** The examples' behaviors, whose handlers are noted, and sometimes slow or broken. */
  #entities(): readonly AnyImplementation[] {
    const { snapshotEvery, passivateAfterMs } = this.#surroundings.plan;
    const tuning = passivateAfterMs === undefined ? {} : { passivateAfter: passivateAfterMs };
    const { commands } = accountBehavior;
    const items = inventoryBehavior.commands;
    return [
      account.implement(
        {
          commands: {
            openAccount: (command, context) => this.#handle(context, () => commands.openAccount(command, context)),
            creditAccount: (command, context) => this.#handle(context, () => commands.creditAccount(command, context)),
            debitAccount: (command, context) => this.#handle(context, () => commands.debitAccount(command, context)),
            closeAccount: (command, context) => this.#handle(context, () => commands.closeAccount(command, context)),
          },
          events: accountBehavior.events,
        },
        { ...tuning, ...(snapshotEvery === undefined ? {} : { snapshotEvery }) },
      ),
      inventoryItem.implement(
        {
          commands: {
            describeItem: (command, context) => this.#handle(context, () => items.describeItem(command, context)),
            addStock: (command, context) => this.#handle(context, () => items.addStock(command, context)),
            takeStock: (command, context) => this.#handle(context, () => items.takeStock(command, context)),
            discontinueItem: (command, context) => this.#handle(context, () => items.discontinueItem(command, context)),
          },
        },
        tuning,
      ),
    ];
  }

  #handle<Result>({ metadata, revision }: Handling, run: () => Result): Result | Promise<Awaited<Result>> {
    const { world, history } = this.#surroundings;
    history.attempts[Number(metadata.attempt)]?.decisions.push({ at: world.now, revision });
    if (metadata.broken) throw new Error("out of paper");
    if (!metadata.slow) return run();
    const slept = world.sleep(Number(metadata.slow), this.name, `${this.name} handler of ${metadata.attempt} goes on`);
    return slept.then(run) as Promise<Awaited<Result>>;
  }

  #clock(): Required<Clock> {
    const { world } = this.#surroundings;
    return {
      now: () => world.now + this.skewMs,
      after: (ms, callback, background) => world.after(ms, this.name, `${this.name} timer`, callback, background),
      soon: (callback) => {
        world.after(0, this.name, `${this.name} turn ends`, callback);
      },
    };
  }

  #idGenerator(): IdGenerator {
    return { newId: () => `${this.name}-${++this.#ids}` };
  }
}

/** What a handler knows, as far as it matters here. */
interface Handling {
  readonly metadata: Metadata;
  readonly revision: number;
}
