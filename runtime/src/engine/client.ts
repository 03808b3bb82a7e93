import type { SendOptions } from "../codegen/client.ts";
import type { CompiledCommand, CompiledEntity } from "../entity/compiled-entity.ts";
import { EgoError } from "../error/ego-error.ts";
import type { SentCommand } from "./sent-command.ts";

/** Sends one command to one entity. */
export type Send = (
  command: CompiledCommand,
  entityId: string,
  fields: object | undefined,
  options: SendOptions | undefined,
) => SentCommand;

/**
 * Makes the clients of an entity: a class with one method per command, so that a client costs one small object,
 * however many commands there are.
 */
export function compileClient(entity: CompiledEntity, send: Send): (entityId: string) => object {
  class Client {
    readonly #id: string;

    constructor(id: string) {
      this.#id = id;
    }

    static {
      for (const [name, command] of entity.commands) {
        Object.defineProperty(Client.prototype, name, {
          value(this: Client | undefined, fields?: object, options?: SendOptions) {
            if (typeof this !== "object" || !(#id in this)) throw takenOff(name);
            return send(command, this.#id, fields, options);
          },
        });
      }
    }
  }
  return (entityId) => new Client(entityId);
}

function takenOff(method: string): EgoError {
  return new EgoError(
    "invalid_argument",
    `${method} was taken off its client. Call it on the client: \`accounts.get(id).${method}(…)\`.`,
  );
}
