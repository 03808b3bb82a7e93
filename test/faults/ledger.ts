import { createHash } from "node:crypto";
import type { EgoError, Engine } from "@ego/runtime";
import { expect } from "vitest";
import { account } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";

/** Commands that were acknowledged, to be looked for when a fault is over. */
export class Ledger {
  readonly #bytes: number;
  readonly #accounts: string[] = [];
  #stock = 0;

  /** Each command stores some bytes. */
  constructor(bytes = 10) {
    this.#bytes = bytes;
  }

  /** Opens one more account. The next try of one that failed is the same command. */
  async open(engine: Engine): Promise<{ readonly repeated: boolean }> {
    const id = `a-${this.#accounts.length}`;
    const ownerEmail = ownerOf(id, this.#bytes);
    const reply = await engine
      .entity(account)
      .get(id)
      .openAccount({ ownerEmail }, { commandId: `open-${id}` });
    this.#accounts.push(ownerEmail);
    return reply;
  }

  /** Puts one more piece of an item in stock. */
  async stock(engine: Engine): Promise<void> {
    const item = engine.entity(inventoryItem).get("pen");
    const commandId = `stock-${this.#stock}`;
    if (this.#stock === 0) await item.describeItem({ title: "Pen" }, { commandId });
    else await item.addStock({ quantity: 1 }, { commandId });
    this.#stock++;
  }

  /** Opens accounts until that fails, and says how. */
  async untilFailure(engine: Engine): Promise<EgoError> {
    for (;;) {
      try {
        await this.open(engine);
      } catch (failure) {
        return failure as EgoError;
      }
    }
  }

  /** Looks for all that was acknowledged, and for nothing else. */
  async check(engine: Engine): Promise<void> {
    for (const ownerEmail of this.#accounts) {
      const { state, revision } = await engine.state(account, `a-${this.#accounts.indexOf(ownerEmail)}`);
      expect({ revision, ownerEmail: state.ownerEmail }).toEqual({ revision: 1, ownerEmail });
    }
    expect(await engine.entityExists(account, `a-${this.#accounts.length}`)).toBe(false);
    const { state, revision } = await engine.state(inventoryItem, "pen");
    expect({ revision, onHand: state.onHand }).toEqual({ revision: this.#stock, onHand: Math.max(0, this.#stock - 1) });
  }

  get size(): number {
    return this.#accounts.length;
  }
}

/** What an account stores: nothing that a database could store in less. */
export function ownerOf(id: string, bytes: number): string {
  return createHash("shake256", { outputLength: bytes / 2 })
    .update(id)
    .digest("hex");
}
