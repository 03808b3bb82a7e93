import { EgoError, type Store } from "@ego/runtime";
import type { NodeLife } from "./history.ts";
import type { Plan } from "./plan.ts";
import type { WholeStore } from "./saboteur.ts";
import type { World } from "./world.ts";

/** What a store call comes to. */
type Fate =
  | "well"
  /** Nothing is done. */
  | "fails before"
  /** It is done, and the answer is lost. */
  | "fails after"
  /** It fails, and is done all the same, later: the backend did not notice. */
  | "fails, done later"
  /** It takes very long, then it is done. */
  | "hangs";

/** How a node reaches the journal: calls take their time each way, and some go wrong while there are faults. */
export class RemoteStore {
  readonly store: WholeStore & Required<Pick<Store, "close">>;
  readonly #world: World;
  readonly #plan: Plan;
  readonly #life: NodeLife;
  readonly #faults: () => boolean;
  readonly #problems: string[];
  /** Whose tasks the backend's are: they outlive the node. */
  readonly backend: string;
  #calls = 0;
  #appending = 0;
  /** Batches under way, of events and states. */
  #writing = 0;
  /** Batches that were under way when it was closed. */
  closedUnder = 0;
  /** Reads under way. */
  reading = 0;
  #closed = false;

  constructor(
    journal: WholeStore,
    world: World,
    plan: Plan,
    life: NodeLife,
    faults: () => boolean,
    problems: string[],
  ) {
    this.#world = world;
    this.#plan = plan;
    this.#life = life;
    this.#faults = faults;
    this.#problems = problems;
    this.backend = `${life.name}'s backend`;
    const { events, states, snapshots } = journal;
    const changes = (batch: readonly { readonly entityId: string; readonly expectedRevision: number }[]) =>
      batch.map(({ entityId, expectedRevision }) => `${entityId}@${expectedRevision}`).join(" ");
    this.store = {
      events: {
        shardCount: events.shardCount,
        lanes: plan.lanes,
        append: async (batch) => {
          this.#checkBatch(batch.length, ++this.#appending);
          return this.#call(`append ${changes(batch)}`, "write", () => events.append(batch)).finally(() => {
            this.#appending--;
          });
        },
        load: (type, id, range) => this.#call(`load ${id}`, "read", () => events.load(type, id, range)),
        read: (shard, after, limit) => this.#call(`read ${shard}`, "read", () => events.read(shard, after, limit)),
      },
      states: {
        load: (type, id) => this.#call(`load state ${id}`, "read", () => states.load(type, id)),
        save: async (batch) => {
          this.#checkBatch(batch.length, 0);
          return this.#call(`save ${changes(batch)}`, "write", () => states.save(batch));
        },
        receipts: (type, id, limit) => this.#call(`receipts ${id}`, "read", () => states.receipts(type, id, limit)),
      },
      snapshots: {
        save: (batch) => this.#call("save snapshots", "snapshot", () => snapshots.save(batch)),
        load: (type, id, choice) => this.#call(`load snapshot ${id}`, "read", () => snapshots.load(type, id, choice)),
        delete: (type, id, range) =>
          this.#call(`delete snapshots ${id}`, "snapshot", () => snapshots.delete(type, id, range)),
      },
      close: async () => {
        this.#closed = true;
        this.closedUnder = this.#writing;
      },
    };
  }

  #checkBatch(entries: number, appending: number): void {
    const { maxEntries, lanes } = this.#plan;
    if (entries > maxEntries)
      this.#problems.push(`bounds: a batch of ${entries} entries, and maxEntries is ${maxEntries}`);
    if (appending > lanes) this.#problems.push(`bounds: ${appending} batches under way on ${lanes} lanes`);
  }

  #call<T>(what: string, kind: "read" | "write" | "snapshot", perform: () => Promise<T>): Promise<T> {
    const { name } = this.#life;
    const label = `${name} #${++this.#calls} ${what}`;
    const fate = this.#fate(kind);
    this.#world.note(`${label}${fate === "well" ? "" : `: ${fate}`}`);
    // A read that nobody waits for any more may come late.
    if (this.#closed && kind === "write") this.#problems.push(`bounds: ${label} comes after the store was closed`);
    if (kind === "write") this.#writing++;
    else this.reading++;
    const wait: NodeLife["waits"][number] = { from: this.#world.now };
    this.#life.waits.push(wait);
    return new Promise<T>((resolve, reject) => {
      const answer = (how: string, give: () => void) =>
        this.#world.after(this.#latency(), name, `${label} ${how}`, give);
      const fail = () =>
        answer("fails", () => {
          this.#life.failures.push(this.#world.steps);
          reject(new EgoError("unavailable", "The connection was lost."));
        });
      if (fate === "fails before" || fate === "fails, done later") fail();
      if (fate === "fails before") return;
      const delay = this.#latency() + (fate === "hangs" || fate === "fails, done later" ? this.#longTime() : 0);
      this.#world.after(delay, this.backend, `${label} is done`, () => {
        perform().then(
          (result) => {
            if (fate === "fails after") fail();
            else if (fate !== "fails, done later") answer("is answered", () => resolve(result));
          },
          (cause: unknown) => answer("is refused", () => reject(cause)),
        );
      });
    }).finally(() => {
      wait.to = this.#world.now;
      if (kind === "write") this.#writing--;
      else this.reading--;
    });
  }

  #fate(kind: "read" | "write" | "snapshot"): Fate {
    const { random } = this.#world;
    if (!this.#faults() || !random.chance(this.#plan.faultRate)) return "well";
    if (kind === "read") return random.one(["fails before", "fails after", "hangs"]);
    return random.one(["fails before", "fails after", "fails after", "fails, done later", "hangs"]);
  }

  #latency(): number {
    return this.#world.random.int(0, this.#plan.maxLatencyMs);
  }

  #longTime(): number {
    return this.#world.random.one([10, 100, 300, 1_000, 1_000, 30_000]);
  }
}
