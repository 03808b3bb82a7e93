import type { EgoError } from "../error/ego-error.ts";
import type {
  Activity,
  CommandAnswer,
  CommandFacts,
  CommandTelemetry,
  Decision,
  ProjectionFacts,
  ProjectionReading,
  StoredFacts,
  Telemetry,
  TraceContext,
} from "./telemetry.ts";

/**
 * Telemetry that throws nothing: whatever becomes of a trace, commands go on, and each piece of work is done exactly
 * once.
 *
 * @param onFailure told of everything that the telemetry throws
 */
export function guarded(telemetry: Telemetry, onFailure: (cause: unknown) => void): Telemetry {
  return new GuardedTelemetry(telemetry, new Guard(onFailure));
}

class Guard {
  readonly #onFailure: (cause: unknown) => void;

  constructor(onFailure: (cause: unknown) => void) {
    this.#onFailure = onFailure;
  }

  call<T>(what: () => T): T | undefined {
    try {
      return what();
    } catch (cause) {
      this.#onFailure(cause);
      return undefined;
    }
  }

  activity<Result>(start: () => Activity<Result> | undefined): Activity<Result> {
    return new GuardedActivity(this, this.call(start));
  }
}

class GuardedTelemetry implements Telemetry {
  readonly #telemetry: Telemetry;
  readonly #guard: Guard;

  constructor(telemetry: Telemetry, guard: Guard) {
    this.#telemetry = telemetry;
    this.#guard = guard;
  }

  started(
    activeEntities: () => ReadonlyMap<string, number>,
    projections: () => readonly ProjectionReading[],
  ): () => void {
    const stopped = this.#guard.call(() => this.#telemetry.started(activeEntities, projections));
    return () => this.#guard.call(() => stopped?.());
  }

  commandSent(command: CommandFacts): GuardedCommand {
    return new GuardedCommand(
      this.#guard,
      this.#guard.call(() => this.#telemetry.commandSent(command)),
    );
  }

  reading(entity: string, entityId: string, cause: CommandTelemetry | undefined): Activity<number> {
    return this.#guard.activity(() => this.#telemetry.reading(entity, entityId, innerOf(cause)));
  }

  storing(batch: readonly StoredFacts[]): Activity<readonly boolean[]> {
    return this.#guard.activity(() =>
      this.#telemetry.storing(batch.map((facts) => ({ ...facts, command: innerOf(facts.command) }))),
    );
  }

  projecting(projection: ProjectionFacts): Activity<number> {
    return this.#guard.activity(() => this.#telemetry.projecting(projection));
  }
}

class GuardedCommand implements CommandTelemetry {
  readonly inner: CommandTelemetry | undefined;
  readonly #guard: Guard;

  constructor(guard: Guard, inner: CommandTelemetry | undefined) {
    this.#guard = guard;
    this.inner = inner;
  }

  get trace(): TraceContext | undefined {
    return this.#guard.call(() => this.inner?.trace);
  }

  deciding(revision: number): Activity<Decision> {
    return this.#guard.activity(() => this.inner?.deciding(revision));
  }

  answered(answer: CommandAnswer | EgoError): void {
    this.#guard.call(() => this.inner?.answered(answer));
  }
}

class GuardedActivity<Result> implements Activity<Result> {
  readonly #guard: Guard;
  readonly #inner: Activity<Result> | undefined;

  constructor(guard: Guard, inner: Activity<Result> | undefined) {
    this.#guard = guard;
    this.#inner = inner;
  }

  run<T>(work: () => T): T {
    let done: { readonly value: T } | { readonly failure: unknown } | undefined;
    // Throws nothing itself: what `run` throws is its own.
    const once = () => {
      if (done) return;
      try {
        done = { value: work() };
      } catch (failure) {
        done = { failure };
      }
    };
    this.#guard.call(() => this.#inner?.run(once));
    once();
    const outcome = done as unknown as { readonly value: T } | { readonly failure: unknown };
    if ("failure" in outcome) throw outcome.failure;
    return outcome.value;
  }

  ended(result: Result | EgoError): void {
    this.#guard.call(() => this.#inner?.ended(result));
  }
}

function innerOf(command: CommandTelemetry | undefined): CommandTelemetry | undefined {
  return command instanceof GuardedCommand ? command.inner : command;
}
