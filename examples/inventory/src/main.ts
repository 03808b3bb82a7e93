// A durable state whose generated Kysely table is the engine's state store.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine } from "@ego/runtime";
import { sqliteDialect, sqliteStore } from "@ego/runtime/sqlite";
import { Kysely } from "kysely";
import { type InventoryDatabase, inventoryItem } from "./gen/shop/v1/inventory_ego.ts";
import { inventoryBehavior } from "./inventory.ts";

const folder = mkdtempSync(join(tmpdir(), "ego-shop-"));
const filename = join(folder, "shop.db");

const engine = await Engine.start({
  store: sqliteStore({ filename }),
  entities: [inventoryItem.implement(inventoryBehavior)],
});
const items = engine.entity(inventoryItem);

await items.get("pen").describeItem({ title: "Pen", priceCents: 120n });
await items.get("pen").addStock({ quantity: 10 });
await items.get("ink").describeItem({ title: "Ink", priceCents: 890n });
await items.get("ink").addStock({ quantity: 2 });
await items.get("map").describeItem({ title: "Map", priceCents: 450n });
await items.get("map").discontinueItem();

const taken = await items.get("pen").takeStock({ quantity: 4 });
console.log(`pen: ${taken.state.onHand} left, revision ${taken.revision}`);

const same = await items.get("pen").describeItem({ title: "Pen", priceCents: 120n });
console.log(`pen: described as before, still revision ${same.revision}`);

const outcome = await items.get("ink").takeStock({ quantity: 3 }).outcome();
if (outcome.case === "outOfStock") console.log(`ink: refused, only ${outcome.rejection.onHand} on hand`);

await engine.stop();

// The engine's table, read with plain Kysely; columns and their types come from the proto.
const db = new Kysely<InventoryDatabase>({ dialect: sqliteDialect({ filename, readOnly: true }) });
const rows = await db
  .selectFrom("inventory_items")
  .select(["sku", "title", "on_hand", "price_cents", "ego_revision"])
  .orderBy("price_cents", "desc")
  .execute();
console.log("\nselect … from inventory_items order by price_cents desc");
console.table(rows);
await db.destroy();
rmSync(folder, { recursive: true });
