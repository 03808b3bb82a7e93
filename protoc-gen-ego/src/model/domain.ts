import type { DescField, DescFile, DescMessage } from "@bufbuild/protobuf";
import type { MarkedFile } from "../options/marked-file.ts";
import type { FieldMark } from "../options/marked-message.ts";
import type { CommandMark, EventMark, RejectionMark, StateMark } from "../options/marks.ts";
import type { Located, Position } from "../options/position.ts";
import type { ReadModel } from "./read-model.ts";
import type { Reference } from "./reference.ts";
import type { Saga } from "./saga.ts";
import type { Secrets } from "./secrets.ts";
import type { Service } from "./service.ts";
import type { Table } from "./table.ts";

/** All that the options say about all files, linked. May be wrong: the checks tell. */
export interface Domain {
  readonly files: readonly MarkedFile[];
  /** Marked messages by role, in order of file names and declaration. */
  readonly states: readonly State[];
  readonly commands: readonly Command[];
  readonly events: readonly Event[];
  readonly rejections: readonly Rejection[];
  /** Every `upcasts`, whether it leads to an event or not. */
  readonly upcasts: readonly Upcast[];
  /** Entities that have a state, in order of names. */
  readonly entities: readonly Entity[];
  readonly readModels: readonly ReadModel[];
  readonly sagas: readonly Saga[];
  readonly services: readonly Service[];
}

/** What stands between the commands and the events, or states, of one kind of thing. */
export interface Entity {
  readonly name: string;
  /** The first state, if there are several. */
  readonly state: State;
  readonly durable: boolean;
  readonly commands: readonly Command[];
  /** Old ones too: see `currentEvents`. */
  readonly events: readonly Event[];
  /** What becomes of its old events, in the order in which those are declared. */
  readonly replacements: readonly Replacement[];
  /** The rejections that its commands refer to, each once. */
  readonly rejections: readonly Rejection[];
  readonly table?: Table;
  /** Code is printed for it. */
  readonly generate: boolean;
}

/** A marked message. */
export interface Message {
  readonly desc: DescMessage;
  /** Where it is named. */
  readonly at: Position;
  /** Method or member that stands for it in generated code. */
  readonly method: string;
  readonly ids: readonly FieldMark[];
  /** Its own fields that are stored encrypted. */
  readonly sensitive: readonly FieldMark[];
  /** Fields that name the data subject. */
  readonly subjects: readonly FieldMark[];
  /** All that is sensitive in it, also in the messages that it holds. */
  readonly secrets: Secrets;
  readonly generate: boolean;
}

/** A marked message that belongs to one entity. */
export interface Member extends Message {
  /** Name of its entity and where that is said; undefined if it cannot be inferred. */
  readonly entity: Located | undefined;
}

/** The state of an entity. */
export interface State extends Member {
  readonly mark: StateMark;
}

/** Asks an entity to do something. */
export interface Command extends Member {
  readonly mark: CommandMark;
  readonly emits: readonly Reference<Event>[];
  readonly rejects: readonly Reference<Rejection>[];
}

/** Says what happened to an entity. */
export interface Event extends Member {
  readonly mark: EventMark;
}

/** The `upcasts` of an event: a name, and the older event that it leads to. */
export interface Upcast extends Reference<Event> {
  /** The event that says so. */
  readonly by: Event;
}

/** An old event, and the one that it becomes when it is read. */
export interface Replacement {
  readonly old: Event;
  readonly by: Event;
}

/** A typed domain error. */
export interface Rejection extends Message {
  readonly mark: RejectionMark;
}

/** The field that holds the id, if the message has one. */
export function idOf(message: Message): DescField | undefined {
  return message.ids[0]?.desc;
}

/** The name under which an event is stored. */
export function storedName({ mark, desc }: Event): string {
  return mark.type?.value ?? desc.typeName;
}

/** The events that commands emit and appliers take: those that no other event upcasts. */
export function currentEvents({ events, replacements }: Entity): readonly Event[] {
  return events.filter((event) => !replacements.some(({ old }) => old === event));
}

/**
 * What an event is when it comes out of the store: itself, or the newest of those that replaced it. Where they replace
 * one another in a circle, of which EGO021 tells, itself.
 */
export function newestOf({ replacements }: Entity, event: Event): Event {
  let newest = event;
  for (const seen = new Set([event]); ; seen.add(newest)) {
    const by = replacements.find(({ old }) => old === newest)?.by;
    if (!by) return newest;
    if (seen.has(by)) return event;
    newest = by;
  }
}

/** The entity of a message, if it has a state. */
export function entityOf(domain: Domain, { entity }: Member): Entity | undefined {
  return domain.entities.find(({ name }) => name === entity?.value);
}

/** The marked messages that are stored: all but rejections. What is sensitive in them is encrypted. */
export function storedMessages({ states, commands, events, readModels, sagas }: Domain): readonly Message[] {
  return [...states, ...commands, ...events, ...readModels, ...sagas];
}

/** A table, and the message that its rows are made of. */
export interface Tabled {
  readonly table: Table;
  readonly message: State | ReadModel;
}

/** The tables that code is printed for: of durable states, in order of their entities, then of read models. */
export function tablesOf({ entities, readModels }: Domain): readonly Tabled[] {
  return [
    ...entities.flatMap(({ table, state, durable }) => (table && durable ? [{ table, message: state }] : [])),
    ...readModels.map((message) => ({ table: message.table, message })),
  ].filter(({ message }) => message.generate);
}

/** The generated file of a proto file, without extension. */
export function generatedPath(file: DescFile): string {
  return `${file.name}_ego`;
}

/** The entities that are printed into the file generated for a proto file, as their states are declared. */
export function entitiesOf(domain: Domain, desc: DescFile): readonly Entity[] {
  return domain.states.flatMap((state) =>
    state.desc.file === desc ? domain.entities.filter((entity) => entity.state === state) : [],
  );
}

/** The read models that are printed into the file generated for a proto file, as their rows are declared. */
export function readModelsOf({ readModels }: Domain, desc: DescFile): readonly ReadModel[] {
  return readModels.filter((readModel) => readModel.desc.file === desc);
}
