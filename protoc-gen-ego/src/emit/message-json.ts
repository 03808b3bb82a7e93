import type { DescField } from "@bufbuild/protobuf";
import { idOf, type Message } from "../model/domain.ts";
import { fieldType } from "../model/field-type.ts";

/** A message as JSON, with its fields in order of their numbers. */
export function messageJson(message: Message): object {
  // A key of several fields is told by the columns of its table.
  const id = message.ids.length === 1 ? idOf(message) : undefined;
  return {
    type: message.desc.typeName,
    file: message.desc.file.proto.name,
    ...(id ? { id: id.name } : {}),
    fields: [...message.desc.fields]
      .sort((a, b) => a.number - b.number)
      .map((field) => ({
        number: field.number,
        name: field.name,
        type: fieldType(field),
        ...sensitiveJson(message, field),
        ...(message.subjects.some(({ desc }) => desc === field) ? { subject: true } : {}),
      })),
  };
}

/** True of a field that is sensitive as a whole; else the paths of what is sensitive in it. */
function sensitiveJson({ secrets }: Message, field: DescField): object {
  const paths = secrets.paths.filter(([first]) => first === field);
  if (paths.length === 0) return {};
  const inside = paths.flatMap(([, ...rest]) => (rest.length > 0 ? rest.map(({ name }) => name).join(".") : []));
  return { sensitive: inside.length === 0 || inside };
}
