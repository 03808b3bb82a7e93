import type { Place } from "../torture/place.ts";

/**
 * Where a process can be held, to be killed there. `handler`: a method of the read model has returned, others of its
 * transaction have not been called. `worked`: all of them have, and the offset has not moved. `committed`: the
 * transaction has ended, and the projection has not been told. `anywhere`: it is not held, and killed at an answer.
 */
export const stages = ["handler", "worked", "committed", "anywhere"] as const;

/** Where a process is held. */
export type Stage = (typeof stages)[number];

/** The ways in which a store can be broken; each has to be caught. */
export const saboteurs = [
  "moves the offset in a transaction of its own, before the work",
  "moves the offset in a transaction of its own, after the work",
  "commits rows of failed work",
  "projects inline in a transaction of its own",
] as const;

/** One of the ways in which a store can be broken. */
export type Saboteur = (typeof saboteurs)[number];

/** What the app is to do, as JSON that is its argument. */
export interface Orders {
  readonly place: Place;
  /** Which life it is: it has accounts of its own. */
  readonly life: number;
  /** Commands to send; then it waits until the projection has caught up, and stops. */
  readonly commands: number;
  /** Engines, each of which runs the read model. */
  readonly engines: number;
  /** Whether it is projected where events are stored. */
  readonly inline: boolean;
  /** Where it is killed, when it is there for the n-th time. */
  readonly stop: { readonly stage: Stage; readonly nth: number } | undefined;
  readonly saboteur: Saboteur | undefined;
}
