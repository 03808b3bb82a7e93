import type { Clock } from "../clock/clock.ts";
import type { Store } from "../journal/store.ts";
import { type CallSelector, type Calls, FaultRule, type FaultScript, namesOf, scriptOf } from "./fault-script.ts";
import { intercepted, membersOf } from "./intercepted.ts";
import type { StoreCall, StoreCallName } from "./store-call.ts";

/** Settings of a faulty store. */
export interface FaultyStoreOptions {
  /** The clock by which it is slow. */
  readonly clock?: Pick<Required<Clock>, "after">;
}

/** A store that breaks as it is told, around one that does not. With nothing scripted it is that store. */
export interface FaultyStore extends Store {
  readonly open: NonNullable<Store["open"]>;
  readonly close: NonNullable<Store["close"]>;
  /** What it was asked for, in order, also what failed. */
  readonly calls: readonly StoreCall[];
  /** The calls of one kind. */
  callsOf<Name extends StoreCallName>(name: Name): readonly StoreCall<Name>[];
  /**
   * Begins a fault: which calls it strikes. What happens to them, the method that follows says.
   *
   * ```ts
   * store.when("events.append", { nth: 3 }).failsAfter();
   * const held = store.when("writes", { id: "a-1" }).hangsBefore();
   * ```
   *
   * @throws ScenarioError if the store has no such call, or a number is none
   */
  when<const C extends Calls>(calls: C, which?: CallSelector): FaultScript<C>;
  /** Takes back all faults, and lets go what hangs. */
  heal(): void;
}

/**
 * Wraps a store, so that a test says which of its calls fail, hang, are slow, or are refused. Faults strike in the order
 * in which they were scripted, all that match.
 */
export function faultyStore(inner: Store, { clock }: FaultyStoreOptions = {}): FaultyStore {
  const calls: StoreCall[] = [];
  const rules = new Set<FaultRule>();

  const through = (name: StoreCallName, args: readonly unknown[], run: (args: readonly unknown[]) => unknown) => {
    const call = { name, args } as unknown as StoreCall;
    calls.push(call);
    const struck = [...rules].filter((rule) => rule.strikes(call));
    return struck.length === 0 ? run(args) : strike(call, struck, run);
  };
  const has = (name: StoreCallName): boolean => {
    if (name === "open" || name === "close") return true;
    if (name === hidden) return false;
    const [part = "", method = ""] = name.split(".");
    const found: unknown = Reflect.get(inner, part);
    return isPart(found) && typeof Reflect.get(found, method) === "function";
  };

  const parts = new Map<object, object>();
  const wrapped = {};
  for (const part of membersOf(inner)) {
    const get = () => {
      const found: unknown = Reflect.get(inner, part);
      if (!isPart(found)) return found;
      let made = parts.get(found);
      if (!made) {
        made = intercepted(found, (method, args) =>
          through(`${part}.${method}` as StoreCallName, args, (own) =>
            Reflect.apply(Reflect.get(found, method), found, own),
          ),
        );
        if (part === "events") Reflect.deleteProperty(made, "loadPayloads");
        parts.set(found, made);
      }
      return made;
    };
    Object.defineProperty(wrapped, part, { enumerable: true, configurable: true, get });
  }
  const own: Pick<FaultyStore, "open" | "close" | "calls" | "callsOf" | "when" | "heal"> = {
    calls,
    open: async (...args) => {
      await through("open", args, () => inner.open?.(...args));
    },
    close: async () => {
      await through("close", [], () => inner.close?.());
    },
    callsOf: <Name extends StoreCallName>(name: Name) =>
      calls.filter((one) => one.name === name) as unknown as readonly StoreCall<Name>[],
    when(selected, which = {}) {
      return scriptOf(new FaultRule(rules, namesOf(selected, has), which), clock);
    },
    heal() {
      for (const rule of [...rules]) rule.takeBack();
    },
  };
  for (const [name, value] of Object.entries(own)) Object.defineProperty(wrapped, name, { enumerable: true, value });
  return wrapped as FaultyStore;
}

/** It is `events.load` with less of each event: without it, all that reads an entity goes by that one name. */
const hidden = "events.loadPayloads" satisfies StoreCallName;

function isPart(member: unknown): member is object {
  return typeof member === "object" && member !== null;
}

/** Carries out a call through all faults that strike it, the first one outermost. */
function strike(
  { name, args }: StoreCall,
  struck: readonly FaultRule[],
  run: (args: readonly unknown[]) => unknown,
): Promise<unknown> {
  let perform = async (own: readonly unknown[]) => run(own);
  for (const { around } of struck.toReversed()) {
    const next = perform;
    perform = async (own) => around({ name, args: own } as unknown as StoreCall, next);
  }
  return perform(args);
}
