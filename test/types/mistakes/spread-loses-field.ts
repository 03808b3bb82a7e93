import type { ParcelBehavior } from "../../domain/gen/parcel/v1/parcel_ego.ts";
import { parcelBehavior } from "../../domain/parcel.ts";

export const behavior: ParcelBehavior = {
  ...parcelBehavior,
  events: {
    ...parcelBehavior.events,
    parcelScanned(event, state) {
      if (!event.scan) return;
      const { depot, ...scan } = event.scan;
      console.log(depot);
      // error at 24: TS2345: Argument of type '{ $typeName: "parcel.v1.Parcel.Scan"; $unknown?: UnknownField[] | undefined; belt: number; }' is not assignable to parameter of type 'Parcel_Scan'.
      state.scans.push(scan);
    },
  },
};
