import type { Plan } from "./plan.ts";
import type { Random } from "./random.ts";

/** Commands to accounts, which are event sourced. */
export type AccountCommand = "openAccount" | "creditAccount" | "debitAccount" | "closeAccount";
/** Commands to items, which have a durable state. */
export type ItemCommand = "describeItem" | "addStock" | "takeStock" | "discontinueItem";

/** What a client wants of an entity: sent once, or again and again until it is known what came of it. */
export interface Operation {
  readonly index: number;
  readonly kind: "account" | "item";
  readonly id: string;
  /** `read` asks for the state. */
  readonly command: AccountCommand | ItemCommand | "read";
  /** Cents, or pieces; of `describeItem` the number of the title. */
  readonly amount: number;
  /** Under which it may be sent again. */
  readonly commandId: string | undefined;
  readonly expectedRevision: number | undefined;
  readonly timeoutMs: number | undefined;
  /** The caller's signal aborts after so long. */
  readonly abortMs: number | undefined;
  /** Its handler takes so long. */
  readonly slowMs: number | undefined;
  /** Its handler throws. */
  readonly broken: boolean;
}

/**
 * Draws an operation.
 *
 * @param seen the revision that the client saw last of each entity
 */
export function operationOf(index: number, random: Random, plan: Plan, seen: ReadonlyMap<string, number>): Operation {
  const number = random.int(0, plan.accounts + plan.items - 1);
  const isAccount = number < plan.accounts;
  const id = isAccount ? `a-${number}` : `i-${number - plan.accounts}`;
  const command = commandOf(isAccount, random, !seen.has(id));
  const write = command !== "read";
  const commandId = write && random.chance(0.75) ? `c-${index}` : undefined;
  return {
    index,
    kind: isAccount ? "account" : "item",
    id,
    command,
    amount: command === "describeItem" ? random.int(1, 2) : random.int(0, 60),
    commandId,
    expectedRevision: write && random.chance(0.15) ? (seen.get(id) ?? 0) + random.one([0, 0, 0, 1]) : undefined,
    // Who gives up is told the id that ego chose, and can send it again.
    timeoutMs: write && random.chance(commandId === undefined ? 0.5 : 0.2) ? random.int(1, 60) : undefined,
    abortMs: write && random.chance(0.05) ? random.int(0, 20) : undefined,
    slowMs: random.chance(plan.slowRate) ? random.int(0, 20) : undefined,
    broken: write && random.chance(0.03),
  };
}

function commandOf(isAccount: boolean, random: Random, isNew: boolean): Operation["command"] {
  if (random.chance(0.1)) return "read";
  if (isNew && random.chance(0.5)) return isAccount ? "openAccount" : "describeItem";
  return random.one(isAccount ? accountCommands : itemCommands);
}

/** Those that change something come more often. */
const accountCommands = [
  "openAccount",
  "creditAccount",
  "creditAccount",
  "creditAccount",
  "creditAccount",
  "creditAccount",
  "debitAccount",
  "debitAccount",
  "debitAccount",
  "debitAccount",
  "debitAccount",
  "closeAccount",
] as const;
const itemCommands = [
  "describeItem",
  "describeItem",
  "describeItem",
  "addStock",
  "addStock",
  "addStock",
  "addStock",
  "takeStock",
  "takeStock",
  "takeStock",
  "takeStock",
  "discontinueItem",
] as const;
