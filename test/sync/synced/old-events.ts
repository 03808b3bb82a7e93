import type { ToStringBehavior } from "./gen/golden/torture/v1/torture_ego.ts";
import { NotImplemented } from "@ego/runtime"

export const tortureBehavior: ToStringBehavior = {
  commands: {
    "constructor$": ({ $typeName: _, this: position, ...fields }, { emit }) => position ? [emit.then$(fields), emit.moved({ this: position })] : emit.then$(fields),
    delete: (_, { revision, emit, reject }) => revision === 0 ? reject.null() : emit.close(),
    move() {
      // (command, { state, emit, reject }): emit.moved, reject.error
      throw new NotImplemented("golden.torture.v1.Move")
    },
    /** Has the name of an event of the other package. */
    close() {
      // (command, { state, emit, reject }): emit.close, reject.null, reject.error
      throw new NotImplemented("golden.torture.v1.Close")
    },
  },
  events: {
    moved(event, state) { if (event.this) state.this = event.this },
    close() {
      // (event, state): event.after, event.promise
      throw new NotImplemented("golden.torture.parts.v1.Close")
    },
  },
  upcasts: {
    /** In whole steps, as it was in the beginning. */
    movedV1() {
      // (event): the fields of golden.torture.parts.v1.MovedV2, event.x, event.y
      throw new NotImplemented("golden.torture.parts.v1.MovedV1")
    },
    movedV2() {
      // (event): the fields of golden.torture.parts.v1.Moved, event.x, event.y
      throw new NotImplemented("golden.torture.parts.v1.MovedV2")
    },
  },
}
