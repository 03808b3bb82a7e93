import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ParcelBehavior, ParcelRejections } from "./gen/parcel/v1/parcel_ego.ts";
import { type Parcel, Size, type TooBig } from "./gen/parcel/v1/parcel_pb.ts";

const largestInLocker = Size.BOX;

/** A locker takes no pallets; a delivered parcel stays where it is. */
export const parcelBehavior: ParcelBehavior = {
  commands: {
    postParcel(command, { emit, reject, now }) {
      const { $typeName, parcelId, ...fields } = command;
      return (
        tooBig(command.destination, command.size, reject) ??
        emit.parcelPosted({ ...fields, postedAt: timestampFromDate(now) })
      );
    },
    scanParcel: (command, { state, emit, reject }) =>
      state.delivered ? reject.parcelIsDelivered() : emit.parcelScanned(command.scan ? { scan: command.scan } : {}),
    redirectParcel(command, { state, emit, reject }) {
      if (state.delivered) return reject.parcelIsDelivered();
      if (command.destination.case === undefined) return [];
      return (
        tooBig(command.destination, state.size, reject) ?? emit.parcelRedirected({ destination: command.destination })
      );
    },
    // Later, as if somebody had to be asked first.
    async deliverParcel(_, { state, emit, reject }) {
      await Promise.resolve();
      if (state.delivered) return reject.parcelIsDelivered();
      return [emit.parcelScanned({ scan: { depot: "door", belt: 0 } }), emit.parcelDelivered()];
    },
    attach: (command, { emit }) => emit.attached({ label: command.label }),
  },
  events: {
    parcelScanned(event, state) {
      if (event.scan) state.scans.push(event.scan);
    },
    parcelRedirected(event, state) {
      state.destination = event.destination;
    },
    parcelDelivered(_, state) {
      state.delivered = true;
    },
  },
};

function tooBig(
  destination: Parcel["destination"],
  size: Size,
  reject: Pick<ParcelRejections, "tooBig">,
): TooBig | undefined {
  if (destination.case !== "lockerCode" || size <= largestInLocker) return undefined;
  return reject.tooBig({ size, largest: largestInLocker });
}
