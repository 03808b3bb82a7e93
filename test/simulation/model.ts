import type { Operation } from "./operation.ts";

/** What an entity is in the model: the rules of the examples, written down a second time, without ego. */
export interface Model {
  readonly exists: boolean;
  /** The owner of an account, the title of an item. */
  readonly name: string;
  /** Cents, or pieces. */
  readonly amount: number;
  readonly closed: boolean;
}

/** What comes of an operation in the model. */
export type Verdict =
  | { readonly kind: "stored"; readonly events: readonly string[]; readonly after: Model }
  | { readonly kind: "unchanged" }
  | { readonly kind: "rejected"; readonly what: string }
  | { readonly kind: "failed"; readonly code: "already_exists" | "not_found" | "handler_failed" };

/** An entity that nobody has made. */
export const nothing: Model = { exists: false, name: "", amount: 0, closed: false };

/** The state in words, as answers say it. */
export function wordsOf({ name, amount, closed }: Omit<Model, "exists">): string {
  return `${name || "nobody"} ${amount}${closed ? " closed" : ""}`;
}

/** The owner or the title that an operation gives. */
export function nameOf({ command, amount, id }: Operation): string {
  return command === "describeItem" ? `title ${amount}` : `owner of ${id}`;
}

/** Carries an operation out in the model. */
export function verdictOf(model: Model, operation: Operation): Verdict {
  const { command, broken } = operation;
  if (command === "read") return { kind: "unchanged" };
  if (command === "openAccount" && model.exists) return { kind: "failed", code: "already_exists" };
  if (command !== "openAccount" && command !== "describeItem" && !model.exists) {
    return { kind: "failed", code: "not_found" };
  }
  if (broken) return { kind: "failed", code: "handler_failed" };
  return operation.kind === "account" ? ofAccount(model, operation) : ofItem(model, operation);
}

function ofAccount(model: Model, operation: Operation): Verdict {
  const { amount } = operation;
  switch (operation.command) {
    case "openAccount": {
      const events = [`opened for ${nameOf(operation)}`, ...(amount > 0 ? [`credited ${amount}`] : [])];
      return { kind: "stored", events, after: { exists: true, name: nameOf(operation), amount, closed: false } };
    }
    case "creditAccount":
      if (model.closed) return { kind: "rejected", what: "accountIsClosed" };
      return { kind: "stored", events: [`credited ${amount}`], after: { ...model, amount: model.amount + amount } };
    case "debitAccount":
      if (model.closed) return { kind: "rejected", what: "accountIsClosed" };
      if (amount > model.amount) return { kind: "rejected", what: `insufficientFunds ${amount - model.amount}` };
      return { kind: "stored", events: [`debited ${amount}`], after: { ...model, amount: model.amount - amount } };
    default:
      if (model.closed) return { kind: "unchanged" };
      return {
        kind: "stored",
        events: [`debited ${model.amount}`, "closed"],
        after: { ...model, amount: 0, closed: true },
      };
  }
}

function ofItem(model: Model, operation: Operation): Verdict {
  const { amount } = operation;
  const stored = (after: Model): Verdict => ({ kind: "stored", events: [wordsOf(after)], after });
  switch (operation.command) {
    case "describeItem":
      if (model.name === nameOf(operation)) return { kind: "unchanged" };
      return stored({ ...model, exists: true, name: nameOf(operation) });
    case "addStock":
      return stored({ ...model, amount: model.amount + amount });
    case "takeStock":
      if (amount > model.amount) return { kind: "rejected", what: `outOfStock ${model.amount}` };
      return stored({ ...model, amount: model.amount - amount });
    default:
      return stored(nothing);
  }
}
