import { type Event, idOf, snakeCase } from "@ego/protoc-gen-ego/model";
import { Failure } from "../failure.ts";
import { type Addition, type NewField, nothing } from "./addition.ts";
import { fieldSpecs } from "./field-spec.ts";
import { homeOfNew, onlyPackage } from "./home.ts";
import { newFields } from "./new-fields.ts";
import { checkFree, isEditable, messagesTyped, messageTyped, type Protos, referenceTo } from "./protos.ts";
import type { SagaRequest } from "./requests.ts";
import { entityName, pascalCase, quoted } from "./typed-name.ts";

/** An event of a saga, and the field of it that is named behind it, if one is. */
interface Trigger {
  readonly event: Event;
  readonly field?: string;
}

/** A saga, in a proto of its own. */
export function planSaga(protos: Protos, request: SagaRequest): Addition {
  const name = entityName(request.name, "a saga");
  const known = protos.domain.sagas.find((one) => one.name === name);
  if (known !== undefined)
    throw new Failure("input", `There is a saga ${name} already: the message ${known.desc.name}.`);
  const startsOn = request.startsOn.map((typed) => triggerTyped(protos, typed));
  const reactsTo = (request.reactsTo ?? []).map((typed) => triggerTyped(protos, typed));
  const sends = (request.sends ?? []).map((typed) => messageTyped(protos, typed, "command").desc);
  const files = [...startsOn, ...reactsTo].map(({ event }) => event.desc.file);
  const own = files.find((file) => isEditable(protos, file));
  const home = homeOfNew(protos, name, request, () => own?.proto.package ?? onlyPackage(protos, `${name}.v1`));
  const state = pascalCase(name);
  checkFree(protos, home.package, state);
  const scope = { file: home.file, package: home.package, message: `${home.package}.${state}` };
  const id = idOfSaga(request, startsOn);
  const like = [...startsOn, ...reactsTo].map(({ event }) => event.desc);
  const specs = fieldSpecs(request.field ?? []);
  if (specs.some((spec) => spec.name === id.name))
    throw new Failure("input", `${id.name} is the id of the saga, and is there anyway.`);
  const [first, ...others] = newFields(
    protos.domain,
    { ...scope, like: [...like, ...sends] },
    [id, ...specs],
    (index) => index + 1,
  );
  const fields: readonly NewField[] = first === undefined ? [] : [{ ...first, id: true }, ...others];
  const written = ({ event: { desc }, field }: Trigger) => {
    const reference = referenceTo(desc.typeName, desc.file.proto.package, home.package);
    return field === undefined ? reference : `${reference}.${field}`;
  };
  const message = {
    file: home.file,
    package: home.package,
    name: state,
    mark: {
      role: "saga" as const,
      ...(snakeCase(state) === name ? {} : { name }),
      startsOn: startsOn.map(written),
      reactsTo: reactsTo.map(written),
      sends: sends.map((desc) => referenceTo(desc.typeName, desc.file.proto.package, home.package)),
      timers: (request.timer ?? []).map(timerName),
    },
    fields,
    ...(request.comment ? { comment: request.comment } : {}),
  };
  return { ...nothing, files: home.made === undefined ? [] : [home.made], messages: [message] };
}

/** An event, or an event and its field: `OrderPlaced.order_id`. */
function triggerTyped(protos: Protos, typed: string): Trigger {
  const dot = typed.lastIndexOf(".");
  const named = typed.slice(dot + 1);
  const isField = messagesTyped(protos, typed).length === 0 && dot > 0 && /^[a-z]/.test(named);
  const { desc } = messageTyped(protos, isField ? typed.slice(0, dot) : typed, "event");
  const event = protos.domain.events.find((one) => one.desc === desc);
  if (event === undefined) throw new Failure("input", `There is no event ${quoted(typed)}.`);
  if (!isField) return { event };
  if (!desc.fields.some(({ name }) => name === named)) {
    throw new Failure(
      "input",
      `${desc.name} has no field ${quoted(named)}. It has: ${desc.fields.map(({ name }) => name).join(", ")}.`,
    );
  }
  return { event, field: named };
}

/** What was typed, or the id by which all events that start the saga can find it. */
function idOfSaga({ id, name }: SagaRequest, startsOn: readonly Trigger[]) {
  if (id !== undefined) {
    const [only, ...more] = fieldSpecs([id]);
    if (only !== undefined && more.length === 0) return only;
    throw new Failure("input", "A saga has one id, which is one field.");
  }
  const names = new Set(startsOn.flatMap(({ event, field }) => field ?? idOf(event)?.name ?? []));
  const [only, ...more] = fieldSpecs([...names]);
  if (only !== undefined && more.length === 0) return only;
  const found = names.size === 0 ? "have no id" : `have several ids: ${[...names].join(", ")}`;
  throw new Failure("input", `The events that start ${name} ${found}. Say by which field they find it: --id <field>.`);
}

function timerName(typed: string): string {
  if (/^[a-z][a-z0-9_]{0,62}$/.test(typed)) return typed;
  throw new Failure(
    "input",
    `${quoted(typed)} cannot be the name of a timer. Use lower case letters, digits and "_", first a letter, at most 63.`,
  );
}
