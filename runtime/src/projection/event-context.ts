import type { Metadata } from "../codegen/metadata.ts";
import type { RowOf } from "../codegen/read-model.ts";
import type { TableData } from "../codegen/table.ts";
import { EgoError } from "../error/ego-error.ts";
import type { JournalEvent } from "../journal/journal-cursor.ts";
import { decodeMetadata } from "../journal/metadata.ts";
import type { ProjectionTransaction } from "../journal/projection-store.ts";
import { keyFrom, type RowKey } from "./event-key.ts";
import type { PendingWrites } from "./pending-writes.ts";

/** What the events of one transaction share. */
export interface TransactionContext {
  readonly transaction: ProjectionTransaction;
  readonly table: TableData;
  readonly writes: PendingWrites;
}

const done: Promise<void> = Promise.resolve();

/** What a method of a read model is given: made for each event, and most of it only when it is asked for. */
export class ReadModelContext {
  readonly entityId: string;
  readonly revision: number;
  readonly position: number;
  readonly #event: JournalEvent;
  readonly #shared: TransactionContext;
  readonly #key: RowKey | undefined;

  constructor(event: JournalEvent, shared: TransactionContext, key: RowKey | undefined) {
    this.entityId = event.entityId;
    this.revision = event.revision;
    this.position = event.position;
    this.#event = event;
    this.#shared = shared;
    this.#key = key;
  }

  get tx(): unknown {
    this.#shared.writes.holdNoMore();
    return this.#shared.transaction.tx;
  }

  get recordedAt(): Date {
    return new Date(this.#event.recordedAt);
  }

  get metadata(): Metadata {
    return decodeMetadata(this.#event.metadata, this.#event.commandId);
  }

  get table(): string {
    return this.#shared.transaction.tableName(this.#shared.table);
  }

  get row(): RowOf<object> {
    if (this.#key) return this.#rowAt(this.#key);
    throw new EgoError(
      "invalid_argument",
      `The key of a row of "${this.#shared.table.name}" does not follow from this event: use rowOf, and give the key.`,
      { details: { table: this.#shared.table.name } },
    );
  }

  /** A function of its own, so that it can be taken out of this object; made for those alone that ask for it. */
  get rowOf(): (key: unknown) => RowOf<object> {
    return (key) => this.#rowAt(keyFrom(this.#shared.table, key));
  }

  #rowAt(key: RowKey): RowOf<object> {
    const { writes } = this.#shared;
    const event = this.#event;
    return {
      upsert(fields) {
        writes.upsert(event, key, fields as RowKey);
        return done;
      },
      increment(numbers) {
        writes.increment(event, key, numbers as RowKey);
        return done;
      },
      remove() {
        writes.remove(event, key);
        return done;
      },
    };
  }
}
