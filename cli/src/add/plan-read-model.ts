import { type Entity, type Event, idOf, snakeCase } from "@ego/protoc-gen-ego/model";
import { Failure } from "../failure.ts";
import { nearest } from "../terminal/nearest.ts";
import { type Addition, type Desc, type NewField, nothing } from "./addition.ts";
import { type FieldSpec, fieldSpecs } from "./field-spec.ts";
import { homeOfNew, onlyPackage } from "./home.ts";
import { newFields } from "./new-fields.ts";
import { checkFree, isEditable, messageIfAny, type Protos, referenceTo } from "./protos.ts";
import type { ReadModelRequest } from "./requests.ts";
import { entityName, messageName, pascalCase, quoted, tableName } from "./typed-name.ts";

/** What a read model is made of. */
interface Sources {
  readonly entities: readonly Entity[];
  readonly events: readonly Event[];
}

/** A read model, in a proto of its own. */
export function planReadModel(protos: Protos, request: ReadModelRequest): Addition {
  const name = entityName(request.name, "a read model");
  const known = protos.domain.readModels.find((one) => one.name === name);
  if (known !== undefined)
    throw new Failure("input", `There is a read model ${name} already: the message ${known.desc.name}.`);
  const row = request.row === undefined ? pascalCase(name) : messageName(request.row, "a row");
  const sources = sourcesOf(protos, request.from);
  const home = homeOfNew(protos, name, request, () => packageOf(protos, name, sources));
  checkFree(protos, home.package, row);
  const scope = { file: home.file, package: home.package, message: `${home.package}.${row}` };
  const place = { ...scope, like: likeOf(sources) };
  const keys = keysOf(request, sources);
  const specs = fieldSpecs(request.field ?? []).filter(
    (spec) => !keys.some((key) => key.name === spec.name && spec.type === undefined),
  );
  const twice = specs.find((spec) => keys.some((key) => key.name === spec.name));
  if (twice !== undefined) throw new Failure("input", `The field ${twice.name} is of the key, and is there anyway.`);
  const fields = newFields(protos.domain, place, [...keys, ...specs], (index) => index + 1).map(
    (field, index): NewField => (index < keys.length ? { ...field, id: true } : field),
  );
  const { table, comment } = request;
  const message = {
    file: home.file,
    package: home.package,
    name: row,
    mark: {
      role: "read model" as const,
      ...(snakeCase(row) === name ? {} : { name }),
      events: sources.events.map(({ desc }) => referenceTo(desc.typeName, desc.file.proto.package, home.package)),
      entities: sources.entities.map((entity) => entity.name),
      ...(table === undefined ? {} : { table: { name: tableName(table), indexes: [] as const } }),
    },
    fields,
    ...(comment ? { comment } : {}),
  };
  return { ...nothing, files: home.made === undefined ? [] : [home.made], messages: [message] };
}

/** Entities and events that were typed. */
function sourcesOf(protos: Protos, typed: readonly string[]): Sources {
  const entities: Entity[] = [];
  const events: Event[] = [];
  for (const one of typed) {
    const entity = protos.domain.entities.find(({ name }) => name === one);
    const found = entity === undefined ? messageIfAny(protos, one, "event") : undefined;
    const event = protos.domain.events.find(({ desc }) => desc === found?.desc);
    if (entity === undefined && event === undefined) throw unknown(protos, one);
    if (entity !== undefined && !entities.includes(entity)) entities.push(entity);
    if (event !== undefined && !events.includes(event)) events.push(event);
  }
  return { entities, events };
}

function unknown({ domain }: Protos, typed: string): Failure {
  const names = [...domain.entities.map(({ name }) => name), ...domain.events.map(({ desc }) => desc.name)];
  const meant = nearest(typed, names);
  const entities = domain.entities.map(({ name }) => name).join(", ") || "none";
  const advice = meant === undefined ? `Entities are: ${entities}.` : `Did you mean ${meant}?`;
  return new Failure("input", `There is no entity and no event ${quoted(typed)}. ${advice}`);
}

/** The fields of the key: what was typed, or the id that all sources have in common. */
function keysOf({ id, name }: ReadModelRequest, sources: Sources): readonly FieldSpec[] {
  if (id !== undefined) return fieldSpecs(id);
  const [key, ...more] = idNames(sources);
  if (key !== undefined && more.length === 0) return fieldSpecs([key]);
  const found =
    more.length === 0
      ? "What it is made of has no id"
      : `What it is made of has several ids: ${[key, ...more].join(", ")}`;
  throw new Failure("input", `${found}. Say what a row of ${name} is found by: --id <field>.`);
}

function idNames({ entities, events }: Sources): readonly string[] {
  const messages = [...entities.map(({ state }) => state), ...events];
  return [...new Set(messages.flatMap((message) => idOf(message)?.name ?? []))];
}

/** That of what it is made of, if that is the project's. */
function packageOf(protos: Protos, name: string, { entities, events }: Sources): string {
  const files = [...entities.map(({ state }) => state), ...events].map(({ desc }) => desc.file);
  return files.find((file) => isEditable(protos, file))?.proto.package ?? onlyPackage(protos, `${name}.v1`);
}

function likeOf({ entities, events }: Sources): readonly Desc[] {
  const ofEntities = entities.flatMap((entity) => [entity.state, ...entity.events]);
  return [...ofEntities, ...events].map(({ desc }) => desc);
}
