import { describe, expect, test } from "vitest";
import { columnName, constantName, databaseName, methodName, tableName, typeName } from "./naming.ts";

describe("the method of a message", () => {
  test.each([
    ["OpenAccount", "openAccount"],
    ["HTTPRequested", "httpRequested"],
    ["URL", "url"],
    ["URL2Seen", "url2Seen"],
    ["SKUAdded", "skuAdded"],
    ["Open_Account", "openAccount"],
    ["open_account", "openAccount"],
    ["A", "a"],
    ["ABTested", "abTested"],
    ["V2Added", "v2Added"],
    ["_Hidden", "hidden"],
    ["_1st", "_1st"],
    ["__", "_"],
  ])("%s → %s", (message, method) => {
    expect(methodName(message)).toBe(method);
  });

  test.each([
    ["Constructor", "constructor$"],
    ["ToString", "toString$"],
    ["ToJSON", "toJSON$"],
    ["ValueOf", "valueOf$"],
    ["Then", "then$"],
    ["Outcome", "outcome$"],
    ["HasOwnProperty", "hasOwnProperty$"],
    ["ToLocaleString", "toLocaleString$"],
  ])("%s → %s, since every object, or a promise, has that name", (message, method) => {
    expect(methodName(message)).toBe(method);
  });

  test("__proto__ is a name like others without its underscores", () => {
    expect(methodName("__proto__")).toBe("proto");
  });

  test.each(["Delete", "Default", "New", "Await"])(
    "%s is as it is: reserved words are good names of members",
    (message) => {
      expect(methodName(message)).toBe(message.toLowerCase());
    },
  );
});

describe("the constant of an entity", () => {
  test.each([
    ["account", "account"],
    ["inventory_item", "inventoryItem"],
    ["inventory-item", "inventoryItem"],
    ["a__b-", "aB"],
    ["delete", "delete$"],
    ["await", "await$"],
    ["global_this", "globalThis$"],
    ["constructor", "constructor"],
  ])("%s → %s", (entity, constant) => {
    expect(constantName(entity)).toBe(constant);
  });
});

test("types of an entity have its name in front", () => {
  expect(typeName("inventory_item", "Behavior")).toBe("InventoryItemBehavior");
  expect(typeName("delete", "Client")).toBe("DeleteClient");
});

test.each([
  ["shop/v1/inventory.proto", "InventoryDatabase"],
  ["order_items.proto", "OrderItemsDatabase"],
  ["shop-v1.items.proto", "ShopV1ItemsDatabase"],
  ["2fa.proto", "_2faDatabase"],
])("the tables of %s are %s", (path, name) => {
  expect(databaseName(path)).toBe(name);
});

test.each([
  ["on_hand", "on_hand"],
  ["onHand", "on_hand"],
  ["OnHand", "on_hand"],
  ["fooBAR", "foo_bar"],
  ["HTTPUrl", "http_url"],
  ["line2", "line2"],
  ["line_2", "line_2"],
  ["sha256Hash", "sha256_hash"],
])("the column of %s is %s", (field, column) => {
  expect(columnName(field)).toBe(column);
});

test("the default table of an entity is a SQL name", () => {
  expect(tableName("inventory-item")).toBe("inventory_item");
});
