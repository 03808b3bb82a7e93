import { Engine } from "../engine/engine.ts";
import type { EngineOptions } from "../engine/options.ts";
import type { Store } from "../journal/store.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { type FakeClock, fakeClock } from "./fake-clock.ts";
import { type FakeIds, fakeIds } from "./fake-ids.ts";
import { type FaultyStore, faultyStore } from "./faulty-store.ts";
import { type RecordingLogger, recordingLogger } from "./recording-logger.ts";

/** What a test engine is made of; only `entities` is needed. It is `strict` unless it says otherwise. */
export interface TestEngineOptions extends Omit<EngineOptions, "store" | "clock" | "ids" | "logger"> {
  /** Default: a new one in memory. */
  readonly store?: Store;
  /** Default: one that stands still at the epoch. */
  readonly clock?: FakeClock;
}

/** An engine with all that a test can look at and take hold of. Stops at the end of its block. */
export interface TestEngine extends AsyncDisposable {
  /** The engine; another one after `restart`. */
  readonly engine: Engine;
  /** `engine.entity(…)`. */
  readonly entity: Engine["entity"];
  readonly clock: FakeClock;
  /** `id-1`, `id-2`, … */
  readonly ids: FakeIds;
  /** Its store, whose faults can be scripted. */
  readonly store: FaultyStore;
  readonly log: RecordingLogger;
  /** Stops the engine and starts one that knows only what is stored. A given store must open again. */
  restart(): Promise<void>;
}

/**
 * Starts an engine for tests: in memory, with a fake clock and fake ids, and a log that nobody has to read.
 *
 * ```ts
 * await using test = await testEngine({ entities: [account.implement(accountBehavior)] });
 * await test.entity(account).get("a-1").openAccount({ openingCents: 5n });
 * ```
 */
export async function testEngine(options: TestEngineOptions): Promise<TestEngine> {
  const { store: inner = memoryStore(), clock = fakeClock(), ...rest } = options;
  const ids = fakeIds();
  const log = recordingLogger();
  const store = faultyStore(inner, { clock });
  const start = () => Engine.start({ strict: true, ...rest, store, clock, ids, logger: log });
  let engine = await start();
  return {
    get engine() {
      return engine;
    },
    entity: (entity) => engine.entity(entity),
    clock,
    ids,
    store,
    log,
    async restart() {
      await engine.stop();
      engine = await start();
    },
    [Symbol.asyncDispose]: () => engine.stop(),
  };
}
