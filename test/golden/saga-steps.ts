import { clone, create, type DescMessage, type Message } from "@bufbuild/protobuf";
import type { Action, Delay, SagaContext, SagaImplementation, Schema, Steps } from "@ego/runtime/codegen";

/** What a method of a saga returned, to look at. */
export type Said =
  | {
      readonly send: string;
      readonly entity: string;
      readonly to: string;
      readonly command: Message;
      readonly step?: string;
    }
  | { readonly schedule: string; readonly after: Delay }
  | { readonly end: "completed" }
  | { readonly end: "failed"; readonly reason: string }
  | { readonly compensating: string };

/** One instance of a saga, driven by hand. */
export interface Driven {
  /** Calls a method of the behavior with a copy of the state, which is kept if nothing is thrown. */
  step(part: "events" | "outcomes" | "timers", method: string, ...given: readonly unknown[]): readonly Said[];
  readonly state: Message;
}

/** Drives one instance of a saga by its printed table: no engine, no store, no clock. */
export function drive({ saga: { table }, behavior }: SagaImplementation, sagaId: string): Driven {
  let state = create(descriptor(table.state), { [table.id]: sagaId });
  const send = Object.entries(table.sends ?? {}).map(([name, { entity, message }]) => [
    name,
    (to: string, fields: object = {}, options: { step?: string } = {}) =>
      action({ send: name, entity, to, command: create(descriptor(message), fields as never), ...options }),
  ]);
  return {
    get state() {
      return state;
    },
    step(part, method, ...given) {
      const copy = clone(descriptor(table.state), state);
      const context: SagaContext<Message, unknown, string> = {
        state: copy,
        sagaId,
        now: new Date(0),
        newId: () => "id-1",
        metadata: { correlationId: "c-1", causationId: "c-1" },
        send: Object.fromEntries(send),
        schedule: (timer, after) => action({ schedule: table.timers?.[timer] ?? "", after }),
        complete: () => action({ end: "completed" }),
        fail: (reason) => action({ end: "failed", reason }),
        compensating: (reason) => action({ compensating: reason }),
      };
      const methods = (behavior as Record<string, Record<string, (...all: unknown[]) => Steps>>)[part];
      const [first, ...more] = given;
      const steps = part === "timers" ? methods?.[method]?.(context) : methods?.[method]?.(first, context, ...more);
      if (steps === undefined) throw new Error(`${part}.${method} returned nothing`);
      state = copy;
      return (Array.isArray(steps) ? steps : [steps]) as unknown as readonly Said[];
    },
  };
}

function descriptor(schema: Schema): DescMessage {
  return schema as DescMessage;
}

function action(said: Said): Action {
  return said as unknown as Action;
}
