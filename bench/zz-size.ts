import { openPlaces } from "./place.ts";
import { projectionSizeCosts } from "./projection-size.ts";

const store = process.argv[2] as "sqlite" | "postgres";
await using places = await openPlaces([store]);
const t = performance.now();
for (const c of await projectionSizeCosts(store, () => places.next(), [100000, 10000000]))
  console.log(store, c, ((performance.now() - t) / 1000).toFixed(0), "s");
