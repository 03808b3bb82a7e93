import type { Domain, Message } from "@ego/protoc-gen-ego/model";
import type { FieldType } from "./field-type.ts";

/** What is to be added to protos. Nothing else may change. */
export interface Addition {
  readonly files: readonly NewFile[];
  readonly messages: readonly NewMessage[];
  readonly fields: readonly NewFieldOf[];
  readonly lists: readonly NewInList[];
}

/** A proto that is not there yet. */
export interface NewFile {
  /** As imports name it. */
  readonly file: string;
  /** From the root of the project. */
  readonly path: string;
  readonly package: string;
  /** The entity of its messages. */
  readonly entity?: string;
}

/** A message that is to be added. */
export interface NewMessage {
  /** The proto that it goes into, as imports name it. */
  readonly file: string;
  readonly package: string;
  readonly name: string;
  /** The full name of the message that it goes behind; without it, it goes to the end. */
  readonly behind?: string;
  readonly mark: NewMark;
  readonly comment?: string;
  readonly fields: readonly NewField[];
  /** Why it is added, if nobody asked for it. */
  readonly because?: string;
}

/** What the option of a new message says: the marks of the model, without places. */
export type NewMark =
  | {
      readonly role: "state";
      readonly entity?: string;
      readonly durable: boolean;
      readonly table?: { readonly name?: string; readonly indexes: readonly [] };
    }
  | {
      readonly role: "command";
      readonly entity?: string;
      readonly emits: readonly string[];
      readonly rejects: readonly string[];
      readonly precondition?: "absent" | "present";
    }
  | { readonly role: "event"; readonly entity?: string; readonly aliases: readonly []; readonly derived?: true }
  | { readonly role: "rejection"; readonly code: string }
  | {
      readonly role: "read model";
      readonly name?: string;
      readonly events: readonly string[];
      readonly entities: readonly string[];
      readonly table?: { readonly name?: string; readonly indexes: readonly [] };
    }
  | {
      readonly role: "saga";
      readonly name?: string;
      readonly startsOn: readonly string[];
      readonly reactsTo: readonly string[];
      readonly sends: readonly string[];
      readonly timers: readonly string[];
    };

/** A field of a new message, or one that is to be added to a message. */
export interface NewField {
  readonly name: string;
  readonly number: number;
  readonly type: FieldType;
  readonly id?: true;
  readonly sensitive?: true;
  readonly subject?: true;
  /** 64 bits as string. */
  readonly longAsString?: true;
  readonly comment?: string;
}

/** A field that is to be added to a message that is there. */
export interface NewFieldOf {
  readonly message: Desc;
  readonly field: NewField;
  /** Why it is added, if nobody asked for it. */
  readonly because?: string;
}

/** Names that are to be added to a list in the option of a command. */
export interface NewInList {
  readonly command: Desc;
  readonly list: "emits" | "rejects";
  readonly names: readonly string[];
}

/** A message of the protos. */
export type Desc = Message["desc"];

/** A proto file. */
export type DescFile = Domain["files"][number]["desc"];

/** The role as people say it. */
export type Role = NewMark["role"];

/** Adds nothing: what is left out of an addition. */
export const nothing: Addition = { files: [], messages: [], fields: [], lists: [] };
