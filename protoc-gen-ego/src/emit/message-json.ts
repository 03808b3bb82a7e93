import { idOf, type Message } from "../model/domain.ts";
import { fieldType } from "../model/field-type.ts";

/** A message as JSON, with its fields in order of their numbers. */
export function messageJson(message: Message): object {
  const id = idOf(message);
  return {
    type: message.desc.typeName,
    file: message.desc.file.proto.name,
    ...(id ? { id: id.name } : {}),
    fields: [...message.desc.fields]
      .sort((a, b) => a.number - b.number)
      .map((field) => ({ number: field.number, name: field.name, type: fieldType(field) })),
  };
}
