import { CommandWindow, type HandledCommand } from "./command-window.ts";
import type { CompiledEntity } from "./compiled-entity.ts";
import type { EntityHost } from "./host.ts";
import type { PendingCommand } from "./pending-command.ts";

/** What an entity knows of the commands that it carried out: nothing until the first one comes that may be repeated. */
export class CommandMemory {
  readonly #entity: CompiledEntity;
  readonly #id: string;
  readonly #host: EntityHost;
  #window: CommandWindow | undefined;
  /** Commands that were carried out while the window is being read, which may not have seen them. */
  #meanwhile: [string, HandledCommand][] | undefined;

  constructor(entity: CompiledEntity, id: string, host: EntityHost) {
    this.#entity = entity;
    this.#id = id;
    this.#host = host;
  }

  /** Whether the window was read. */
  get loaded(): boolean {
    return this.#window !== undefined;
  }

  find(commandId: string): HandledCommand | undefined {
    return this.#window?.get(commandId);
  }

  /** Reads the window from the store, backwards from a revision. */
  async load(head: number): Promise<void> {
    const { events, states, timing } = this.#host;
    const meanwhile: [string, HandledCommand][] = [];
    this.#meanwhile = meanwhile;
    try {
      const window = await (this.#entity.table.kind === "durable" && states
        ? CommandWindow.ofStates(states, this.#entity.name, this.#id)
        : CommandWindow.ofEvents(events, this.#entity.name, this.#id, head, timing.now()));
      for (const [commandId, handled] of meanwhile) window.add(commandId, handled);
      this.#window = window;
    } finally {
      this.#meanwhile = undefined;
    }
  }

  /** Notes a command that is durable now. Also under an id that ego chose: a caller that gave up was told it. */
  remember(pending: PendingCommand, revision: number, position: number, recordedAt: number): void {
    if (!this.#window && !this.#meanwhile) return;
    const handled = { revision, position, recordedAt, fingerprint: pending.fingerprint };
    this.#window?.add(pending.commandId, handled);
    this.#meanwhile?.push([pending.commandId, handled]);
  }

  /** Somebody else may have written the entity: what is known is not all. */
  forget(): void {
    this.#window = undefined;
  }
}
