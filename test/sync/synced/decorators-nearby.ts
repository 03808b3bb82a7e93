import { account, type AccountBehavior } from "./gen/golden/bank/v1/account_ego.ts";
import {
  type AnyImplementation,
  EgoError,
  NotImplemented,
} from "@ego/runtime";

function logged<This, Args extends unknown[], Result>(
  method: (this: This, ...args: Args) => Result,
  context: ClassMethodDecoratorContext<This>,
) {
  return function (this: This, ...args: Args): Result {
    console.log(String(context.name));
    return method.apply(this, args);
  };
}

export class Teller {
  #served = 0;

  @logged
  serve(): number {
    if (this.#served > 100) throw new EgoError("unavailable", "closing time");
    return ++this.#served;
  }
}

const accountBehavior: AccountBehavior = {
  events: {
    accountCredited: (event, state) => void (state.balanceCents += event.amountCents),
    accountDebited: (event, state) => void (state.balanceCents -= event.amountCents),
    accountClosed: (_, state) => void (state.closed = true),
  },
  commands: {
    /** Opens the account. */
    openAccount() {
      // (command, { state, emit }): emit.accountOpened, emit.accountCredited
      throw new NotImplemented("golden.bank.v1.OpenAccount");
    },
    /** Puts money in. */
    creditAccount() {
      // (command, { state, emit, reject }): emit.accountCredited, reject.accountIsClosed
      throw new NotImplemented("golden.bank.v1.CreditAccount");
    },
    /** Takes money out, as far as there is some. */
    debitAccount() {
      // (command, { state, emit, reject }): emit.accountDebited, reject.accountIsClosed,
      //   reject.insufficientFunds
      throw new NotImplemented("golden.bank.v1.DebitAccount");
    },
    /** Pays the rest out and closes the account. */
    closeAccount() {
      // (command, { state, emit }): emit.accountDebited, emit.accountClosed
      throw new NotImplemented("golden.bank.v1.CloseAccount");
    },
  },
};

export const accounts: AnyImplementation = account.implement(accountBehavior);
