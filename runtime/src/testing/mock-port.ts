import { intercepted } from "./intercepted.ts";
import { ScenarioError } from "./scenario-error.ts";
import { Scripted } from "./scripted.ts";

type MethodNames<Port> = {
  [Name in keyof Port & string]-?: NonNullable<Port[Name]> extends (...args: never) => unknown ? Name : never;
}[keyof Port & string];

type Method<Port, Name extends keyof Port> = Extract<NonNullable<Port[Name]>, (...args: never) => unknown>;

/** One call of a port; `method` narrows the type of `args`. */
export type PortCall<Port> = {
  [Name in MethodNames<Port>]: { readonly method: Name; readonly args: Parameters<Method<Port, Name>> };
}[MethodNames<Port>];

/** A port that keeps what it is asked, and answers as a test wants. */
export interface MockPort<Port> {
  /** What the code under test is given. */
  readonly port: Port;
  /** The calls so far, in order, also of those that failed. */
  readonly calls: readonly PortCall<Port>[];
  /**
   * Answers instead of a method: each function answers one call, the last one all that follow.
   *
   * @throws ScenarioError if the port has no such method
   */
  script<Name extends MethodNames<Port>>(name: Name, ...answers: readonly Method<Port, Name>[]): void;
}

/**
 * A mock of any port: an event store, a state store, a logger, an id generator, or one of your own.
 *
 * ```ts
 * const { port, calls, script } = mockPort<IdGenerator>({ newId: () => "x" });
 * script("newId", () => "first", () => "all others");
 * ```
 *
 * @param port what answers where nothing is scripted
 */
export function mockPort<Port extends object>(port: Port): MockPort<Port> {
  const calls: { readonly method: string; readonly args: readonly unknown[] }[] = [];
  const scripts = new Map<string, Scripted<(...args: readonly unknown[]) => unknown>>();
  return {
    port: intercepted(port, (method, args, run) => {
      calls.push({ method, args });
      const answer = scripts.get(method)?.take();
      return answer ? answer(...args) : run();
    }),
    calls: calls as unknown as readonly PortCall<Port>[],
    script(name, ...answers) {
      if (typeof port[name] !== "function") {
        throw new ScenarioError(`script(): the port has no method ${name}`, Object.keys(port), name);
      }
      const script = scripts.get(name) ?? new Scripted();
      script.add(...(answers as readonly never[]));
      scripts.set(name, script);
    },
  };
}
