import type { Message } from "@bufbuild/protobuf";
import { EgoError } from "./ego-error.ts";

/**
 * A command was refused by the domain: what an awaited command throws. `case` is the name of the rejection, as in the
 * typed outcome; `rejection` is its message.
 */
export class RejectedError extends EgoError {
  readonly case: string;
  readonly rejection: Message;

  constructor(name: string, rejection: Message, entity: string, entityId: string, command: string) {
    super("rejected", `${entity} ${JSON.stringify(entityId)} refused ${command}: ${name}`, {
      details: { entity, entityId, command, case: name, type: rejection.$typeName },
    });
    this.name = "RejectedError";
    this.case = name;
    this.rejection = rejection;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof EgoError && value.code === "rejected" && "rejection" in value;
  }
}
