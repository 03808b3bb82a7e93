import type { DescMessage } from "@bufbuild/protobuf";
import { compare } from "../compare.ts";
import { methodName, snakeCase, tableName } from "../naming.ts";
import type { MarkedFile } from "../options/marked-file.ts";
import type { MarkedMessage } from "../options/marked-message.ts";
import type { Mark, Role } from "../options/marks.ts";
import { type Located, namePosition } from "../options/position.ts";
import {
  type Command,
  currentEvents,
  type Domain,
  type Entity,
  type Event,
  type Rejection,
  type State,
  type Upcast,
} from "./domain.ts";
import type { ReadModel, Source } from "./read-model.ts";
import { refer } from "./reference.ts";
import type { Saga, Trigger } from "./saga.ts";
import { createScope, type Scope } from "./scope.ts";
import { createSecrets } from "./secrets.ts";
import type { Service } from "./service.ts";
import { tableOf } from "./table.ts";

/** Links what the options of all files say to one domain. What leads nowhere stays open, for the checks to tell. */
export function link(unordered: readonly MarkedFile[]): Domain {
  const files = [...unordered].sort((a, b) => compare(a.desc.proto.name, b.desc.proto.name));
  const placed = files.flatMap((file) => file.messages.map((message) => ({ file, message })));
  const scope = createScope(files);
  const entityOf = entityResolver(files);
  const secretsOf = createSecrets(placed.map(({ message }) => message));
  const common = ({ file, message }: Placed) => ({
    desc: message.desc,
    at: message.at,
    method: methodName(message.desc.name),
    ids: message.ids,
    sensitive: message.sensitive,
    subjects: message.subjects,
    secrets: secretsOf(message.desc),
    generate: file.generate,
  });

  const states = placed.flatMap(({ file, message }): State[] =>
    hasRole(message, "state")
      ? [{ ...common({ file, message }), mark: message.mark, entity: entityOf(file, message) }]
      : [],
  );
  const events = placed.flatMap(({ file, message }): Event[] =>
    hasRole(message, "event")
      ? [{ ...common({ file, message }), mark: message.mark, entity: entityOf(file, message) }]
      : [],
  );
  const rejections = placed.flatMap(({ file, message }): Rejection[] =>
    hasRole(message, "rejection") ? [{ ...common({ file, message }), mark: message.mark }] : [],
  );
  const eventOf = new Map(events.map((event) => [event.desc, event]));
  const rejectionOf = new Map(rejections.map((rejection) => [rejection.desc, rejection]));
  const commands = placed.flatMap(({ file, message }): Command[] =>
    hasRole(message, "command")
      ? [
          {
            ...common({ file, message }),
            mark: message.mark,
            entity: entityOf(file, message),
            emits: message.mark.emits.map((name) => refer(scope, message.desc, name, eventOf)),
            rejects: message.mark.rejects.map((name) => refer(scope, message.desc, name, rejectionOf)),
          },
        ]
      : [],
  );
  const upcasts = placed.flatMap(({ message }): Upcast[] => {
    const by = eventOf.get(message.desc);
    return by?.mark.upcasts ? [{ ...refer(scope, message.desc, by.mark.upcasts, eventOf), by }] : [];
  });
  const roles = { states, commands, events, rejections, upcasts };
  const marked = new Map(placed.map(({ message }) => [message.desc, message]));
  const entities = entitiesOf(roles, marked);
  const entityNamed = new Map(entities.map((entity) => [entity.name, entity]));
  const commandOf = new Map(commands.map((command) => [command.desc, command]));

  const readModels = placed.flatMap(({ file, message }): ReadModel[] => {
    if (!hasRole(message, "read model")) return [];
    const { mark, desc } = message;
    const named = mark.events.map((name) => refer(scope, desc, name, eventOf));
    const ofEntities = mark.entities.map((name) => ({ ...name, target: entityNamed.get(name.value) }));
    const name = mark.name ?? { value: snakeCase(desc.name), at: message.at };
    return [
      {
        ...common({ file, message }),
        mark,
        name: name.value,
        namedAt: name.at,
        events: named,
        entities: ofEntities,
        sources: [
          ...named.flatMap(({ target, at }): Source[] => {
            const entity = target?.entity && entityNamed.get(target.entity.value);
            return target && entity ? [{ message: target, entity, at }] : [];
          }),
          ...ofEntities.flatMap(({ target, at }): Source[] => {
            if (!target) return [];
            const messages = target.durable ? [target.state] : currentEvents(target);
            return messages.map((consumed) => ({ message: consumed, entity: target, at }));
          }),
        ],
        table: tableOf("read-model", message, mark.table, { name: tableName(name.value), at: name.at }),
      },
    ];
  });
  const sagas = placed.flatMap(({ file, message }): Saga[] => {
    if (!hasRole(message, "saga")) return [];
    const { mark, desc } = message;
    const name = mark.name ?? { value: snakeCase(desc.name), at: message.at };
    const trigger = (written: Located) => referToEvent(scope, message, written, eventOf);
    return [
      {
        ...common({ file, message }),
        mark,
        name: name.value,
        namedAt: name.at,
        startsOn: mark.startsOn.map(trigger),
        reactsTo: mark.reactsTo.map(trigger),
        sends: mark.sends.map((command) => refer(scope, desc, command, commandOf)),
        timers: mark.timers,
      },
    ];
  });
  const services = files.flatMap((file) =>
    file.services.map((service): Service => {
      const entity = service.entity ?? file.entity;
      return {
        desc: service.desc,
        at: service.at,
        entity,
        target: entity && entityNamed.get(entity.value),
        methods: service.desc.methods.map((desc) => {
          const query = service.queries.get(desc);
          return {
            desc,
            at: namePosition(desc),
            command: commandOf.get(desc.input),
            ...(query ? { query } : {}),
          };
        }),
        generate: file.generate,
      };
    }),
  );
  return { files, ...roles, entities, readModels, sagas, services };
}

interface Placed {
  readonly file: MarkedFile;
  readonly message: MarkedMessage;
}

function hasRole<R extends Role>(
  message: MarkedMessage,
  role: R,
): message is MarkedMessage & { readonly mark: Extract<Mark, { readonly role: R }> } {
  return message.mark?.role === role;
}

/** The entity of a message: its own, else the file's, else that of the only state in the package. */
function entityResolver(files: readonly MarkedFile[]) {
  const inPackage = new Map<string, (Located | undefined)[]>();
  for (const file of files) {
    const named = file.messages.filter((message) => hasRole(message, "state"));
    const known = inPackage.get(file.desc.proto.package) ?? [];
    known.push(...named.map((state) => state.mark.entity ?? file.entity));
    inPackage.set(file.desc.proto.package, known);
  }
  return (file: MarkedFile, message: MarkedMessage): Located | undefined => {
    const own = message.mark && "entity" in message.mark ? message.mark.entity : undefined;
    const only = inPackage.get(file.desc.proto.package) ?? [];
    return own ?? file.entity ?? (only.length === 1 ? only[0] : undefined);
  };
}

/** An event, or an event with the field that holds the correlation id behind it. */
function referToEvent(
  scope: Scope,
  from: MarkedMessage,
  written: Located,
  events: ReadonlyMap<DescMessage, Event>,
): Trigger {
  const whole = refer(scope, from.desc, written, events);
  const dot = written.value.lastIndexOf(".");
  if (whole.message || dot <= 0) return whole;
  const event = refer(scope, from.desc, { value: written.value.slice(0, dot), at: written.at }, events);
  if (!event.message) return whole;
  const name = written.value.slice(dot + 1);
  return { ...event, field: { name, desc: event.message.desc.fields.find((field) => field.name === name) } };
}

type Roles = Pick<Domain, "states" | "commands" | "events" | "rejections" | "upcasts">;

function entitiesOf(roles: Roles, marked: ReadonlyMap<DescMessage, MarkedMessage>): Entity[] {
  const { states, commands, events, rejections, upcasts } = roles;
  const statesOf = byEntity(states);
  const commandsOf = byEntity(commands);
  const eventsOf = byEntity(events);
  const upcastsOf = Map.groupBy(upcasts, ({ target }) => target);
  const order = new Map(rejections.map((rejection, index) => [rejection, index]));
  return [...statesOf]
    .sort(([a], [b]) => compare(a, b))
    .flatMap(([name, [state]]): Entity[] => {
      if (!state) return [];
      const own = commandsOf.get(name) ?? [];
      const rejected = new Set(own.flatMap((command) => command.rejects.flatMap(({ target }) => target ?? [])));
      const ownEvents = eventsOf.get(name) ?? [];
      const source = marked.get(state.desc);
      const { table: mark } = state.mark;
      const table = source && mark && tableOf("state", source, mark, { name: tableName(name), at: mark.at });
      return [
        {
          name,
          state,
          durable: state.mark.durable,
          commands: own,
          events: ownEvents,
          replacements: ownEvents.flatMap((old) => {
            const upcast = upcastsOf.get(old)?.find(({ by }) => by.entity?.value === name);
            return upcast ? [{ old, by: upcast.by }] : [];
          }),
          rejections: [...rejected].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)),
          ...(table ? { table } : {}),
          generate: state.generate,
        },
      ];
    });
}

/** Messages by the name of their entity; those without one are left out. */
function byEntity<M extends { readonly entity: Located | undefined }>(messages: readonly M[]): Map<string, M[]> {
  const groups = new Map<string, M[]>();
  for (const message of messages) {
    if (!message.entity) continue;
    const group = groups.get(message.entity.value);
    if (group) group.push(message);
    else groups.set(message.entity.value, [message]);
  }
  return groups;
}
