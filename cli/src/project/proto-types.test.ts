import { expect, test } from "vitest";
import { temporaryFolder } from "../testdata/temporary-folder.ts";
import { findProtoTypes } from "./proto-types.ts";

const files = {
  "proto/shop/v1/order.proto":
    'syntax = "proto3";\npackage shop.v1;\nmessage Line {\n  message Inner {}\n}\nenum Status {}\n',
  "proto/bare.proto": "message Bare {}\n",
};
const importPath = "shop/v1/order.proto";

test.each([
  ["Line", [{ name: "shop.v1.Line", importPath }]],
  ["v1.Line", [{ name: "shop.v1.Line", importPath }]],
  [".shop.v1.Status", [{ name: "shop.v1.Status", importPath }]],
  ["Bare", [{ name: "Bare", importPath: "bare.proto" }]],
  ["ine", []],
  ["Inner", []],
])("%s is found where it is declared", (name, found) => {
  const root = temporaryFolder(files);
  expect(findProtoTypes({ root }, ["proto", "nowhere", "."], name)).toEqual(found);
});
