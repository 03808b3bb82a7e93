import { happens, random } from "./random.ts";

/** A command as data: what it says does not depend on when, or by whom, it is sent. */
export interface Planned {
  readonly number: number;
  readonly kind: "account" | "item";
  readonly entityId: string;
  readonly name: "open" | "credit" | "debit" | "close" | "describe" | "add" | "take" | "discontinue";
  readonly amount: number;
}

/** How a command is sent, besides what it says. */
export interface Manner {
  /** The first attempt gives up after so many milliseconds. */
  readonly timeoutMs?: number;
  /** The first attempt is aborted by its caller in the next turn. */
  readonly aborts: boolean;
  /** It expects the last revision that its engine has told of the entity. */
  readonly expects: boolean;
  /** It is delivered once more when it was answered. */
  readonly again: boolean;
  /** If it was stored, its id is used again for another command, which has to be refused. */
  readonly clashes: boolean;
  /** An earlier command that is delivered once more before this one. */
  readonly late?: number;
  /** The entity's state is read before this one. */
  readonly reads: boolean;
}

/** What one seed decides. */
export interface Plan {
  readonly seed: number;
  readonly commands: number;
  command(number: number): Planned;
  manner(number: number): Manner;
  /** The engines that a command is delivered to: one, or both at once. */
  enginesOf(number: number): readonly number[];
  /** How many answers each life of an engine's process may give before it is killed; the last one ends by itself. */
  killsAfter(engine: number, kills: number): readonly number[];
  /** After how many answers in all the database is restarted. */
  restartsAfter(restarts: number): readonly number[];
}

/** Another command, for the same entity, that somebody sends under the id of this one. */
export function clashing(command: Planned): Planned {
  return { ...command, amount: command.amount + 1_000 };
}

/** Commands that share the entities of one block. */
const blockSize = 5_000;
/** Entities that only one block knows. */
const blockEntities = 24;
/** Commands for each entity that all blocks know: fewer than the 1,000 that an entity remembers for sure. */
const commandsPerEntity = 200;

// What a number is drawn for.
const forKind = 1;
const forEntity = 2;
const forName = 3;
const forAmount = 4;
const forManner = 5;
const forEngine = 6;
const forKill = 7;
const forRestart = 8;

const accountNames = spread({ open: 15, credit: 50, debit: 34, close: 1 });
const itemNames = spread({ describe: 20, add: 48, take: 30, discontinue: 2 });

/** Makes a plan: which commands for which entities, which ids come again, when faults come. */
export function planOf(seed: number, commands: number): Plan {
  const shared = Math.max(6, Math.ceil((commands * 0.4) / commandsPerEntity));

  function command(number: number): Planned {
    const kind = happens(0.7, seed, number, forKind) ? "account" : "item";
    const names = kind === "account" ? accountNames : itemNames;
    return {
      number,
      kind,
      entityId: entityOf(number),
      name: names[random(seed, number, forName) % names.length] as Planned["name"],
      amount: random(seed, number, forAmount) % 60,
    };
  }

  function entityOf(number: number): string {
    const block = Math.floor(number / blockSize);
    const share = (random(seed, number, forEntity) % 1_000) / 1_000;
    if (share < 0.1) return `hot-${block}`;
    if (share < 0.6) return `block-${block}-${random(seed, number, forEntity, 1) % blockEntities}`;
    return `shared-${random(seed, number, forEntity, 2) % shared}`;
  }

  function manner(number: number): Manner {
    const drawn = (share: number, of: number) => happens(share, seed, number, forManner, of);
    return {
      ...(drawn(0.02, 1) ? { timeoutMs: 1 + (random(seed, number, forManner, 2) % 3) } : {}),
      aborts: drawn(0.01, 3),
      expects: drawn(0.04, 4),
      again: drawn(0.04, 5),
      clashes: drawn(0.02, 6),
      ...(number > 0 && drawn(0.04, 7)
        ? { late: number - 1 - (random(seed, number, forManner, 8) % Math.min(number, 3_000)) }
        : {}),
      reads: drawn(0.05, 9),
    };
  }

  return {
    seed,
    commands,
    command,
    manner,
    enginesOf(number) {
      if (happens(0.03, seed, number, forEngine)) return [0, 1];
      return [random(seed, number, forEngine, 1) % 2];
    },
    killsAfter(engine, kills) {
      const most = Math.floor((commands * 0.48) / (kills + 1));
      return Array.from({ length: kills }, (_, life) => {
        const share = (random(seed, forKill, engine, life) % 1_000) / 1_000;
        return Math.max(1, Math.floor(most * (0.5 + share / 2)));
      });
    },
    restartsAfter(restarts) {
      return Array.from({ length: restarts }, (_, i) => {
        const share = (random(seed, forRestart, i) % 1_000) / 1_000;
        return Math.max(1, Math.floor((commands * (i + 0.25 + share / 2)) / restarts));
      });
    },
  };
}

/** Each name as often as its weight. */
function spread(weights: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(weights).flatMap(([name, weight]) => Array.from({ length: weight }, () => name));
}
