import { isMessage, type Message, toBinary } from "@bufbuild/protobuf";
import { makeMessage } from "../codegen/make-message.ts";
import type { CompiledCommand } from "../entity/compiled-entity.ts";
import { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";

/**
 * The command as a frozen message that nobody else holds, its id filled in.
 *
 * @throws EgoError `invalid_argument` for a message of another command, another entity's id, fields that make no
 * message, or more bytes than allowed
 */
export function messageOf(
  command: CompiledCommand,
  entityId: string,
  fields: object | undefined,
  maxPayloadBytes: number,
): Message {
  const { descriptor, shape } = command;
  if (isMessage(fields) && fields.$typeName !== descriptor.typeName) {
    throw new EgoError(
      "invalid_argument",
      `${command.name} takes the fields of ${descriptor.typeName}, and was given a ${fields.$typeName}`,
      { details: { type: descriptor.typeName, given: fields.$typeName } },
    );
  }
  let message = madeOf(command, fields);
  // Nested messages, and a message given as it is, still belong to the caller.
  if (!shape.flat || message === fields) message = shape.copy(message);
  command.fillId(message, entityId);
  if (shape.sizeBound(message) > maxPayloadBytes) {
    const { length } = toBinary(descriptor, message);
    if (length > maxPayloadBytes) {
      throw new EgoError(
        "invalid_argument",
        `${descriptor.typeName} has ${length} bytes, and maxPayloadBytes is ${maxPayloadBytes}`,
        { details: { type: descriptor.typeName, bytes: length, maxPayloadBytes } },
      );
    }
  }
  return shape.freeze(message);
}

function madeOf({ descriptor }: CompiledCommand, fields: object | undefined): Message {
  try {
    return makeMessage(descriptor, fields);
  } catch (cause) {
    const what = textOf(cause);
    throw new EgoError("invalid_argument", `These are no fields of ${descriptor.typeName}: ${what}`, {
      cause,
      details: { type: descriptor.typeName },
    });
  }
}
