import type { Entity } from "@ego/protoc-gen-ego/model";
import { Failure } from "../failure.ts";
import { nearest } from "../terminal/nearest.ts";
import {
  type Addition,
  type Desc,
  type NewField,
  type NewFieldOf,
  type NewInList,
  type NewMessage,
  nothing,
} from "./addition.ts";
import { fieldSpecs } from "./field-spec.ts";
import { fieldTypeOf } from "./field-type.ts";
import { type Home, homeOfMember } from "./home.ts";
import { hasField, idField, newFields, nextNumbers } from "./new-fields.ts";
import { defaultCode } from "./proto-text.ts";
import {
  checkFree,
  editablePath,
  entityTyped,
  messageIfAny,
  messageTyped,
  type Protos,
  placeText,
  referenceTo,
  withArticle,
} from "./protos.ts";
import type { CommandRequest, EventRequest, RejectionRequest } from "./requests.ts";
import { messageName, quoted } from "./typed-name.ts";

/** A command, with those of its events and rejections that are not there yet. */
export function planCommand(protos: Protos, request: CommandRequest): Addition {
  const entity = entityTyped(protos, request.entity, request.name);
  const name = messageName(request.name, "a command");
  const home = homeOfMember(protos, entity, "command");
  checkFree(protos, home.package, name);
  if (entity.durable && (request.emits ?? []).length > 0) {
    throw new Failure(
      "input",
      `The state of ${entity.name} is durable: its commands emit no events. Leave out --emits.`,
    );
  }
  const because = `since ${name} names it, and there was none`;
  const emits = namedBy(protos, entity, "event", request.emits ?? [], home);
  const rejects = namedBy(protos, entity, "rejection", request.rejects ?? [], home);
  const { comment } = request;
  const precondition =
    request.precondition === "any" ? undefined : (request.precondition ?? likelyPrecondition(entity));
  // What a command asks for is mostly what its event says.
  const [only, ...others] = emits.missing;
  const carried = only !== undefined && others.length === 0 ? (request.field ?? []) : [];
  const alike = carried.length === 0 ? because : `${because}; with its fields`;
  const command: NewMessage = {
    ...placed(home),
    name,
    mark: {
      role: "command",
      ...ownEntity(home, entity),
      emits: emits.names,
      rejects: rejects.names,
      ...(precondition === undefined ? {} : { precondition }),
    },
    fields: fieldsOf(protos, entity, home, name, request.field ?? []),
    ...(comment ? { comment } : {}),
  };
  const messages = [
    command,
    ...emits.missing.map((event) => newEvent(protos, entity, event, carried, alike)),
    ...rejects.missing.map((rejection) => newRejection(protos, entity, rejection, defaultCode, [], because)),
  ];
  const twice = messages.find((one, index) => messages.findIndex((other) => other.name === one.name) < index);
  if (twice !== undefined)
    throw new Failure("input", `${twice.name} would be two messages. Give one of them another name.`);
  return { ...nothing, messages };
}

/** Where a command is what makes an entity, the others need one. */
function likelyPrecondition({ commands }: Entity): "present" | undefined {
  return commands.some(({ mark }) => mark.precondition === "absent") ? "present" : undefined;
}

/** An event, and the commands that emit it. */
export function planEvent(protos: Protos, request: EventRequest): Addition {
  const entity = entityTyped(protos, request.entity, request.name);
  const name = messageName(request.name, "an event");
  if (entity.durable) throw new Failure("input", `The state of ${entity.name} is durable: it has no events.`);
  const event = newEvent(protos, entity, name, request.field ?? []);
  const { comment, derived = false } = request;
  const mark = { ...event.mark, ...(derived ? { derived: true } : {}) } as NewMessage["mark"];
  return {
    ...nothing,
    messages: [{ ...event, mark, ...(comment ? { comment } : {}) }],
    fields: derived ? missingInState(protos, entity, name, event.fields) : [],
    lists: listsOf(protos, entity, request.emittedBy ?? [], "emits", event),
  };
}

/** A rejection, and the commands that answer it. */
export function planRejection(protos: Protos, request: RejectionRequest): Addition {
  const entity = entityTyped(protos, request.entity, request.name);
  const name = messageName(request.name, "a rejection");
  const rejection = newRejection(protos, entity, name, request.code ?? defaultCode, request.field ?? []);
  const { comment } = request;
  return {
    ...nothing,
    messages: [{ ...rejection, ...(comment ? { comment } : {}) }],
    lists: listsOf(protos, entity, request.rejectedBy ?? [], "rejects", rejection),
  };
}

/** The fields of a derived event that its state lacks: they are copied into it. */
export function missingInState(
  protos: Protos,
  entity: Entity,
  event: string,
  fields: readonly NewField[],
): readonly NewFieldOf[] {
  const { desc } = entity.state;
  const missing = fields.filter(({ name, id }) => !id && !hasField(desc, name));
  if (missing.length === 0) return [];
  editablePath(protos, desc.file);
  const numberAt = nextNumbers(desc);
  const scope = { file: desc.file.proto.name, package: desc.file.proto.package, message: desc.typeName };
  return missing.map(({ comment: _, type, ...field }, index) => ({
    message: desc,
    field: {
      ...field,
      number: numberAt(index),
      // In another file, the type may have to be imported and written otherwise.
      type: fieldTypeOf(protos.domain, scope, `${type.label === "map" ? "" : type.label} ${type.full}`),
    },
    because: `since ${event} is derived, and is copied into it`,
  }));
}

function newEvent(
  protos: Protos,
  entity: Entity,
  name: string,
  typed: readonly string[],
  because?: string,
): NewMessage {
  const home = homeOfMember(protos, entity, "event");
  checkFree(protos, home.package, name);
  return {
    ...placed(home),
    name,
    mark: { role: "event", ...ownEntity(home, entity), aliases: [] },
    fields: fieldsOf(protos, entity, home, name, typed),
    ...(because === undefined ? {} : { because }),
  };
}

function newRejection(
  protos: Protos,
  entity: Entity,
  name: string,
  code: string,
  typed: readonly string[],
  because?: string,
): NewMessage {
  const home = homeOfMember(protos, entity, "rejection");
  checkFree(protos, home.package, name);
  const specs = fieldSpecs(typed);
  const place = { ...scopeOf(home, name), like: membersOf(entity) };
  return {
    ...placed(home),
    name,
    mark: { role: "rejection", code },
    fields: newFields(protos.domain, place, specs, (index) => index + 1),
    ...(because === undefined ? {} : { because }),
  };
}

/** The id, and what was typed. */
function fieldsOf(
  protos: Protos,
  entity: Entity,
  home: Home,
  name: string,
  typed: readonly string[],
): readonly NewField[] {
  const scope = scopeOf(home, name);
  const id = idField(entity, scope);
  const specs = fieldSpecs(typed);
  if (id.some((field) => specs.some((spec) => spec.name === field.name))) {
    throw new Failure("input", `${id[0]?.name} is the id of ${entity.name}, and is there anyway.`);
  }
  return [
    ...id,
    ...newFields(protos.domain, { ...scope, like: membersOf(entity) }, specs, (index) => index + 1 + id.length),
  ];
}

interface Named {
  /** All of them, as they are written in the option. */
  readonly names: readonly string[];
  readonly missing: readonly string[];
}

/** The events or rejections that a new command names. */
function namedBy(
  protos: Protos,
  entity: Entity,
  role: "event" | "rejection",
  typed: readonly string[],
  { package: scope }: Home,
): Named {
  const names: string[] = [];
  const missing: string[] = [];
  for (const one of typed) {
    const found = messageIfAny(protos, one, role)?.desc;
    if (found !== undefined) checkEntity(protos, entity, found);
    if (found === undefined) checkNew(protos, entity, role, one);
    const home = homeOfMember(protos, entity, role).package;
    const name =
      found === undefined
        ? referenceTo(home === "" ? one : `${home}.${one}`, home, scope)
        : referenceTo(found.typeName, found.file.proto.package, scope);
    if (names.includes(name)) throw new Failure("input", `The ${role} ${name} is given twice.`);
    names.push(name);
    if (found === undefined) missing.push(one);
  }
  return { names, missing };
}

function checkEntity(protos: Protos, { name }: Entity, desc: Desc): void {
  const event = protos.domain.events.find((one) => one.desc === desc);
  if (event === undefined || event.entity?.value === name) return;
  throw new Failure(
    "input",
    `${desc.name} is an event of ${event.entity?.value ?? "no entity"}: ${placeText(protos, desc)}. A command emits events of its own entity only.`,
  );
}

/** A slip in the name of one that is there does not make another. */
function checkNew(protos: Protos, entity: Entity, role: "event" | "rejection", typed: string): void {
  const names = (role === "event" ? entity.events : protos.domain.rejections).map(({ desc }) => desc.name);
  const meant = nearest(typed, names);
  if (meant !== undefined) {
    throw new Failure(
      "input",
      `There is no ${role} ${quoted(typed)}. Did you mean ${meant}? If it is to be another, add it first: ego add ${role} ${entity.name} …`,
    );
  }
  if (typed.includes(".")) throw new Failure("input", `There is no ${role} ${quoted(typed)}.`);
  messageName(typed, withArticle(role));
}

/** The commands that were typed, and the name of a new message in them. */
function listsOf(
  protos: Protos,
  entity: Entity,
  typed: readonly string[],
  list: NewInList["list"],
  { package: scope, name }: NewMessage,
): readonly NewInList[] {
  const commands = typed.map((one) => messageTyped(protos, one, "command").desc);
  return [...new Set(commands)].map((command) => {
    const owner = protos.domain.commands.find(({ desc }) => desc === command)?.entity?.value;
    if (list === "emits" && owner !== entity.name) {
      throw new Failure(
        "input",
        `${command.name} is a command of ${owner ?? "no entity"}: ${placeText(protos, command)}. It emits no events of ${entity.name}.`,
      );
    }
    editablePath(protos, command.file);
    const full = scope === "" ? name : `${scope}.${name}`;
    return { command, list, names: [referenceTo(full, scope, command.file.proto.package)] };
  });
}

/** All messages of an entity: what their fields are called is the same in each. */
function membersOf({ state, commands, events, rejections }: Entity): readonly Desc[] {
  return [state, ...commands, ...events, ...rejections].map(({ desc }) => desc);
}

function ownEntity(home: Home, { name }: Entity): { readonly entity?: string } {
  return home.entity === name ? {} : { entity: name };
}

function placed({ file, package: scope, behind }: Home): Pick<NewMessage, "file" | "package" | "behind"> {
  return { file, package: scope, ...(behind === undefined ? {} : { behind }) };
}

function scopeOf({ file, package: scope }: Home, name: string) {
  return { file, package: scope, message: scope === "" ? name : `${scope}.${name}` };
}
