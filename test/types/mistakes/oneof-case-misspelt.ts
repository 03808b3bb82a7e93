import type { ParcelBehavior } from "../../domain/gen/parcel/v1/parcel_ego.ts";
import { parcelBehavior } from "../../domain/parcel.ts";

export const behavior: ParcelBehavior = {
  ...parcelBehavior,
  events: {
    ...parcelBehavior.events,
    parcelRedirected(_, state) {
      // error at 29: TS2322: Type '"locker"' is not assignable to type '"address" | "lockerCode" | undefined'.
      state.destination = { case: "locker", value: "A7" };
    },
  },
};
