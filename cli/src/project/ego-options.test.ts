import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testdata/temporary-folder.ts";
import { parseEgoOptions, readEgoOptions } from "./ego-options.ts";

const egoProto = readFileSync(join(import.meta.dirname, "../../../protoc-gen-ego/proto/ego/v1/ego.proto"), "utf8");

test("the options are those of ego.proto", () => {
  const { names, values } = parseEgoOptions(egoProto);
  const messages = [...egoProto.matchAll(/^message (\w+)/gm)].map(([, name]) => name);
  expect([...names.keys()]).toEqual(messages);
  expect(Object.fromEntries(names)).toMatchObject({
    FileOptions: ["entity"],
    MessageOptions: ["state", "command", "event", "rejection", "read_model", "saga"],
    State: expect.arrayContaining(["persistence", "table", "entity"]),
    Command: ["emits", "rejects", "precondition", "entity"],
    Event: expect.arrayContaining(["derived", "entity"]),
    Rejection: ["code"],
    FieldOptions: ["id", "sensitive", "subject", "column"],
    Table: ["name", "indexes"],
  });
  // Each field and each value has its number; extensions of descriptor.proto have one in the tens of thousands.
  const numbered = [...egoProto.matchAll(/^ +(?:\w+ )*(\w+) = \d{1,4};$/gm)].map(([, name]) => name);
  expect([...[...names.values()].flat(), ...values].toSorted()).toEqual(numbered.toSorted());
  expect(values).toEqual(expect.arrayContaining(["PRECONDITION_ABSENT", "PERSISTENCE_DURABLE", "CODE_NOT_FOUND"]));
});

test("they are read from the module that has them, and there are none without it", () => {
  const root = temporaryFolder({ "vendor/ego/v1/ego.proto": egoProto });
  expect(readEgoOptions({ root }, ["proto", "vendor"]).names.get("Rejection")).toEqual(["code"]);
  expect(readEgoOptions({ root }, ["proto"])).toEqual({ names: new Map(), values: [] });
});
