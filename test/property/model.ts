import fc from "fast-check";
import type { AccountClient } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";

/** One command to one of the accounts, as data. */
export interface Step {
  readonly entity: number;
  readonly command: "open" | "credit" | "debit" | "close";
  readonly cents: bigint;
}

/** What the account is in the model: the rules of the example, written down a second time, without events. */
export interface Model {
  opened: boolean;
  balance: bigint;
  closed: boolean;
  revision: number;
}

/** An account that nobody has opened. */
export const unopened = (): Model => ({ opened: false, balance: 0n, closed: false, revision: 0 });

/** Any command to one of so many accounts; those that change something come more often. */
export function steps(
  entities: number,
  size: { readonly minLength: number; readonly maxLength: number },
): fc.Arbitrary<Step[]> {
  const step: fc.Arbitrary<Step> = fc.record({
    entity: fc.nat(entities - 1),
    command: fc.oneof(
      { weight: 3, arbitrary: fc.constant("open" as const) },
      { weight: 6, arbitrary: fc.constant("credit" as const) },
      { weight: 6, arbitrary: fc.constant("debit" as const) },
      { weight: 1, arbitrary: fc.constant("close" as const) },
    ),
    cents: fc.bigInt({ min: 0n, max: 60n }),
  });
  return fc.array(step, size);
}

/** Carries out a command in the model, and says what the caller is told. */
export function expected(model: Model, { command, cents }: Step): string {
  if (command === "open") {
    if (model.revision > 0) return "already_exists";
    Object.assign(model, { opened: true, balance: cents });
    model.revision += cents > 0n ? 2 : 1;
    return told(model);
  }
  if (model.revision === 0) return "not_found";
  if (command === "close") {
    if (!model.closed) {
      Object.assign(model, { balance: 0n, closed: true });
      model.revision += 2;
    }
    return told(model);
  }
  if (model.closed) return "accountIsClosed";
  if (command === "debit" && cents > model.balance) return `insufficientFunds ${cents - model.balance}`;
  model.balance += command === "credit" ? cents : -cents;
  model.revision++;
  return told(model);
}

function told({ revision, balance, closed }: Model): string {
  return `revision ${revision}, balance ${balance}${closed ? ", closed" : ""}`;
}

/** Sends a command, and says what the caller was told, in the words of the model. Other failures are thrown. */
export async function actual(client: AccountClient, { command, cents }: Step, commandId?: string): Promise<string> {
  const options = commandId === undefined ? {} : { commandId };
  try {
    const outcome = await sent(client, command, cents, options);
    switch (outcome.case) {
      case "accepted": {
        const { state, revision } = outcome;
        return told({ opened: true, revision, balance: state.balanceCents, closed: state.closed });
      }
      case "insufficientFunds":
        return `insufficientFunds ${outcome.rejection.missingCents}`;
      case "accountIsClosed":
        return "accountIsClosed";
    }
  } catch (failure) {
    const code = failure instanceof Error && "code" in failure ? String(failure.code) : "";
    if (code === "already_exists" || code === "not_found") return code;
    throw failure;
  }
}

type Sent = ReturnType<ReturnType<AccountClient["debitAccount"]>["outcome"]>;

function sent(client: AccountClient, command: Step["command"], cents: bigint, options: { commandId?: string }): Sent {
  switch (command) {
    case "open":
      return client.openAccount({ openingCents: cents }, options).outcome();
    case "credit":
      return client.creditAccount({ amountCents: cents }, options).outcome();
    case "debit":
      return client.debitAccount({ amountCents: cents }, options).outcome();
    case "close":
      return client.closeAccount({}, options).outcome();
  }
}
