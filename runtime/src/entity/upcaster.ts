import { create, fromBinary, isMessage, type Message, toBinary } from "@bufbuild/protobuf";
import { textOf } from "../error/text-of.ts";
import type { CompiledMessage } from "./compiled-entity.ts";

/** One step from an old event to the event that replaced it. */
export interface Upcaster {
  /** The old event, as the behavior names the upcaster: `accountCreditedV1`. */
  readonly name: string;
  /**
   * Makes the event that replaced it, its id filled in.
   *
   * @throws UpcastFailure if the behavior's upcaster throws, or returns what is no such event
   */
  readonly upcast: (event: Message, entityId: string) => Message;
}

/** What an upcaster did wrong. Whoever reads the event knows which event it was. */
export class UpcastFailure extends Error {
  readonly upcaster: string;

  constructor(upcaster: string, what: string, cause?: unknown) {
    super(`upcasts.${upcaster} ${what}`, cause === undefined ? {} : { cause });
    this.name = "UpcastFailure";
    this.upcaster = upcaster;
  }
}

/** Makes the step from an old event to the next of what the behavior says. */
export function compileUpcaster(
  old: CompiledMessage,
  next: CompiledMessage,
  method: (event: Message) => unknown,
): Upcaster {
  const { name } = old;
  const { descriptor } = next;
  const known = new Set([...old.descriptor.members, ...descriptor.members].map(({ localName }) => localName));

  /** The fields that the behavior's upcaster returned. */
  function fieldsOf(returned: unknown): object {
    if (typeof returned !== "object" || returned === null || Array.isArray(returned)) {
      const what = Array.isArray(returned) ? "a list" : String(returned);
      throw new UpcastFailure(name, `returned ${what}. It has to return the fields of ${descriptor.typeName}.`);
    }
    if (returned instanceof Promise) {
      // Nobody waits for it: its failure must not end the process.
      returned.catch(() => {});
      throw new UpcastFailure(name, "returned a promise. An upcaster makes the event of the old one, at once.");
    }
    const type = isMessage(returned) ? returned.$typeName : undefined;
    // The old event itself will do, and what is spread from it has its name.
    if (type !== undefined && type !== descriptor.typeName && type !== old.descriptor.typeName) {
      throw new UpcastFailure(name, `returned a ${type}, which is no ${descriptor.typeName}`);
    }
    // The compiler lets a misspelt name pass beside right ones. Fields spread from the old event may be too many.
    const unknown = Object.keys(returned).find((field) => !known.has(field) && !field.startsWith("$"));
    if (unknown !== undefined) {
      throw new UpcastFailure(name, `returned the field ${unknown}, which ${descriptor.typeName} does not have`);
    }
    return returned;
  }

  return {
    name,
    upcast(event, entityId) {
      let returned: unknown;
      try {
        returned = method(event);
      } catch (cause) {
        throw new UpcastFailure(name, `threw: ${textOf(cause)}`, cause);
      }
      const fields = fieldsOf(returned);
      try {
        const made = create(descriptor, fields as never) as Message;
        // As if it had been stored in this shape: a message of its own, of values that can be stored.
        const own = fromBinary(descriptor, toBinary(descriptor, made)) as Message;
        next.fillId(own, entityId);
        return own;
      } catch (cause) {
        throw new UpcastFailure(name, `returned what is no ${descriptor.typeName}: ${textOf(cause)}`, cause);
      }
    },
  };
}

/**
 * Takes an old event through its upcasters, from version to version.
 *
 * @throws UpcastFailure of the first that fails
 */
export function upcast(upcasters: readonly Upcaster[], event: Message, entityId: string): Message {
  return upcasters.reduce((version, upcaster) => upcaster.upcast(version, entityId), event);
}
