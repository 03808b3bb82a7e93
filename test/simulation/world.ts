import { Random } from "./random.ts";

/** Something that happens once, at a time of the world or later. */
interface Task {
  readonly due: number;
  readonly owner: string;
  readonly label: string;
  readonly background: boolean;
  readonly run: () => void;
}

/** Steps after which a world is said to run in circles; what happens in the background does not count. */
const maxSteps = 50_000;

/**
 * A world whose time, order and accidents follow from a seed. What happens are tasks: a store call that commits or is
 * answered, a timer, the end of a turn of the event loop, a client that acts. Of those that are due one is drawn, and
 * all promises settle before the next one: JavaScript orders those, the world everything else.
 */
export class World {
  readonly random: Random;
  /** Everything that happened, a line each: the same for the same seed, to the byte. */
  readonly trace: string[] = [];
  /** Milliseconds since it began. */
  now = 0;
  /** Tasks that were run. */
  steps = 0;
  /** Called after each step, when all has settled. */
  onSettled: () => void = () => {};
  #tasks: Task[] = [];
  readonly #dead = new Set<string>();

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  note(line: string): void {
    this.trace.push(`${this.now} ${line}`);
  }

  /**
   * Lets something happen later.
   *
   * @param owner who is to be alive for it
   * @param background whether the world may end before it
   * @returns calls it off
   */
  after(ms: number, owner: string, label: string, run: () => void, background = false): () => void {
    if (this.#dead.has(owner)) return () => {};
    const task: Task = { due: this.now + Math.max(0, ms), owner, label, background, run };
    this.#tasks.push(task);
    return () => this.#remove(task);
  }

  /** Resolves after so many milliseconds; never for an owner that dies before. */
  sleep(ms: number, owner: string, label: string): Promise<void> {
    return new Promise((resolve) => this.after(ms, owner, label, resolve));
  }

  /** Nothing of this owner happens any more. */
  kill(owner: string): void {
    this.#dead.add(owner);
    this.#tasks = this.#tasks.filter((task) => task.owner !== owner);
  }

  /** Calls off each task of an owner with a probability. */
  thin(owner: string, probability: number): void {
    this.#tasks = this.#tasks.filter((task) => task.owner !== owner || !this.random.chance(probability));
  }

  /** How many tasks of a kind still wait to happen, other than in the background. */
  waiting(label: string): number {
    return this.#tasks.filter((task) => !task.background && task.label === label).length;
  }

  /**
   * Lets things happen until something is done.
   *
   * @returns why it can never be done; undefined if it is
   */
  async until(done: Promise<unknown>): Promise<string | undefined> {
    let finished = false;
    let failure: unknown;
    let foreground = 0;
    done.then(
      () => {
        finished = true;
      },
      (cause: unknown) => {
        finished = true;
        failure = cause;
      },
    );
    await settled();
    while (!finished) {
      const task = this.#draw();
      if (!task) return "nothing is left that could happen";
      this.steps++;
      if (!task.background && ++foreground > maxSteps) return `it goes on after ${maxSteps} steps`;
      this.now = Math.max(this.now, task.due);
      this.note(task.label);
      task.run();
      await settled();
      this.onSettled();
    }
    if (failure !== undefined) throw failure;
    return undefined;
  }

  /** One of the tasks that are due; if there is none, one of those that are due next. */
  #draw(): Task | undefined {
    if (!this.#tasks.some(({ background }) => !background)) return undefined;
    let due = Number.POSITIVE_INFINITY;
    for (const task of this.#tasks) if (task.due < due) due = task.due;
    const time = Math.max(due, this.now);
    const ready = this.#tasks.filter((task) => task.due <= time) as [Task, ...Task[]];
    const task = this.random.one(ready);
    this.#remove(task);
    return task;
  }

  #remove(task: Task): void {
    const index = this.#tasks.indexOf(task);
    if (index >= 0) this.#tasks.splice(index, 1);
  }
}

/**
 * Resolves when no promise waits for another. A turn of the event loop ends only then, and nothing in a world uses
 * timers of the system, so that this takes no time and always comes to the same.
 */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
