import type { Clock, IdGenerator, Store } from "@ego/runtime";
import type { World } from "./world.ts";

/** The parts of a store that a world has. */
export type WholeStore = Required<Pick<Store, "events" | "states">>;

/** What is broken on purpose, so that the check has something to find. */
export interface Saboteur {
  /** A journal that is not what it should be, behind the network. */
  readonly journal?: (store: WholeStore, world: World) => Store;
  /**
   * A node's store that is not, in front of the network.
   *
   * @param journal what is behind the network, for one that knows too much
   */
  readonly node?: (store: WholeStore, world: World, journal: WholeStore) => Store;
  readonly clock?: (clock: Required<Clock>, world: World) => Required<Clock>;
  readonly ids?: (ids: IdGenerator) => IdGenerator;
}

/** Nothing is broken. */
export const nobody: Saboteur = {};
