import type { ParcelBehavior } from "../../domain/gen/parcel/v1/parcel_ego.ts";
import { parcelBehavior } from "../../domain/parcel.ts";

export const behavior: ParcelBehavior = {
  ...parcelBehavior,
  events: {
    ...parcelBehavior.events,
    parcelScanned(_, state) {
      // error at 24: TS2345: Argument of type '{ depot: string; belt: number; }' is not assignable to parameter of type 'Parcel_Scan'.
      state.scans.push({ depot: "north", belt: 3 });
    },
  },
};
