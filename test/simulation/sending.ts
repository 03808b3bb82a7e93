import { EgoError, type Engine } from "@ego/runtime";
import { account } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import type { Answer, Attempt } from "./history.ts";
import { nameOf, wordsOf } from "./model.ts";

/** Reads an entity. */
export async function readIn(engine: Engine, kind: "account" | "item", id: string): Promise<InWords> {
  return kind === "account"
    ? ofAccount(await engine.state(account, id))
    : ofItem(await engine.state(inventoryItem, id));
}

/** Sends an attempt to an engine. Failures are thrown. */
export async function sendTo(
  engine: Engine,
  attempt: Attempt,
  signal: AbortSignal | undefined,
  timeoutMs: number | undefined,
): Promise<Answer> {
  const { operation, index, commandId } = attempt;
  const { kind, id, command, amount, expectedRevision, slowMs, broken } = operation;
  if (command === "read") {
    return { kind: "accepted", position: 0, recordedAt: 0, repeated: false, ...(await readIn(engine, kind, id)) };
  }
  const metadata = {
    attempt: String(index),
    ...(slowMs === undefined ? {} : { slow: String(slowMs) }),
    ...(broken ? { broken: "yes" } : {}),
  };
  const options = {
    metadata,
    ...(commandId === undefined ? {} : { commandId }),
    ...(expectedRevision === undefined ? {} : { expectedRevision }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(signal === undefined ? {} : { signal }),
  };
  const ofOneAccount = engine.entity(account).get(id);
  const ofOneItem = engine.entity(inventoryItem).get(id);
  const accepted = (reply: Reply, { state }: { readonly state: string }): Answer => {
    const { revision, position, recordedAt, repeated } = reply;
    return { kind: "accepted", revision, position, recordedAt: recordedAt.getTime(), repeated, state };
  };
  switch (command) {
    case "openAccount": {
      const fields = { ownerEmail: nameOf(operation), openingCents: BigInt(amount) };
      const reply = await ofOneAccount.openAccount(fields, options);
      return accepted(reply, ofAccount(reply));
    }
    case "creditAccount": {
      const outcome = await ofOneAccount.creditAccount({ amountCents: BigInt(amount) }, options).outcome();
      if (outcome.case === "accepted") return accepted(outcome, ofAccount(outcome));
      return { kind: "rejected", what: outcome.case };
    }
    case "debitAccount": {
      const outcome = await ofOneAccount.debitAccount({ amountCents: BigInt(amount) }, options).outcome();
      if (outcome.case === "accepted") return accepted(outcome, ofAccount(outcome));
      if (outcome.case === "accountIsClosed") return { kind: "rejected", what: outcome.case };
      return { kind: "rejected", what: `${outcome.case} ${outcome.rejection.missingCents}` };
    }
    case "closeAccount": {
      const reply = await ofOneAccount.closeAccount({}, options);
      return accepted(reply, ofAccount(reply));
    }
    case "takeStock": {
      const outcome = await ofOneItem.takeStock({ quantity: amount }, options).outcome();
      if (outcome.case === "accepted") return accepted(outcome, ofItem(outcome));
      return { kind: "rejected", what: `${outcome.case} ${outcome.rejection.onHand}` };
    }
    case "describeItem": {
      const reply = await ofOneItem.describeItem({ title: nameOf(operation) }, options);
      return accepted(reply, ofItem(reply));
    }
    case "addStock": {
      const reply = await ofOneItem.addStock({ quantity: amount }, options);
      return accepted(reply, ofItem(reply));
    }
    case "discontinueItem": {
      const reply = await ofOneItem.discontinueItem({}, options);
      return accepted(reply, ofItem(reply));
    }
  }
}

interface Reply {
  readonly revision: number;
  readonly position: number;
  readonly recordedAt: Date;
  readonly repeated: boolean;
}

/** An entity at a revision, in the words of the model. */
export interface InWords {
  readonly revision: number;
  readonly state: string;
}

function ofAccount({
  revision,
  state: { ownerEmail, balanceCents, closed },
}: {
  readonly revision: number;
  readonly state: { readonly ownerEmail: string; readonly balanceCents: bigint; readonly closed: boolean };
}): InWords {
  return { revision, state: wordsOf({ name: ownerEmail, amount: Number(balanceCents), closed }) };
}

function ofItem({
  revision,
  state: { title, onHand },
}: {
  readonly revision: number;
  readonly state: { readonly title: string; readonly onHand: number };
}): InWords {
  return { revision, state: wordsOf({ name: title, amount: onHand, closed: false }) };
}

/** What a caller was told by a failure. */
export function failed(failure: unknown): Answer {
  if (!(failure instanceof EgoError)) {
    return { kind: "failed", code: "unknown", message: String(failure), revision: undefined, commandId: undefined };
  }
  const { code, message, details } = failure;
  const { revision, commandId } = details;
  return {
    kind: "failed",
    code,
    message,
    revision: typeof revision === "number" ? revision : undefined,
    commandId: typeof commandId === "string" ? commandId : undefined,
  };
}
