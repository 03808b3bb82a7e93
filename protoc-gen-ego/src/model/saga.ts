import type { DescField } from "@bufbuild/protobuf";
import type { SagaMark } from "../options/marks.ts";
import type { Located, Position } from "../options/position.ts";
import type { Command, Event, Message } from "./domain.ts";
import type { Reference } from "./reference.ts";

/** A process across entities: it reacts to events with commands. */
export interface Saga extends Message {
  readonly mark: SagaMark;
  readonly name: string;
  /** Where its name is said: by the option, or by the message. */
  readonly namedAt: Position;
  readonly startsOn: readonly Trigger[];
  readonly reactsTo: readonly Trigger[];
  readonly sends: readonly Reference<Command>[];
  readonly timers: readonly Located[];
}

/** An event that a saga consumes. */
export interface Trigger extends Reference<Event> {
  /** The field that holds the correlation id, where one is named: `OrderPlaced.order_id`. */
  readonly field?: { readonly name: string; readonly desc: DescField | undefined };
}
