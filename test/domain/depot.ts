import type { DepotBehavior } from "./gen/depot/v1/depot_ego.ts";

/** A depot takes as many parcels as it has room for, and is removed when it closes. */
export const depotBehavior: DepotBehavior = {
  commands: {
    registerDepot: ({ name, capacity, location }, { save }) =>
      save({
        name,
        capacity,
        open: true,
        serial: 18_446_744_073_709_551_615n,
        contact: { case: "email", value: "depot@example.org" },
        ...(location ? { location } : {}),
      }),
    storeParcels({ kind, count }, { state, save, keep, reject }) {
      if (count === 0) return keep();
      const stored = Object.values(state.stock).reduce((sum, number) => sum + number, 0);
      if (stored + count > state.capacity) return reject.depotIsFull({ room: state.capacity - stored });
      return save({ stock: { ...state.stock, [kind]: (state.stock[kind] ?? 0) + count } });
    },
    closeDepot: (_, { remove }) => remove(),
  },
};
