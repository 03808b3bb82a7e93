import type { ToStringBehavior } from "./gen/golden/torture/v1/torture_ego.ts";

export const tortureBehavior: ToStringBehavior = {
  commands: {
    "constructor$": ({ $typeName: _, this: position, ...fields }, { emit }) => position ? [emit.then$(fields), emit.moved({ this: position })] : emit.then$(fields),
    delete: (_, { revision, emit, reject }) => revision === 0 ? reject.null() : emit.close(),
  },
  events: {
    moved(event, state) { if (event.this) state.this = event.this },
  },
}
