import { EgoError, type EventStore, type StateStore, type Store } from "@ego/runtime";
import { random } from "./random.ts";

/** What of the store's work goes wrong, each as a share of all. */
export interface FaultShares {
  /** A batch fails before anything of it is stored. */
  readonly before: number;
  /** A batch is stored, and fails all the same: its answer is lost. */
  readonly after: number;
  /** A batch is stored, and answered late. */
  readonly late: number;
  /** A batch hangs until its engine has given it up, and is stored before that, or after. */
  readonly hang: number;
  /** A read fails. */
  readonly read: number;
}

/** A store that fails as a seed says. */
export interface FaultyStore {
  readonly store: Store;
  /** How often it did so far. */
  readonly count: number;
}

const latestMs = 15;

/**
 * Wraps a store: the n-th call fails, or not, as the seed says for n.
 *
 * @param storeTimeoutMs how long the engine waits for it: a batch that hangs does so for twice as long
 */
export function faulty(
  inner: Store,
  shares: FaultShares,
  storeTimeoutMs: number,
  ...seed: readonly [number, ...number[]]
): FaultyStore {
  let calls = 0;
  let count = 0;
  const draw = () => random(...seed, calls++) / 2 ** 32;

  async function write<T>(commit: () => Promise<T>): Promise<T> {
    let drawn = draw();
    const is = (share: number) => {
      const hit = drawn >= 0 && drawn < share;
      drawn -= share;
      if (hit) count++;
      return hit;
    };
    // A store may throw what its driver does, or an error of ego.
    if (is(shares.before)) throw new Error("connection refused (torture)");
    const hangs = is(shares.hang);
    const storedLast = hangs && random(...seed, calls, 2) % 2 === 0;
    // Whoever was told that it is not known what became of it may ask for it, and send it again, meanwhile.
    if (storedLast) await later(2 * storeTimeoutMs);
    const results = await commit();
    if (hangs && !storedLast) await later(2 * storeTimeoutMs);
    if (is(shares.after)) throw new EgoError("unavailable", "connection reset (torture)");
    if (is(shares.late)) await later(1 + (random(...seed, calls, 1) % latestMs));
    return results;
  }

  async function read<T>(load: () => Promise<T>): Promise<T> {
    if (draw() < shares.read) {
      count++;
      throw new Error("connection refused (torture)");
    }
    return load();
  }

  const loadPayloads = inner.events.loadPayloads?.bind(inner.events);
  const events = replaced<EventStore>(inner.events, {
    append: (batch) => write(() => inner.events.append(batch)),
    load: (...args) => read(() => inner.events.load(...args)),
    ...(loadPayloads && {
      loadPayloads: (...args: Parameters<typeof loadPayloads>) => read(() => loadPayloads(...args)),
    }),
  });
  const { states: innerStates } = inner;
  const states =
    innerStates &&
    replaced<StateStore>(innerStates, {
      save: (batch) => write(() => innerStates.save(batch)),
      load: (...args) => read(() => innerStates.load(...args)),
      receipts: (...args) => read(() => innerStates.receipts(...args)),
    });
  return {
    store: replaced<Store>(inner, { events, ...(states ? { states } : {}) }),
    get count() {
      return count;
    },
  };
}

/** A part of a store with other methods. Whatever else it has is its own. */
export function replaced<Part extends object>(part: Part, methods: Partial<Part>): Part {
  return new Proxy(part, {
    get(target, name) {
      const own: unknown = Object.hasOwn(methods, name) ? Reflect.get(methods, name) : Reflect.get(target, name);
      return typeof own === "function" ? own.bind(target) : own;
    },
  });
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
