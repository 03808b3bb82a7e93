import type { EventStore, StoredEvent } from "../journal/event-store.ts";
import { decodeFingerprint } from "../journal/metadata.ts";
import type { StateStore } from "../journal/state-store.ts";
import { pageSize } from "./event-pages.ts";

/** A command that was carried out. */
export interface HandledCommand {
  /** Revision after it. */
  readonly revision: number;
  /** Position of its last event, or of the version that it made; 0 if that has none. */
  readonly position: number;
  /** Epoch milliseconds. */
  readonly recordedAt: number;
  /** Undefined where ego chose the id. */
  readonly fingerprint: bigint | undefined;
}

/** Commands that an entity remembers. */
export const maxCommands = 1_000;
/** For how long: 7 days. */
export const maxAgeMs: number = 7 * 24 * 60 * 60 * 1_000;

/**
 * The commands that an entity carried out lately, by id: what makes a repeated command take effect once. No table of
 * its own: the ids are stored with the events, and whoever decides on a revision knows all that came before it.
 */
export class CommandWindow {
  readonly #handled = new Map<string, HandledCommand>();

  /** Reads the window of an event-sourced entity, backwards from `head`. */
  static async ofEvents(
    events: EventStore,
    entityType: string,
    entityId: string,
    head: number,
    now: number,
  ): Promise<CommandWindow> {
    const newestFirst: [string, HandledCommand][] = [];
    let last: StoredEvent | undefined;
    for (let to = head; to > 0 && newestFirst.length < maxCommands; to -= pageSize) {
      const page = await events.load(entityType, entityId, { from: Math.max(1, to - pageSize + 1), to });
      for (const stored of page.toReversed()) {
        last ??= stored;
        if (stored.commandId === null) continue;
        // The command's last event is the one before the next command's first, and has its revision and position.
        newestFirst.push([stored.commandId, handled(last, decodeFingerprint(stored.metadata))]);
        last = undefined;
      }
      // A page may be empty: what is in flight is not stored yet.
      const [oldest] = page;
      if (oldest && oldest.recordedAt < now - maxAgeMs) break;
    }
    return CommandWindow.#of(newestFirst);
  }

  /** Reads the window of a durable-state entity. */
  static async ofStates(states: StateStore, entityType: string, entityId: string): Promise<CommandWindow> {
    const receipts = await states.receipts(entityType, entityId, maxCommands);
    return CommandWindow.#of(
      receipts.map(({ commandId, revision, position = 0, recordedAt, metadata }) => [
        commandId,
        { revision, position, recordedAt, fingerprint: decodeFingerprint(metadata) },
      ]),
    );
  }

  static #of(newestFirst: readonly (readonly [string, HandledCommand])[]): CommandWindow {
    const window = new CommandWindow();
    for (const [commandId, command] of newestFirst.slice(0, maxCommands).toReversed()) window.add(commandId, command);
    return window;
  }

  get(commandId: string): HandledCommand | undefined {
    return this.#handled.get(commandId);
  }

  add(commandId: string, command: HandledCommand): void {
    this.#handled.set(commandId, command);
    if (this.#handled.size <= maxCommands) return;
    const oldest = this.#handled.keys().next();
    if (!oldest.done) this.#handled.delete(oldest.value);
  }
}

function handled(last: StoredEvent, fingerprint: bigint | undefined): HandledCommand {
  return { revision: last.revision, position: last.position, recordedAt: last.recordedAt, fingerprint };
}
