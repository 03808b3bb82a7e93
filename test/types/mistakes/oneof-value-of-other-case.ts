import type { ParcelBehavior } from "../../domain/gen/parcel/v1/parcel_ego.ts";
import { parcelBehavior } from "../../domain/parcel.ts";

export const behavior: ParcelBehavior = {
  ...parcelBehavior,
  events: {
    ...parcelBehavior.events,
    parcelRedirected(event, state) {
      // error at 62: TS18048: 'event.destination.value' is possibly 'undefined'.
      // error at 86: TS2339: Property 'street' does not exist on type 'string'.
      if (event.destination.case !== "address") state.note = event.destination.value.street;
    },
  },
};
