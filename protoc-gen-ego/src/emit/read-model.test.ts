import type { FileDescriptorSet } from "@bufbuild/protobuf/wkt";
import { beforeAll, describe, expect, test } from "vitest";
import { buildProtos, request, run } from "../../../test/golden/harness.ts";

interface Case {
  readonly name: string;
  /** Fields of the row, and of the event, whose entity has the id `string id`. */
  readonly row: string;
  readonly event: string;
  /** What the method of the event is given. */
  readonly context: "Context" | "RowContext";
  readonly key: string;
}

const id = "[(ego.v1.field).id = true]";
const cases: readonly Case[] = [
  {
    name: "the event has the one field of the key",
    row: `string id = 1 ${id};`,
    event: `string id = 1 ${id};`,
    context: "RowContext",
    key: "string",
  },
  {
    name: "the event has no id, and the key is that of the entity",
    row: `string id = 1 ${id};`,
    event: "string note = 2;",
    context: "RowContext",
    key: "string",
  },
  {
    name: "the key is a field of the event that is not its id",
    row: `int64 owner = 1 ${id};`,
    event: "int64 owner = 3;",
    context: "RowContext",
    key: "bigint",
  },
  {
    name: "the event has a field of the name, and another type",
    row: `int32 owner = 1 ${id};`,
    event: "int64 owner = 3;",
    context: "Context",
    key: "number",
  },
  {
    name: "the event may leave the field out",
    row: `string owner = 1 ${id};`,
    event: "optional string owner = 3;",
    context: "Context",
    key: "string",
  },
  {
    name: "one has its 64 bits as a string, the other as a bigint",
    row: "int64 owner = 1 [(ego.v1.field).id = true, jstype = JS_STRING];",
    event: "int64 owner = 3;",
    context: "Context",
    key: "string",
  },
  {
    name: "the key has the name of the entity's id, and another type",
    row: `int32 id = 1 ${id};`,
    event: "string note = 2;",
    context: "Context",
    key: "number",
  },
  {
    name: "the event has all fields of a key of several",
    row: `string id = 1 ${id}; uint32 day = 2 ${id};`,
    event: `uint32 day = 7; string id = 1 ${id};`,
    context: "RowContext",
    key: 'Pick<Row, "id" | "day">',
  },
  {
    name: "the event has some fields of a key of several, and the other is the entity's id",
    row: `string id = 1 ${id}; uint32 day = 2 ${id};`,
    event: "uint32 day = 7;",
    context: "Context",
    key: 'Pick<Row, "id" | "day">',
  },
];

describe("the method of an event", () => {
  let set: FileDescriptorSet;
  const protoOf = ({ row, event }: Case, index: number) =>
    `syntax = "proto3"; package p${index}; import "ego/v1/ego.proto"; option (ego.v1.file).entity = "e${index}";
message State { option (ego.v1.message).state = {}; string id = 1 ${id}; }
message Do { option (ego.v1.message).command = {emits: "Done"}; }
message Done { option (ego.v1.message).event = {}; ${event} }
message Row { option (ego.v1.message).read_model = {name: "r${index}" events: "Done"}; ${row} }`;
  beforeAll(() => {
    set = buildProtos(Object.fromEntries(cases.map((one, index) => [`p${index}.proto`, protoOf(one, index)])));
  });

  test.each(cases.map((one, index) => ({ ...one, index })))("$context: $name", ({ context, key, index }) => {
    const { error, files } = run(request(set, [`p${index}.proto`]));
    expect(error).toBe("");
    const printed = files.get(`p${index}_ego.ts`);
    const seam = context === "RowContext" ? "RowContext" : "ProjectionContext";
    expect(printed).toContain(`readonly done: Project<Done, R${index}${context}<Database>>;`);
    expect(printed).toContain(`extends ${seam}<Row, ${key}, Transaction<Database>> {}`);
  });
});
