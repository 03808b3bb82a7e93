import type { Timing } from "../clock/clock.ts";
import { EgoError } from "../error/ego-error.ts";
import type { EntityLife } from "./life.ts";

/** An entity that cannot be read. */
export interface FailedEntity {
  /** The name of the entity, as `account`. */
  readonly entity: string;
  readonly entityId: string;
  /** Whether the next command tries again, perhaps after a pause, or none does. */
  readonly status: "failing" | "stopped";
  readonly failure: EgoError;
  /** When it failed first, since it last could be read. */
  readonly since: Date;
  /** How often it was tried since then. */
  readonly attempts: number;
}

interface Trouble {
  failure: EgoError;
  attempts: number;
  readonly since: number;
  /** When it failed last, and when it may be tried again: epoch milliseconds. */
  failedAt: number;
  retryAt: number;
}

const firstPauseMs = 100;
const maxPauseMs = 30_000;
/** Of entities that may be tried again: whoever is forgotten is tried again early. */
const maxFailing = 10_000;

/**
 * Keeps the entities of one kind that cannot be read from being tried all the time, or at all. What it knows of an
 * entity outlives it in memory. A store that fails is no failure of an entity.
 */
export class Supervisor {
  readonly #entity: string;
  readonly #onFailure: EntityLife["onFailure"];
  readonly #now: Timing["now"];
  readonly #troubles = new Map<string, Trouble>();

  constructor(entity: string, { onFailure }: EntityLife, { now }: Timing) {
    this.#entity = entity;
    this.#onFailure = onFailure;
    this.#now = now;
  }

  /** How many entities cannot be read. */
  get size(): number {
    return this.#troubles.size;
  }

  /** What an entity answers instead of being read; undefined if it may be. */
  refusal(entityId: string): EgoError | undefined {
    const trouble = this.#troubles.get(entityId);
    if (!trouble) return undefined;
    if (this.#onFailure === "stop") return this.#stopped(entityId, trouble.failure);
    const now = this.#now();
    // A clock that was set back does not keep it from being tried.
    return now < trouble.retryAt && now >= trouble.failedAt ? trouble.failure : undefined;
  }

  /** Notes why an entity could not be read, and returns what it answers. */
  failed(entityId: string, failure: EgoError): EgoError {
    // Its own failures name it, and do not go away by themselves.
    if (failure.retryable || failure.details.entityId !== entityId) return failure;
    const now = this.#now();
    const trouble = this.#troubles.get(entityId) ?? { failure, attempts: 0, since: now, failedAt: now, retryAt: now };
    trouble.failure = failure;
    trouble.attempts++;
    trouble.failedAt = now;
    trouble.retryAt = now + Math.min(firstPauseMs * 2 ** (trouble.attempts - 1), maxPauseMs);
    this.#troubles.set(entityId, trouble);
    if (this.#onFailure === "stop") return this.#stopped(entityId, failure);
    if (this.#troubles.size > maxFailing) this.#forgetOldest();
    return failure;
  }

  /** An entity was read. */
  recovered(entityId: string): void {
    if (this.#troubles.size > 0) this.#troubles.delete(entityId);
  }

  /** Some of the entities that cannot be read, those first that failed first. */
  list(limit: number): readonly FailedEntity[] {
    const list: FailedEntity[] = [];
    for (const [entityId, { failure, since, attempts }] of this.#troubles) {
      if (list.length >= limit) break;
      const status = this.#onFailure === "stop" ? "stopped" : "failing";
      list.push({ entity: this.#entity, entityId, status, failure, since: new Date(since), attempts });
    }
    return list;
  }

  #forgetOldest(): void {
    const oldest = this.#troubles.keys().next();
    if (!oldest.done) this.#troubles.delete(oldest.value);
  }

  #stopped(entityId: string, failure: EgoError): EgoError {
    return new EgoError(
      "unavailable",
      `${this.#entity} ${JSON.stringify(entityId)} is stopped, as its onFailure says, until the engine is started again or restartEntity is called: ${failure.message}`,
      { cause: failure, details: { entity: this.#entity, entityId, reason: failure.code } },
    );
  }
}
