import {
  type Command,
  commentOf,
  constantName,
  currentEvents,
  type Domain,
  type Entity,
  type Event,
  entityOf,
  entityTypeName,
  findsRow,
  generatedPath,
  idOf,
  isState,
  type Message,
  type Position,
  type ReadModel,
  readModelTypeName,
  type Saga,
  sagaTypeName,
  timerMethod,
} from "@ego/protoc-gen-ego/model";

/** Something that people write an implementation of: the behavior of an entity or saga, the projection of a read model. */
export interface Contract {
  readonly kind: "entity" | "read model" | "saga";
  /** As the proto has it: `inventory_item`. */
  readonly name: string;
  /** The constant that generated code exports for it: `inventoryItem`. */
  readonly constant: string;
  /** The interface that an implementation has: `InventoryItemBehavior`. */
  readonly type: string;
  /** The generated file it is in, from the output folder, without extension. */
  readonly generated: string;
  /** Where the proto names it. */
  readonly at: Position;
  /** In the order in which the interface has them. */
  readonly sections: readonly Section[];
  /** The names of the sections that any contract of this kind may have. */
  readonly sectionKeys: readonly string[];
}

/** A part of a contract that has one method per message. */
export interface Section {
  /** The member of the contract that it is; undefined where the contract itself has the methods, as a projection. */
  readonly key: string | undefined;
  /** Its interface: `InventoryItemHandlers`. */
  readonly type: string;
  /** In the order of the schema. */
  readonly members: readonly Member[];
}

/** What a member is of. */
export type Role = "command" | "event" | "old event" | "state" | "outcome" | "timer";

/** One method that an implementation has to have, or may have. */
export interface Member {
  readonly name: string;
  /** A derived event: nobody has to write a method for it. */
  readonly optional: boolean;
  readonly role: Role;
  /** Full name of its message, as `bank.v1.OpenAccount`; of a timer, `transfer_process.stuck`. */
  readonly fullName: string;
  /** What the proto says of it. Untrusted. */
  readonly comment: string;
  /** Its parameters, as one would write them: `command`, `{ state, emit, reject }`. */
  readonly parameters: readonly string[];
  /** What is at hand to write it with: `emit.accountOpened`, `event.amountCents`. */
  readonly uses: readonly string[];
  /** What it is given, parameter by parameter. */
  readonly given: readonly Given[];
}

/** What a parameter is: a message, a context, or something that is not looked into. */
export type Given = Message | Context | undefined;

/** The last parameter of most methods, as far as not every context has it. */
export interface Context {
  readonly state?: Message;
  /** Members that only some contexts have: `save`, `row`. */
  readonly has: readonly string[];
  /** Those whose own members are a closed list: `emit` → what may be emitted. */
  readonly makers: Readonly<Record<string, readonly string[]>>;
}

/** All members of contexts that are not in every context. */
export const contextMembers: readonly string[] = [
  ...["emit", "reject", "save", "remove", "keep", "row", "rowOf"],
  ...["send", "schedule", "complete", "fail", "compensating"],
];

/** All contracts that code is generated for, in order of kinds and names. */
export function contractsOf(domain: Domain): readonly Contract[] {
  return [
    ...domain.entities.filter(({ generate }) => generate).map(entityContract),
    ...domain.readModels.filter(({ generate }) => generate).map(readModelContract),
    ...domain.sagas.filter(({ generate }) => generate).map((saga) => sagaContract(domain, saga)),
  ];
}

function entityContract(entity: Entity): Contract {
  const { state } = entity;
  const events = currentEvents(entity);
  const sections: Section[] = [
    {
      key: "commands",
      type: entityTypeName(entity, "Handlers"),
      members: entity.commands.map((command) => handler(entity, command)),
    },
  ];
  if (entity.events.length > 0) {
    sections.push({
      key: "events",
      type: entityTypeName(entity, "Appliers"),
      members: events.map((event) => applier(entity, event)),
    });
  }
  if (entity.replacements.length > 0) {
    sections.push({
      key: "upcasts",
      type: entityTypeName(entity, "Upcasters"),
      members: entity.replacements.map(({ old, by }) => upcaster(old, by)),
    });
  }
  return {
    kind: "entity",
    name: entity.name,
    constant: constantName(entity.name),
    type: entityTypeName(entity, "Behavior"),
    generated: generatedPath(state.desc.file),
    at: state.at,
    sections,
    sectionKeys: ["commands", "events", "upcasts"],
  };
}

function handler(entity: Entity, command: Command): Member {
  const rejects = command.rejects.flatMap(({ target }) => (target ? [target.method] : []));
  const emits = command.emits.flatMap(({ target }) => (target ? [target.method] : []));
  const changes = ["save", "remove", "keep"];
  const makers = entity.durable ? ["save(…)", "remove()", "keep()"] : emits.map((name) => `emit.${name}`);
  const answers = [...(entity.durable ? ["save"] : ["emit"]), ...(rejects.length > 0 ? ["reject"] : [])];
  return {
    ...base(command, "command"),
    parameters: ["command", `{ ${["state", ...answers].join(", ")} }`],
    uses: [...makers, ...rejects.map((name) => `reject.${name}`)],
    given: [
      command,
      {
        state: entity.state,
        has: entity.durable ? changes : [],
        makers: { ...(entity.durable ? {} : { emit: emits }), reject: rejects },
      },
    ],
  };
}

function applier(entity: Entity, event: Event): Member {
  return {
    ...base(event, "event"),
    optional: event.mark.derived !== undefined,
    parameters: ["event", "state"],
    uses: fieldsOf("event", event),
    given: [event, entity.state],
  };
}

function upcaster(old: Event, by: Event): Member {
  return {
    ...base(old, "old event"),
    parameters: ["event"],
    uses: [`the fields of ${by.desc.typeName}`, ...fieldsOf("event", old)],
  };
}

function readModelContract(readModel: ReadModel): Contract {
  return {
    kind: "read model",
    name: readModel.name,
    constant: constantName(readModel.name),
    type: readModelTypeName(readModel, "Projection"),
    generated: generatedPath(readModel.desc.file),
    at: readModel.namedAt,
    sections: [
      {
        key: undefined,
        type: readModelTypeName(readModel, "Projection"),
        members: readModel.sources.map((source) => {
          const { message } = source;
          const state = isState(source);
          const row = findsRow(readModel, source) ? "row" : "rowOf";
          const input = state ? "state" : "event";
          return {
            ...base(message, state ? "state" : "event"),
            parameters: [input, `{ ${row}, tx }`],
            uses: state ? ["state is null if it was removed"] : fieldsOf(input, message),
            given: [message, { has: row === "row" ? ["rowOf", "row"] : ["rowOf"], makers: {} }],
          };
        }),
      },
    ],
    sectionKeys: [],
  };
}

function sagaContract(domain: Domain, saga: Saga): Contract {
  const sends = saga.sends.flatMap(({ target }) => (target ? [target] : []));
  const timers = saga.timers.map(timerMethod);
  const context: Context = {
    state: saga,
    has: ["schedule", "complete", "fail", "compensating"],
    makers: { send: sends.map(({ method }) => method) },
  };
  const ways = [...(sends.length > 0 ? ["send"] : []), ...(timers.length > 0 ? ["schedule"] : []), "complete", "fail"];
  const destructured = `{ ${["state", ...ways].join(", ")} }`;
  const makers = [
    ...sends.map(({ method }) => `send.${method}`),
    ...timers.map((timer) => `schedule(${JSON.stringify(timer)}, …)`),
  ];
  const member = (message: Message, role: Role, comment = commentOf(message.desc)): Member => ({
    ...base(message, role),
    comment,
    parameters: [role === "outcome" ? "outcome" : "event", destructured],
    uses: makers,
    given: [role === "outcome" ? undefined : message, context],
  });
  const sections: Section[] = [
    {
      key: "events",
      type: sagaTypeName(saga, "Reactions"),
      members: [...saga.startsOn, ...saga.reactsTo].flatMap(({ target }) => (target ? [member(target, "event")] : [])),
    },
  ];
  if (sends.length > 0) {
    sections.push({
      key: "outcomes",
      type: sagaTypeName(saga, "Outcomes"),
      members: sends.filter((command) => entityOf(domain, command)).map((command) => outcome(member, command)),
    });
  }
  if (timers.length > 0) {
    sections.push({
      key: "timers",
      type: sagaTypeName(saga, "Timers"),
      members: saga.timers.map((timer) => ({
        name: timerMethod(timer),
        optional: false,
        role: "timer",
        fullName: `${saga.name}.${timer.value}`,
        comment: "",
        parameters: [destructured],
        uses: makers,
        given: [context],
      })),
    });
  }
  return {
    kind: "saga",
    name: saga.name,
    constant: constantName(saga.name),
    type: sagaTypeName(saga, "Behavior"),
    generated: generatedPath(saga.desc.file),
    at: saga.namedAt,
    sections,
    sectionKeys: ["events", "outcomes", "timers"],
  };
}

function outcome(member: (message: Message, role: Role) => Member, command: Command): Member {
  const cases = [
    "accepted",
    ...command.rejects.flatMap(({ target }) => (target ? [target.method] : [])),
    "undeliverable",
  ];
  const made = member(command, "outcome");
  return { ...made, uses: [`outcome.case ${cases.map((name) => JSON.stringify(name)).join(" | ")}`, ...made.uses] };
}

function base(message: Message, role: Role): Member {
  return {
    name: message.method,
    optional: false,
    role,
    fullName: message.desc.typeName,
    comment: commentOf(message.desc),
    parameters: [],
    uses: [],
    given: [message],
  };
}

/** What one looks at in a message: its fields, but for the id, which everybody knows. */
function fieldsOf(parameter: string, message: Message): string[] {
  const id = idOf(message);
  return message.desc.members.filter((member) => member !== id).map(({ localName }) => `${parameter}.${localName}`);
}
