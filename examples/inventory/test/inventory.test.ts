import { create } from "@bufbuild/protobuf";
import { given } from "@ego/runtime/testing";
import { test } from "vitest";
import { inventoryItem } from "../src/gen/shop/v1/inventory_ego.ts";
import { InventoryItemSchema } from "../src/gen/shop/v1/inventory_pb.ts";
import { inventoryBehavior } from "../src/inventory.ts";

const items = inventoryItem.implement(inventoryBehavior);
const { outOfStock } = inventoryItem.rejections;
const pens = create(InventoryItemSchema, { title: "Pen", priceCents: 120n, onHand: 3 });

test("an article is described", () =>
  given(items)
    .when.describeItem({ title: "Pen", priceCents: 120n })
    .saves()
    .leaves({ title: "Pen", priceCents: 120n, onHand: 0 }));

test("the same description changes nothing", () =>
  given(items, pens).when.describeItem({ title: "Pen", priceCents: 120n }).keeps());

test("pieces are taken off the shelf", () =>
  given(items, pens).when.takeStock({ quantity: 2 }).saves().leaves({ onHand: 1, title: "Pen" }));

test("more pieces than there are is a rejection", () =>
  given(items, pens)
    .when.takeStock({ quantity: 4 })
    .rejects(outOfStock({ onHand: 3 })));

test("nothing is taken of an article that is not there", () =>
  given(items).when.takeStock({ quantity: 1 }).fails("not_found"));

test("a discontinued article is gone", () => given(items, pens).when.discontinueItem().removes().leaves({ title: "" }));
