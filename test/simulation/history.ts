import type { Operation } from "./operation.ts";

/** What a caller was told. */
export type Answer =
  | {
      readonly kind: "accepted";
      readonly revision: number;
      readonly position: number;
      /** Epoch milliseconds. */
      readonly recordedAt: number;
      readonly repeated: boolean;
      /** In the words of the model. */
      readonly state: string;
    }
  | { readonly kind: "rejected"; readonly what: string }
  | {
      readonly kind: "failed";
      readonly code: string;
      readonly message: string;
      readonly revision: number | undefined;
      /** Under which the command is to be sent again. */
      readonly commandId: string | undefined;
    }
  /** The node crashed first. */
  | { readonly kind: "lost" };

/** One operation sent once. */
export interface Attempt {
  readonly index: number;
  readonly operation: Operation;
  /** Its own, or that which ego chose for an attempt before. */
  readonly commandId: string | undefined;
  readonly node: string;
  /** What the clock of the node shows beside the world's. */
  readonly skewMs: number;
  readonly sentAt: number;
  readonly sentStep: number;
  /** When its caller gives up; undefined for never. */
  readonly deadline: number | undefined;
  /** The revision that the node has told of this entity, or that was stored when it started: nothing older may count. */
  readonly floor: number;
  /** When its handler was called, and on which revision. */
  readonly decisions: { readonly at: number; readonly revision: number }[];
  answer?: Answer;
  answeredAt?: number;
  answeredStep?: number;
  /** The revision that was stored when it was answered: nothing newer may count. */
  ceiling?: number;
}

/** What a node is known for. */
export interface NodeLife {
  readonly name: string;
  /** Steps in which a store call of it failed. */
  readonly failures: number[];
  /** When store calls of it began, and when they were answered, if they were. */
  readonly waits: { readonly from: number; to?: number }[];
  /** The step in which it was told to stop. */
  stopping?: number;
}

/** One thing that a subscriber of a node was given. */
export interface Seen {
  readonly node: string;
  readonly id: string;
  readonly revision: number;
  readonly attempt: number;
}

/** All that was seen from outside. */
export interface History {
  readonly attempts: Attempt[];
  readonly nodes: Map<string, NodeLife>;
  readonly seen: Seen[];
  /** Operations that their clients gave up, or that cannot be sent again. */
  readonly abandoned: Set<Operation>;
  /** What went wrong while it happened, besides what is found afterwards. */
  readonly problems: string[];
}

/** A history in which nothing has happened. */
export function newHistory(): History {
  return { attempts: [], nodes: new Map(), seen: [], abandoned: new Set(), problems: [] };
}
