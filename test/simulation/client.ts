import type { Answer, Attempt } from "./history.ts";
import { type Operation, operationOf } from "./operation.ts";
import type { SimulatedNode, Surroundings } from "./simulated-node.ts";

/** Where clients find a node that is there. */
export interface Nodes {
  readonly living: readonly SimulatedNode[];
  readonly nextStart: Promise<void>;
}

/** One who sends commands, several at once, and sends them again until it is known what came of them. */
export class Client {
  readonly #name: string;
  readonly #surroundings: Surroundings;
  readonly #nodes: Nodes;
  /** The last revision of each entity that it was told. */
  readonly #seen = new Map<string, number>();

  constructor(name: string, surroundings: Surroundings, nodes: Nodes) {
    this.#name = name;
    this.#surroundings = surroundings;
    this.#nodes = nodes;
  }

  /** Carries out all its operations. */
  async run(nextIndex: () => number): Promise<void> {
    const { world, plan } = this.#surroundings;
    let left = plan.operationsPerClient;
    while (left > 0) {
      await this.#sleep(world.random.int(0, 15));
      const count = Math.min(left, world.random.int(1, plan.burst));
      left -= count;
      const burst = Array.from({ length: count }, () =>
        operationOf(nextIndex(), world.random, plan, this.#seen),
      ).flatMap((operation) => {
        // The same command twice at once: by two impatient hands, or a proxy that sends again.
        const twice = operation.commandId !== undefined && world.random.chance(0.1);
        return twice ? [operation, operation] : [operation];
      });
      await Promise.all(burst.map((operation) => this.#perform(operation)));
    }
  }

  async #perform(operation: Operation): Promise<void> {
    const { world, history } = this.#surroundings;
    let { commandId } = operation;
    for (let tries = 0; ; tries++) {
      const node = await this.#node();
      const answer = await this.#attempt(operation, commandId, node);
      if (isKnown(operation, answer)) return;
      if (answer.kind === "failed") commandId ??= answer.commandId;
      if (commandId === undefined || world.random.chance(0.1)) {
        history.abandoned.add(operation);
        return;
      }
      await this.#sleep(world.random.int(0, 20 * 2 ** Math.min(tries, 8)));
    }
  }

  async #node(): Promise<SimulatedNode> {
    const { world } = this.#surroundings;
    for (;;) {
      const [first, ...others] = this.#nodes.living;
      if (first) return world.random.one([first, ...others]);
      await this.#nodes.nextStart;
    }
  }

  async #attempt(operation: Operation, commandId: string | undefined, node: SimulatedNode): Promise<Answer> {
    const { world, journal } = this.#surroundings;
    const attempt = this.#newAttempt(operation, commandId, node);
    const { index } = attempt;
    const { id, command, amount, timeoutMs, abortMs } = operation;
    world.note(`${this.#name} sends ${index} to ${node.name}: ${id} ${command} ${amount} ${commandId ?? ""}`);
    const controller = abortMs === undefined ? undefined : new AbortController();
    const abort = controller && (() => controller.abort());
    const cancel = abort && world.after(abortMs ?? 0, this.#name, `${this.#name} gives ${index} up`, abort);
    const answer = await node.carryOut(attempt, controller?.signal, timeoutMs);
    cancel?.();
    attempt.answer = answer;
    attempt.answeredAt = world.now;
    attempt.answeredStep = world.steps;
    attempt.ceiling = journal.head(id);
    world.note(`${this.#name} has the answer to ${index}: ${textOf(answer)}`);
    if (answer.kind === "accepted") this.#seen.set(id, answer.revision);
    return answer;
  }

  #newAttempt(operation: Operation, commandId: string | undefined, node: SimulatedNode): Attempt {
    const { world, history } = this.#surroundings;
    const patience = Math.min(operation.timeoutMs ?? Infinity, operation.abortMs ?? Infinity);
    const attempt: Attempt = {
      index: history.attempts.length,
      operation,
      commandId,
      node: node.name,
      skewMs: node.skewMs,
      sentAt: world.now,
      sentStep: world.steps,
      deadline: patience === Infinity ? undefined : world.now + patience,
      floor: node.floor(operation.id),
      decisions: [],
    };
    history.attempts.push(attempt);
    return attempt;
  }

  #sleep(ms: number): Promise<void> {
    return this.#surroundings.world.sleep(ms, this.#name, `${this.#name} goes on`);
  }
}

/** Whether it is known now what came of an operation. */
function isKnown({ expectedRevision }: Operation, answer: Answer): boolean {
  if (answer.kind === "lost") return false;
  if (answer.kind !== "failed") return true;
  const { code } = answer;
  return (
    code !== "unavailable" && code !== "deadline_exceeded" && (code !== "conflict" || expectedRevision !== undefined)
  );
}

function textOf(answer: Answer): string {
  switch (answer.kind) {
    case "accepted":
      return `${answer.repeated ? "again " : ""}revision ${answer.revision} at ${answer.position}: ${answer.state}`;
    case "rejected":
      return answer.what;
    case "failed":
      return `${answer.code} ${answer.revision ?? ""}`;
    case "lost":
      return "lost";
  }
}
