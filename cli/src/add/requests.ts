import type { TypedHome } from "./home.ts";

/** What `ego add` was asked for, as it was typed. */
export type AddRequest =
  | EntityRequest
  | CommandRequest
  | EventRequest
  | RejectionRequest
  | ReadModelRequest
  | SagaRequest
  | FieldRequest;

interface NamedRequest {
  readonly name: string;
  /** Fields as `name:type`. */
  readonly field?: readonly string[];
  readonly comment?: string;
}

/** `ego add entity`. */
export interface EntityRequest extends NamedRequest, TypedHome {
  readonly kind: "entity";
  readonly id?: string;
  readonly durable?: boolean;
  /** The name of its table; true for the default one. */
  readonly table?: string | true;
  /** Without a command and an event. */
  readonly empty?: boolean;
}

/** `ego add command`. */
export interface CommandRequest extends NamedRequest {
  readonly kind: "command";
  readonly entity: string;
  readonly emits?: readonly string[];
  readonly rejects?: readonly string[];
  readonly precondition?: "absent" | "present" | "any";
}

/** `ego add event`. */
export interface EventRequest extends NamedRequest {
  readonly kind: "event";
  readonly entity: string;
  readonly derived?: boolean;
  /** Commands that emit it. */
  readonly emittedBy?: readonly string[];
}

/** `ego add rejection`. */
export interface RejectionRequest extends NamedRequest {
  readonly kind: "rejection";
  readonly entity: string;
  /** Commands that answer it. */
  readonly rejectedBy?: readonly string[];
  /** As `not_found`. */
  readonly code?: string;
}

/** `ego add read-model`. */
export interface ReadModelRequest extends NamedRequest, TypedHome {
  readonly kind: "read model";
  /** Entities and events. */
  readonly from: readonly string[];
  /** The fields of its key. */
  readonly id?: readonly string[];
  /** The name of the message that is a row. */
  readonly row?: string;
  readonly table?: string;
}

/** `ego add saga`. */
export interface SagaRequest extends NamedRequest, TypedHome {
  readonly kind: "saga";
  readonly startsOn: readonly string[];
  readonly reactsTo?: readonly string[];
  readonly sends?: readonly string[];
  readonly timer?: readonly string[];
  /** The field of its correlation id. */
  readonly id?: string;
}

/** `ego add field`. */
export interface FieldRequest {
  readonly kind: "field";
  readonly message: string;
  readonly fields: readonly string[];
  readonly sensitive?: boolean;
  readonly subject?: boolean;
  readonly comment?: string;
}
