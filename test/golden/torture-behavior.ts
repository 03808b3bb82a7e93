import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { Function as Kind } from "./gen/golden/torture/parts/v1/parts_pb.ts";
import type { ToStringBehavior } from "./gen/golden/torture/v1/torture_ego.ts";

/** As somebody would write it who has to live with these names. */
export const tortureBehavior: ToStringBehavior = {
  commands: {
    constructor$({ $typeName: _, this: position, ...fields }, { emit }) {
      const first = emit.then$(fields);
      return position ? [first, emit.moved({ this: position, remark: "first" })] : first;
    },
    move({ x, y, remark }, { emit, reject }) {
      if (Math.hypot(x, y) > 100) return reject.error({ function: Kind.CONSTRUCTOR, limits: { x: 100, y: 100 } });
      return emit.moved({ this: { x, y }, ...(remark === undefined ? {} : { remark }) });
    },
    close({ promise }, { state, revision, emit, reject }) {
      if (revision === 0) return reject.null();
      if (state.then) return reject.error({ function: Kind.TO_STRING });
      return emit.close({ after: durationFromMs(1500), ...(promise ? { promise } : {}) });
    },
    // Without waiting for anything, and also what is closed.
    delete: async (_, { revision, emit, reject }) => (revision === 0 ? reject.null() : emit.close()),
  },
  events: {
    moved(event, state) {
      if (event.this) state.this = event.this;
      if (event.remark !== undefined) state.if = event.remark;
      state.arguments.push(`${event.this?.x}/${event.this?.y}`);
    },
    close({ promise, after }, state) {
      state.then = true;
      if (promise) state.class = { case: "await", value: promise };
      else state.class = { case: undefined };
      state.arguments.push(`closed after ${after?.seconds ?? 0n} s`);
    },
  },
  upcasts: {
    movedV1: ({ x, y }) => ({ x, y }),
    movedV2: ({ x, y }) => ({ this: { x, y } }),
  },
};
