import type { Nodes } from "./client.ts";
import { SimulatedNode, type Surroundings } from "./simulated-node.ts";

/** The nodes of a world, and what befalls them. */
export class Cluster implements Nodes {
  readonly #surroundings: Surroundings;
  /** Undefined while there is none. */
  readonly #slots: (SimulatedNode | undefined)[] = [];
  #started = 0;
  #next = Promise.withResolvers<void>();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  get living(): readonly SimulatedNode[] {
    return this.#slots.filter((node) => node !== undefined);
  }

  /** Resolves when the next node has started. */
  get nextStart(): Promise<void> {
    return this.#next.promise;
  }

  async start(): Promise<void> {
    for (let slot = 0; slot < this.#surroundings.plan.nodes; slot++) await this.#startAt(slot);
  }

  /** Crashes nodes, or stops them, and starts others on the same journal. */
  async accidents(): Promise<void> {
    const { world, plan } = this.#surroundings;
    for (let i = 0; i < plan.accidents; i++) {
      await world.sleep(world.random.int(0, 80), "fate", "fate strikes");
      const slot = world.random.int(0, plan.nodes - 1);
      const node = this.#slots[slot];
      if (!node) continue;
      if (world.random.chance(0.7)) {
        node.crash();
        this.#slots[slot] = undefined;
      } else {
        const stopping = node.stop();
        // Clients go on sending to it for a while.
        await world.sleep(world.random.int(0, 20), "fate", "all know that it stops");
        this.#slots[slot] = undefined;
        await stopping;
      }
      await world.sleep(world.random.int(0, 30), "fate", "fate relents");
      await this.#startAt(slot);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.living.map((node) => node.stop()));
  }

  async #startAt(slot: number): Promise<void> {
    this.#slots[slot] = await SimulatedNode.start(`n${++this.#started}`, this.#surroundings);
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }
}
