import type { Planned } from "./plan.ts";

/** Something that was stored: the name of an event with its values, or of a new version of a state. */
export type Fact = readonly (string | number)[];

/** What comes of a command. */
export type Decision =
  | { readonly kind: "stored"; readonly facts: readonly Fact[] }
  | { readonly kind: "kept" }
  /** In the words of the log: a rejection with its values, or the code of a failure. */
  | { readonly kind: "refused"; readonly what: string };

/** The rules of a kind of entity, written down a second time: nothing of the behaviors, nor of ego, is in here. */
export interface Model<State> {
  readonly initial: State;
  decide(state: State, command: Planned): Decision;
  fold(state: State, fact: Fact): State;
  /** The state in the words of the log. */
  told(state: State): string;
}

/** What a client tells of an account. */
export interface AccountState {
  readonly owner: string;
  readonly balance: number;
  readonly closed: boolean;
}

interface Account extends AccountState {
  readonly exists: boolean;
}

/** What a client tells of an item. */
export interface ItemState {
  readonly title: string;
  readonly onHand: number;
  readonly price: number;
}

interface Item extends ItemState {
  readonly exists: boolean;
}

/** An account in the words of the log. */
export function toldAccount({ owner, balance, closed }: AccountState): string {
  return `${owner || "nobody"} ${balance}${closed ? " closed" : ""}`;
}

/** An item in the words of the log. */
export function toldItem({ title, onHand, price }: ItemState): string {
  return `${title || "nothing"} ${onHand} ${price}`;
}

/** The owner that a command to open an account names. */
export function ownerOf({ amount }: Planned): string {
  return `owner-${amount % 7}`;
}

/** The title that a command to describe an item gives. Few, so that some change nothing. */
export function titleOf({ amount }: Planned): string {
  return `title-${amount % 3}`;
}

/** The price that a command to describe an item gives. */
export function priceOf({ amount }: Planned): number {
  return amount % 2;
}

const accountModel: Model<Account> = {
  initial: { exists: false, owner: "", balance: 0, closed: false },
  decide(account, command) {
    const { name, amount } = command;
    if (name === "open") {
      if (account.exists) return refused("already_exists");
      return stored(["opened", ownerOf(command)], ...(amount > 0 ? [["credited", amount]] : []));
    }
    if (!account.exists) return refused("not_found");
    if (name === "close") return account.closed ? { kind: "kept" } : stored(["debited", account.balance], ["closed"]);
    if (account.closed) return refused("accountIsClosed");
    if (name === "credit") return stored(["credited", amount]);
    if (amount > account.balance) return refused(`insufficientFunds ${amount - account.balance}`);
    return stored(["debited", amount]);
  },
  fold(account, [name, value]) {
    switch (name) {
      case "opened":
        return { ...account, exists: true, owner: String(value) };
      case "credited":
        return { ...account, exists: true, balance: account.balance + Number(value) };
      case "debited":
        return { ...account, exists: true, balance: account.balance - Number(value) };
      case "closed":
        return { ...account, exists: true, closed: true };
      default:
        throw new Error(`${name} is no event of an account`);
    }
  },
  told: toldAccount,
};

const noItem: Item = { exists: false, title: "", onHand: 0, price: 0 };

const itemModel: Model<Item> = {
  initial: noItem,
  decide(item, command) {
    const { name, amount } = command;
    const { title, onHand, price } = item;
    if (name === "describe") {
      const [newTitle, newPrice] = [titleOf(command), priceOf(command)];
      if (title === newTitle && price === newPrice) return { kind: "kept" };
      return stored(["saved", newTitle, onHand, newPrice]);
    }
    if (!item.exists) return refused("not_found");
    if (name === "discontinue") return stored(["removed"]);
    if (name === "add") return stored(["saved", title, onHand + amount, price]);
    if (amount > onHand) return refused(`outOfStock ${onHand}`);
    return stored(["saved", title, onHand - amount, price]);
  },
  fold(_, [name, title, onHand, price]) {
    if (name === "removed") return noItem;
    if (name !== "saved") throw new Error(`${name} is nothing that becomes of an item`);
    return { exists: true, title: String(title), onHand: Number(onHand), price: Number(price) };
  },
  told: toldItem,
};

/** The model of each kind of entity. */
export const models: Readonly<Record<Planned["kind"], Model<unknown>>> = {
  account: accountModel as Model<unknown>,
  item: itemModel as Model<unknown>,
};

function stored(...facts: readonly Fact[]): Decision {
  return { kind: "stored", facts };
}

function refused(what: string): Decision {
  return { kind: "refused", what };
}
