import type { Timing } from "../clock/clock.ts";
import type { EntityActor } from "../entity/entity-actor.ts";
import type { Usage } from "../entity/host.ts";

/** The entities of one kind that are in memory. */
export interface ActiveKind {
  readonly passivateAfterMs: number | undefined;
  readonly actors: Map<string, EntityActor>;
}

/** How often in `passivateAfter` a kind is looked through. */
const sweeps = 4;
/** What part of `maxActive` goes at once when there are too many, so that looking for them pays. */
const share = 16;
/** How many entities are looked at in one turn of the event loop: some milliseconds, if all of them go. */
const slice = 10_000;

/**
 * Takes entities out of memory: those that were idle for long, and those that were used least lately if there are too
 * many. One timer for each kind of entity and a number in each entity: nothing is done per command but to count it.
 */
export class Passivation {
  readonly #timing: Timing;
  readonly #usage: Usage;
  readonly #maxActive: number;
  readonly #kinds: Sweep[] = [];
  /** How many entities it takes to look for some that can go. */
  #crowd: number;

  constructor(timing: Timing, usage: Usage, maxActive: number) {
    this.#timing = timing;
    this.#usage = usage;
    this.#maxActive = maxActive;
    this.#crowd = maxActive;
  }

  add(kind: ActiveKind): void {
    this.#kinds.push(new Sweep(kind, this.#timing, this.#usage));
  }

  /** To be called before an entity comes into memory: sees to it that there is room. */
  expect(kind: ActiveKind): void {
    for (const sweep of this.#kinds) if (sweep.kind === kind) sweep.start();
    const size = this.#size();
    if (size < this.#maxActive) this.#crowd = this.#maxActive;
    if (size < this.#crowd) return;
    const room = Math.max(1, Math.floor(this.#maxActive / share));
    this.#passivate(size - this.#maxActive + room);
    // If they are all at work, they are looked through again only when there are some more.
    this.#crowd = Math.max(this.#maxActive, this.#size() + room);
  }

  stop(): void {
    for (const sweep of this.#kinds) sweep.stop();
  }

  #size(): number {
    let size = 0;
    for (const { kind } of this.#kinds) size += kind.actors.size;
    return size;
  }

  /** Passivates so many idle entities, those first that were used least lately. */
  #passivate(count: number): void {
    const used = new Float64Array(this.#size());
    let idle = 0;
    for (const { kind } of this.#kinds)
      for (const actor of kind.actors.values()) if (actor.idle) used[idle++] = actor.usedAt;
    const last = used.subarray(0, idle).sort()[Math.min(count, idle) - 1];
    if (last === undefined) return;
    for (const { kind } of this.#kinds) {
      for (const actor of kind.actors.values()) if (actor.usedAt <= last && actor.idle) actor.passivate();
    }
  }
}

/** Looks through one kind of entity while some of it are in memory. */
class Sweep {
  readonly kind: ActiveKind;
  readonly #timing: Timing;
  readonly #usage: Usage;
  /** How many commands there had been at each of the last sweeps. */
  #marks: number[] = [];
  #cancel: (() => void) | undefined;

  constructor(kind: ActiveKind, timing: Timing, usage: Usage) {
    this.kind = kind;
    this.#timing = timing;
    this.#usage = usage;
  }

  start(): void {
    const { passivateAfterMs } = this.kind;
    if (passivateAfterMs === undefined || this.#cancel) return;
    this.#cancel = this.#timing.after(Math.max(1, passivateAfterMs / sweeps), () => this.#sweep(), true);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#marks = [];
  }

  #sweep(): void {
    this.#cancel = undefined;
    this.#marks.push(this.#usage.commands);
    if (this.#marks.length > sweeps) this.#passivate(this.kind.actors.values(), this.#marks.shift() as number);
    if (this.kind.actors.size > 0) this.start();
    else this.#marks = [];
  }

  #passivate(actors: Iterator<EntityActor>, commands: number): void {
    for (let looked = 0; looked < slice; looked++) {
      const { done, value } = actors.next();
      if (done) return;
      if (value.usedAt <= commands && value.idle) value.passivate();
    }
    this.#timing.soon(() => this.#passivate(actors, commands));
  }
}
