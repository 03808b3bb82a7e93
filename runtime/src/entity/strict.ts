import type { Message } from "@bufbuild/protobuf";
import { isPromise } from "./is-promise.ts";
import type { Shape } from "./shape.ts";

// State and commands are always frozen. What would cost too much where commands are counted is here: events that appliers and
// upcasters are given are frozen too, and bytes, which cannot be, are compared.

type Handler = (command: Message, context: unknown) => unknown;
type Applier = (event: Message, state: Message) => unknown;
type UpcastMethod = (event: Message) => unknown;

/** What V8 says of a change to something frozen does not say what was frozen, nor why. */
export function isFrozenError(cause: unknown): cause is TypeError {
  const frozen = /read only property|object is not extensible|Cannot (delete|define|redefine) property/;
  return cause instanceof TypeError && frozen.test(cause.message);
}

/** A handler that fails if it changes bytes of its command, or of the state: what it changed is its own, and lost. */
export function strictHandler(handle: Handler, command: Shape, state: Shape): Handler {
  if (!command.hasBytes && !state.hasBytes) return handle;
  return (message, context) => {
    const given = (context as { readonly state: Message }).state;
    // Each look at the state would be at another copy.
    Object.defineProperty(context, "state", { value: given });
    const checks = [bytesOf("command", command, message), bytesOf("state", state, given)];
    const checked = (returned: unknown): unknown => {
      for (const check of checks) check();
      return returned;
    };
    const returned = handle(message, context);
    return isPromise(returned) ? Promise.resolve(returned).then(checked) : checked(returned);
  };
}

/** An applier that fails if it changes the event. */
export function strictApplier(apply: Applier, event: Shape, state: Shape): Applier {
  return (message, target) => {
    const check = bytesOf("event", event, message);
    const returned = told("an applier changes the state, and nothing else", () => apply(event.freeze(message), target));
    check();
    // What the state has of the event is not to be frozen in it.
    if (!event.flat) Object.assign(target, state.copy(target));
    return returned;
  };
}

/** An upcaster that fails if it changes the old event. */
export function strictUpcast(upcast: UpcastMethod, old: Shape): UpcastMethod {
  return (message) => {
    const check = bytesOf("event", old, message);
    const returned = told("an upcaster returns what is new", () => upcast(old.freeze(message)));
    check();
    return returned;
  };
}

function told<T>(instead: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (!isFrozenError(cause)) throw cause;
    throw new TypeError(`${cause.message}. The event is frozen here: ${instead}.`, { cause });
  }
}

/** Notes the bytes of a message. What is returned throws if they are others by then; all else of it is frozen. */
function bytesOf(what: "command" | "state" | "event", shape: Shape, message: Message): () => void {
  if (!shape.hasBytes) return () => {};
  const held = bytesIn(message);
  const before = held.map((bytes) => bytes.slice());
  return () => {
    const same = held.every((bytes, index) => bytes.every((byte, at) => byte === before[index]?.[at]));
    if (!same)
      throw new TypeError(`It changed bytes of the ${what}. They are a copy, and what is changed in it is lost.`);
  };
}

function bytesIn(value: unknown): Uint8Array[] {
  if (value instanceof Uint8Array) return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(bytesIn) : [];
}
