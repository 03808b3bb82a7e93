import type { Clock, IdGenerator, Store } from "@ego/runtime";
import type { World } from "./world.ts";

/** The parts of a store that a world has. */
export type WholeStore = Required<Pick<Store, "events" | "states" | "snapshots">>;

/** What is broken on purpose, so that the check has something to find. */
export interface Saboteur {
  /** Parts of a journal that are not what they should be, behind the network. */
  readonly journal?: (store: WholeStore, world: World) => Partial<WholeStore>;
  /**
   * Parts of a node's store that are not, in front of the network.
   *
   * @param journal what is behind the network, for one that knows too much
   */
  readonly node?: (store: WholeStore, world: World, journal: WholeStore) => Partial<WholeStore>;
  readonly clock?: (clock: Required<Clock>, world: World) => Required<Clock>;
  readonly ids?: (ids: IdGenerator) => IdGenerator;
}

/** Nothing is broken. */
export const nobody: Saboteur = {};
