import { EgoError, type Engine, RejectedError, type Reply, type SendOptions } from "@ego/runtime";
import { account } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";
import type { Account, InsufficientFunds } from "../../examples/bank/src/gen/bank/v1/account_pb.ts";
import { inventoryItem } from "../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import type { InventoryItem, OutOfStock } from "../../examples/inventory/src/gen/shop/v1/inventory_pb.ts";
import type { Answer } from "./evidence.ts";
import { now } from "./log.ts";
import { ownerOf, priceOf, titleOf, toldAccount, toldItem } from "./model.ts";
import type { Planned } from "./plan.ts";

/** Sends a command, and says what the client is told. */
export async function answerTo(engine: Engine, command: Planned, options: SendOptions): Promise<Answer> {
  try {
    const { revision, position, recordedAt, repeated, state } = await sent(engine, command, options);
    return {
      kind: "accepted",
      at: now(),
      revision,
      position,
      recordedAt: recordedAt.getTime(),
      repeated,
      state: told(state),
    };
  } catch (failure) {
    return failed(failure);
  }
}

/** Reads an entity's state, and says what the client is told. */
export async function readOf(engine: Engine, { kind, entityId }: Pick<Planned, "kind" | "entityId">): Promise<Answer> {
  try {
    const { state, revision } = await (kind === "account"
      ? engine.state(account, entityId)
      : engine.state(inventoryItem, entityId));
    return { kind: "accepted", at: now(), revision, position: 0, recordedAt: 0, repeated: false, state: told(state) };
  } catch (failure) {
    return failed(failure);
  }
}

function sent(engine: Engine, command: Planned, options: SendOptions): PromiseLike<Reply<Account | InventoryItem>> {
  const { entityId, name, amount } = command;
  switch (name) {
    case "open":
      return engine
        .entity(account)
        .get(entityId)
        .openAccount({ ownerEmail: ownerOf(command), openingCents: BigInt(amount) }, options);
    case "credit":
      return engine
        .entity(account)
        .get(entityId)
        .creditAccount({ amountCents: BigInt(amount) }, options);
    case "debit":
      return engine
        .entity(account)
        .get(entityId)
        .debitAccount({ amountCents: BigInt(amount) }, options);
    case "close":
      return engine.entity(account).get(entityId).closeAccount({}, options);
    case "describe":
      return engine
        .entity(inventoryItem)
        .get(entityId)
        .describeItem({ title: titleOf(command), priceCents: BigInt(priceOf(command)) }, options);
    case "add":
      return engine.entity(inventoryItem).get(entityId).addStock({ quantity: amount }, options);
    case "take":
      return engine.entity(inventoryItem).get(entityId).takeStock({ quantity: amount }, options);
    case "discontinue":
      return engine.entity(inventoryItem).get(entityId).discontinueItem({}, options);
  }
}

function told(state: Readonly<Account | InventoryItem>): string {
  if (state.$typeName === "bank.v1.Account") {
    return toldAccount({ owner: state.ownerEmail, balance: Number(state.balanceCents), closed: state.closed });
  }
  return toldItem({ title: state.title, onHand: state.onHand, price: Number(state.priceCents) });
}

function failed(failure: unknown): Answer {
  const at = now();
  if (!(failure instanceof EgoError)) return { kind: "failed", at, code: "none", message: String(failure) };
  const { code, message, details } = failure;
  if (failure instanceof RejectedError) return { kind: "refused", at, what: rejectionOf(failure) };
  if (code === "not_found" || code === "already_exists") return { kind: "refused", at, what: code };
  const revision = typeof details.revision === "number" ? { revision: details.revision } : {};
  return { kind: "failed", at, code, message, ...revision };
}

function rejectionOf({ case: name, rejection }: RejectedError): string {
  if (name === "insufficientFunds") return `${name} ${(rejection as InsufficientFunds).missingCents}`;
  if (name === "outOfStock") return `${name} ${(rejection as OutOfStock).onHand}`;
  return name;
}
