import { Failure } from "../failure.ts";
import { printableName } from "../terminal/printable.ts";
import { type Addition, type NewField, type NewMark, type NewMessage, nothing } from "./addition.ts";
import { fieldSpecs } from "./field-spec.ts";
import { fieldTypeOf } from "./field-type.ts";
import { type Home, homeOfNew, onlyPackage } from "./home.ts";
import { newFields } from "./new-fields.ts";
import { checkFree, type Protos } from "./protos.ts";
import type { EntityRequest } from "./requests.ts";
import { entityName, pascalCase, tableName } from "./typed-name.ts";

/** An entity: its state, and a command and an event with which it is made, so that it can be tried at once. */
export function planEntity(protos: Protos, request: EntityRequest): Addition {
  const { domain } = protos;
  const name = entityName(request.name, "an entity");
  const known = domain.states.find(({ entity }) => entity?.value === name);
  if (known !== undefined) {
    const at = protos.placeOf(known.at);
    throw new Failure(
      "input",
      `There is an entity ${name} already${at === undefined ? "" : `: ${printableName(at.file)}:${at.line}`}.`,
    );
  }
  const home = homeOfNew(protos, name, request, () => onlyPackage(protos, `${name.replaceAll("-", "_")}.v1`));
  const state = pascalCase(name);
  const entity = home.made === undefined && home.entity !== name ? { entity: name } : {};
  const base = { file: home.file, package: home.package, fields: entityFields(protos, request, home, state) };
  const messages = [
    {
      ...base,
      name: state,
      mark: stateMark(request, entity),
      ...(request.comment ? { comment: request.comment } : {}),
    },
    ...(request.empty ? [] : firstMessages(base, state, request, entity)),
  ];
  for (const message of messages) checkFree(protos, home.package, message.name);
  return { ...nothing, files: home.made === undefined ? [] : [{ ...home.made, entity: name }], messages };
}

function stateMark({ durable, table }: EntityRequest, entity: { readonly entity?: string }): NewMark {
  return {
    role: "state",
    ...entity,
    durable: durable === true || table !== undefined,
    ...(table === undefined ? {} : { table: { ...(table === true ? {} : { name: tableName(table) }), indexes: [] } }),
  };
}

function entityFields(protos: Protos, request: EntityRequest, home: Home, state: string): readonly NewField[] {
  const scope = { file: home.file, package: home.package, message: `${home.package}.${state}` };
  const [id, ...more] = fieldSpecs([request.id ?? `${request.name.replaceAll("-", "_")}_id`]);
  if (id === undefined || more.length > 0) throw new Failure("input", "An entity has one id, which is one field.");
  const specs = fieldSpecs(request.field ?? []);
  if (specs.some(({ name }) => name === id.name))
    throw new Failure("input", `${id.name} is the id, and is there anyway.`);
  const type = fieldTypeOf(protos.domain, scope, id.type ?? "string");
  return [
    { name: id.name, number: 1, type, id: true },
    ...newFields(protos.domain, { ...scope, like: [] }, specs, (index) => index + 2),
  ];
}

function firstMessages(
  base: Pick<NewMessage, "file" | "package" | "fields">,
  state: string,
  { durable, table }: EntityRequest,
  entity: { readonly entity?: string },
): readonly NewMessage[] {
  const because = "so that there is something to do with it";
  const absent = { rejects: [], precondition: "absent" } as const;
  const [command, event] = [`Create${state}`, `${state}Created`];
  if (durable || table !== undefined) {
    return [{ ...base, name: command, mark: { role: "command", ...entity, emits: [], ...absent }, because }];
  }
  return [
    { ...base, name: command, mark: { role: "command", ...entity, emits: [event], ...absent }, because },
    { ...base, name: event, mark: { role: "event", ...entity, aliases: [], derived: true }, because },
  ];
}
