import { account, type AccountBehavior } from "./gen/golden/bank/v1/account_ego.ts";
import {
  type AnyImplementation,
  EgoError,
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
};

export const accounts: AnyImplementation = account.implement(accountBehavior);
