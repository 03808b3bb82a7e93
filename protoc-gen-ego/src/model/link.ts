import type { DescMessage } from "@bufbuild/protobuf";
import { compare } from "../compare.ts";
import { columnName, methodName, tableName } from "../naming.ts";
import type { MarkedFile } from "../options/marked-file.ts";
import type { CommandMark, EventMark, MarkedMessage, RejectionMark, StateMark } from "../options/marked-message.ts";
import type { Located } from "../options/position.ts";
import type { Command, Domain, Entity, Event, Reference, Rejection, State, Table, Upcast } from "./domain.ts";
import { createScope, type Scope } from "./scope.ts";

/** Links what the options of all files say to one domain. What leads nowhere stays open, for the checks to tell. */
export function link(unordered: readonly MarkedFile[]): Domain {
  const files = [...unordered].sort((a, b) => compare(a.desc.proto.name, b.desc.proto.name));
  const placed = files.flatMap((file) => file.messages.map((message) => ({ file, message })));
  const scope = createScope(files);
  const entityOf = entityResolver(files);
  const common = ({ file, message }: Placed) => ({
    desc: message.desc,
    at: message.at,
    method: methodName(message.desc.name),
    ids: message.ids,
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
            emits: message.mark.emits.map((name) => refer(scope, message, name, eventOf)),
            rejects: message.mark.rejects.map((name) => refer(scope, message, name, rejectionOf)),
          },
        ]
      : [],
  );
  const upcasts = placed.flatMap(({ message }): Upcast[] => {
    const by = eventOf.get(message.desc);
    return by?.mark.upcasts ? [{ ...refer(scope, message, by.mark.upcasts, eventOf), by }] : [];
  });
  const roles = { states, commands, events, rejections, upcasts };
  return { files, ...roles, entities: entitiesOf(roles) };
}

interface Placed {
  readonly file: MarkedFile;
  readonly message: MarkedMessage;
}

interface Marks {
  readonly state: StateMark;
  readonly command: CommandMark;
  readonly event: EventMark;
  readonly rejection: RejectionMark;
}

function hasRole<R extends keyof Marks>(
  message: MarkedMessage,
  role: R,
): message is MarkedMessage & { readonly mark: Marks[R] } {
  return message.mark?.role === role;
}

/** The entity of a message: its own, else the file's, else that of the only state in the package. */
function entityResolver(files: readonly MarkedFile[]) {
  const inPackage = new Map<string, (Located | undefined)[]>();
  for (const file of files) {
    const named = file.messages.filter((message) => hasRole(message, "state"));
    const known = inPackage.get(file.desc.proto.package) ?? [];
    known.push(...named.map((state) => state.mark?.entity ?? file.entity));
    inPackage.set(file.desc.proto.package, known);
  }
  return (file: MarkedFile, message: MarkedMessage): Located | undefined => {
    const own = message.mark?.role === "rejection" ? undefined : message.mark?.entity;
    const only = inPackage.get(file.desc.proto.package) ?? [];
    return own ?? file.entity ?? (only.length === 1 ? only[0] : undefined);
  };
}

function refer<To>(
  scope: Scope,
  from: MarkedMessage,
  name: Located,
  targets: ReadonlyMap<DescMessage, To>,
): Reference<To> {
  const message = scope.resolve(name.value, from.desc.typeName);
  return {
    name: name.value,
    at: name.at,
    message,
    target: message && targets.get(message.desc),
  };
}

function entitiesOf(roles: Omit<Domain, "files" | "entities">): Entity[] {
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
      const table = tableOf(name, state);
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

function tableOf(entity: string, state: State): Table | undefined {
  const { table } = state.mark;
  if (!table) return undefined;
  return {
    kind: "state",
    desc: state.desc,
    name: table.name?.value ?? tableName(entity),
    at: table.name?.at ?? table.at,
    columns: state.desc.fields.map((field) => ({
      name: columnName(field.name),
      field,
      key: field === state.ids[0]?.desc,
    })),
  };
}
