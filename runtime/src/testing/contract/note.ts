import { create, createFileRegistry, type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import type { EntityTable } from "../../codegen/entity.ts";
import type { TableData } from "../../codegen/table.ts";
import type { StateChange, StateChangeResult, StoredState } from "../../journal/state-store.ts";
import { ContractError } from "./contract-error.ts";

// The message of the durable states, made here: a .proto would be published with the package.

const fields = [
  ["id", FieldDescriptorProto_Type.STRING],
  ["text", FieldDescriptorProto_Type.STRING],
  ["label", FieldDescriptorProto_Type.STRING],
  ["count", FieldDescriptorProto_Type.INT64],
  ["raw", FieldDescriptorProto_Type.BYTES],
] as const;

const file = create(FileDescriptorProtoSchema, {
  name: "ego/contract/note.proto",
  package: "ego.contract",
  syntax: "proto3",
  messageType: [
    {
      name: "Note",
      field: fields.map(([name, type], index) => ({
        name,
        jsonName: name,
        type,
        number: index + 1,
        label: FieldDescriptorProto_Label.OPTIONAL,
      })),
    },
  ],
});

const noteDescriptor: DescMessage = noteOf(createFileRegistry(file, () => undefined).getMessage("ego.contract.Note"));

/** A durable state of the contract. */
export interface Note {
  readonly id: string;
  readonly text: string;
  /** Unique in the table of the entity that has one; the id if not given. */
  readonly label: string;
  readonly count: bigint;
  readonly raw: Uint8Array;
}

/** The durable entities of the contract: one that has a SQL table, and one that is kept as bytes. */
export const noteEntities: readonly EntityTable[] = [
  {
    ...entityOf("contract_row"),
    table: {
      seam: 1,
      name: "contract_rows",
      kind: "state",
      message: noteDescriptor,
      key: ["id"],
      columns: Object.fromEntries(fields.map(([name]) => [name, name])),
      indexes: [{ name: "contract_rows_label", fields: ["label"], unique: true }],
    },
  },
  entityOf("contract_note"),
];

/** A table of notes that are made of events, by its name. */
export function noteTable(name: string): TableData {
  return {
    seam: 1,
    name,
    kind: "read-model",
    message: noteDescriptor,
    key: ["id"],
    columns: Object.fromEntries(fields.map(([field]) => [field, field])),
    indexes: [{ name: `${name}_label`, fields: ["label"] }],
  };
}

/** A change of a state; `null` removes it. */
export function changeOf(
  entityType: string,
  entityId: string,
  expectedRevision: number,
  note: string | Partial<Note> | null,
): StateChange {
  const init = typeof note === "string" ? { text: note } : note;
  const state = init === null ? null : create(noteDescriptor, { label: entityId, ...init, id: entityId } as never);
  return {
    entityType,
    entityId,
    expectedRevision,
    state,
    payload: state === null ? new Uint8Array(0) : toBinary(noteDescriptor, state),
    metadata: Uint8Array.of(expectedRevision % 256),
    commandId: `${entityId}-${expectedRevision}`,
    recordedAt: 1_700_000_000_000 + expectedRevision,
  };
}

/** What became of changes, wherever they were put: cases of their own look at places. */
export function withoutPlace(results: readonly StateChangeResult[]): readonly StateChangeResult[] {
  return results.map((result) => (result.stored ? { stored: true } : result));
}

/** The text of a note in binary form. */
export function textIn(payload: Uint8Array): string {
  return (fromBinary(noteDescriptor, payload) as Message & Note).text;
}

/** The note of a stored state, whether it came as a message or as bytes; null if it was removed. */
export function noteIn(stored: StoredState | undefined): Note | null {
  if (stored === undefined) throw new ContractError("no state where there is one", "a state", undefined);
  if (stored.state === null) return null;
  const message = stored.state instanceof Uint8Array ? fromBinary(noteDescriptor, stored.state) : stored.state;
  return message as Message & Note;
}

function entityOf(name: string): EntityTable {
  return { seam: 1, kind: "durable", name, state: noteDescriptor, id: "id", commands: {} };
}

function noteOf(found: DescMessage | undefined): DescMessage {
  if (found === undefined) throw new Error("ego.contract.Note is not in its own file");
  return found;
}
