import type { DescMethod, DescService } from "@bufbuild/protobuf";
import type { Located, Position } from "../options/position.ts";
import type { Command, Entity } from "./domain.ts";

/** A service that is the API of an entity. */
export interface Service {
  readonly desc: DescService;
  /** Where the option is written. */
  readonly at: Position;
  /** Name of its entity and where that is said; undefined if nothing says it. */
  readonly entity: Located | undefined;
  readonly target: Entity | undefined;
  readonly methods: readonly ServiceMethod[];
  readonly generate: boolean;
}

/** A method of such a service. */
export interface ServiceMethod {
  readonly desc: DescMethod;
  /** Where the method is named. */
  readonly at: Position;
  /** The command that it takes, if it takes one. */
  readonly command: Command | undefined;
  /** Where it is said that it reads only. */
  readonly query?: Position;
}
