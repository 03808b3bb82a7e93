import { setTimeout as sleep } from "node:timers/promises";
import { Engine, projection, type Store } from "@ego/runtime";
import { postgresStore } from "@ego/runtime/postgres";
import { Pool } from "pg";
import { accountBehavior } from "../examples/bank/src/account.ts";
import { account } from "../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { shelfLabels } from "../examples/inventory/src/gen/shop/v1/shelf_ego.ts";
import { inventoryBehavior } from "../examples/inventory/src/inventory.ts";
import { shelfLabelsProjection } from "../examples/inventory/src/shelf-labels.ts";
import { type Place, storeAt } from "./place.ts";

/** Queries per second of an engine to which nothing happens, with so many projections, and one of durable states if wanted. */
export async function idleQueries(
  kind: "sqlite" | "postgres",
  place: Place,
  projections: number,
  ofStates: boolean,
  seconds: number,
): Promise<number> {
  let queries = 0;
  const count = () => {
    queries++;
  };
  const pool = kind === "postgres" ? countedPool(place.url, count) : undefined;
  const store = pool ? postgresStore({ pool, schema: place.schema }) : countedStore(storeAt(kind, place), count);
  const engine = await Engine.start({
    store,
    entities: [account.implement(accountBehavior), inventoryItem.implement(inventoryBehavior)],
    projections: [
      ...Array.from({ length: projections }, (_, n) =>
        projection<typeof account>({ name: `idle-${n}`, entities: [account], handle: async () => {} }),
      ),
      ...(ofStates ? [shelfLabels.implement(shelfLabelsProjection)] : []),
    ],
  });
  await engine.entity(account).get("a").openAccount({});
  // What follows on that is not idle: looks become rarer by and by.
  await sleep(5_000);
  const before = queries;
  await sleep(seconds * 1_000);
  const perSecond = (queries - before) / seconds;
  await engine.stop();
  await pool?.end();
  return perSecond;
}

/** Counts at the driver: each query that a client is given. */
function countedPool(connectionString: string, count: () => void): Pool {
  const pool = new Pool({ connectionString });
  pool.on("connect", (client) => {
    const query = client.query.bind(client) as (...parameters: unknown[]) => unknown;
    Object.assign(client, {
      query: (...parameters: unknown[]) => {
        count();
        return query(...parameters);
      },
    });
  });
  return pool;
}

/** Counts the calls: each is a statement, or one transaction. */
function countedStore(store: Store, count: () => void): Store {
  const counted = (part: object): object =>
    new Proxy(part, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return (...parameters: unknown[]) => {
          count();
          return Reflect.apply(member, target, parameters);
        };
      },
    });
  const parts = new Set<PropertyKey>(["events", "states", "snapshots", "projections"]);
  const made = new Map<PropertyKey, object>();
  return new Proxy(store, {
    get(target, name) {
      const part: unknown = Reflect.get(target, name);
      if (!parts.has(name) || typeof part !== "object" || part === null) return part;
      if (!made.has(name)) made.set(name, counted(part));
      return made.get(name);
    },
  });
}
