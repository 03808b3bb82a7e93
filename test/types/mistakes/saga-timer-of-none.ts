import type { FarewellBehavior } from "../../golden/gen/golden/shop/v1/gift_ego.ts";

export const behavior: FarewellBehavior = {
  events: {
    // error at 50: TS2345: Argument of type '"later"' is not assignable to parameter of type 'never'.
    accountClosed: (_, { schedule }) => schedule("later", { hours: 1 }),
  },
  outcomes: {
    closeAccount: () => [],
  },
};
