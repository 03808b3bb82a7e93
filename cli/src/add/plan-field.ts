import { Failure } from "../failure.ts";
import { type Addition, nothing } from "./addition.ts";
import { fieldSpecs } from "./field-spec.ts";
import { newFields, nextNumbers } from "./new-fields.ts";
import { missingInState } from "./plan-member.ts";
import { editablePath, messageTyped, type Protos, placeText } from "./protos.ts";
import type { FieldRequest } from "./requests.ts";

/** Fields of a message that is there; those of a derived event are added to the state too. */
export function planField(protos: Protos, request: FieldRequest): Addition {
  const { domain } = protos;
  const { desc } = messageTyped(protos, request.message);
  editablePath(protos, desc.file);
  const specs = fieldSpecs(request.fields);
  for (const { name } of specs) {
    const known = desc.fields.find((field) => field.name === name);
    if (known !== undefined) {
      throw new Failure("input", `${desc.name} has a field ${name} already: ${placeText(protos, known)}.`);
    }
    if (desc.proto.reservedName.includes(name)) {
      throw new Failure(
        "input",
        `${desc.name} keeps the name ${name} for a field that it had: ${placeText(protos, desc)}. Take another.`,
      );
    }
  }
  const entity = domain.entities.find(({ state, commands, events }) =>
    [state, ...commands, ...events].some((one) => one.desc === desc),
  );
  const like = entity === undefined ? [] : [entity.state, ...entity.commands, ...entity.events].map((one) => one.desc);
  const place = { file: desc.file.proto.name, package: desc.file.proto.package, message: desc.typeName, like };
  const { comment, sensitive, subject } = request;
  if (comment !== undefined && specs.length > 1)
    throw new Failure("input", "A comment is for one field. Add the fields one by one.");
  const fields = newFields(domain, place, specs, nextNumbers(desc)).map((field) => ({
    ...field,
    ...(sensitive ? ({ sensitive: true } as const) : {}),
    ...(subject ? ({ subject: true } as const) : {}),
    ...(comment ? { comment } : {}),
  }));
  const event = domain.events.find((one) => one.desc === desc);
  const copied = entity !== undefined && event?.mark.derived ? missingInState(protos, entity, desc.name, fields) : [];
  return { ...nothing, fields: [...fields.map((field) => ({ message: desc, field })), ...copied] };
}
