import type { EntityTable } from "../../codegen/entity.ts";
import type { Store } from "../../journal/store.ts";

/**
 * What a store need not be able to do. `states`: durable states. `versions`: places of their versions, by which they are
 * projected. `snapshots`: those of event-sourced entities.
 * `projections`: their
 * offsets, dead letters and leases. `retention`: payloads that are removed. `sharing`: two stores open on one journal. `reopening`: a journal that is
 * there again after its store was closed.
 */
export type Ability = "states" | "versions" | "snapshots" | "projections" | "retention" | "sharing" | "reopening";

/** One journal, and the stores that were opened on it. Disposed of, it closes those that are open, and is gone. */
export interface SubjectJournal extends AsyncDisposable {
  /** Opens a store on the journal, beside those that are open. It has been opened: `Store.open` was called. */
  open(): Promise<Store>;
}

/** A kind of store that is put to the contract. */
export interface StoreSubject {
  readonly name: string;
  /** What the store cannot do; the cases that need it are skipped, by name. */
  readonly lacks?: readonly Ability[];
  /** Makes an empty journal that nobody else has, for stores that are opened with these entities. */
  journal(entities: readonly EntityTable[]): SubjectJournal | Promise<SubjectJournal>;
}
