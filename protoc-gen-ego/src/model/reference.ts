import type { DescMessage } from "@bufbuild/protobuf";
import type { MarkedMessage } from "../options/marked-message.ts";
import type { Located, Position } from "../options/position.ts";
import type { Scope } from "./scope.ts";

/** A name in an option, as in `emits` or `starts_on`, and what it leads to. */
export interface Reference<To> {
  readonly name: string;
  readonly at: Position;
  /** The message of that name, whatever it is marked as. */
  readonly message: MarkedMessage | undefined;
  /** The message, if it has the right role. */
  readonly target: To | undefined;
}

/** Follows a name that an option of a message has. */
export function refer<To>(
  scope: Scope,
  from: DescMessage,
  name: Located,
  targets: ReadonlyMap<DescMessage, To>,
): Reference<To> {
  const message = scope.resolve(name.value, from.typeName);
  return { name: name.value, at: name.at, message, target: message && targets.get(message.desc) };
}
