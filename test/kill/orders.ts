/** The ways in which a store can be broken; each has to be caught. */
export const saboteurs = [
  "answers before it commits",
  "forgets the command id",
  "swaps two replies",
  "ignores the expected revision",
  "stores an event twice",
] as const;

/** One of the ways in which a store can be broken. */
export type Saboteur = (typeof saboteurs)[number];

/** What the app is to do, as JSON in a file that is its argument. */
export interface Orders {
  /** The SQLite file. */
  readonly filename: string;
  /** The commands to send, by number: each credits `number + 1` cents, under the command id `c-number`. */
  readonly commands: readonly number[];
  /** Accounts that the commands are spread over. */
  readonly entities: number;
  /** Commands under way at once. */
  readonly window: number;
  /** Engines on the file, which take the commands in turn. */
  readonly engines: 1 | 2;
  /** Go on until SIGINT or SIGTERM comes, and stop cleanly then. */
  readonly untilSignal: boolean;
  readonly saboteur?: Saboteur;
}

/** An answered command, as the app tells it: `a number revision position balance`. */
export interface Ack {
  readonly command: number;
  readonly revision: number;
  readonly position: number;
  readonly balance: bigint;
}

/** The account that a command goes to. */
export function entityOf(command: number, entities: number): string {
  return `account-${command % entities}`;
}
