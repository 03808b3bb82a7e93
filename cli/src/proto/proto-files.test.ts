import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testdata/temporary-folder.ts";
import { protoFiles } from "./proto-files.ts";

test("protos are found in folders and behind links, but not in packages, and a link that leads back has an end", () => {
  const root = temporaryFolder({
    "b/v1/b.proto": "",
    "a.proto": "",
    "a.txt": "",
    "node_modules/x/x.proto": "",
    ".git/y.proto": "",
  });
  const elsewhere = temporaryFolder({ "c.proto": "" });
  symlinkSync(elsewhere, join(root, "link"));
  symlinkSync(root, join(root, "b/loop"));
  symlinkSync(join(root, "nowhere"), join(root, "b/broken"));

  expect([...protoFiles(root)]).toEqual(["a.proto", "b/v1/b.proto", "link/c.proto"]);
  expect([...protoFiles(join(root, "nowhere"))]).toEqual([]);
});
