import { testDiagnostics } from "../../../test/golden/diagnostics-table.ts";

const id = "string id = 1 [(ego.v1.field).id = true];";
const till = (fields: string, table = "table: {}") => `
message Size { int32 width = 1; }
enum Color { COLOR_UNSPECIFIED = 0; }
message Open { option (ego.v1.message).command = {entity: "till" rejects: "Closed"}; ${id} }
message Closed { option (ego.v1.message).rejection = {}; }
message Till { option (ego.v1.message).state = {entity: "till" persistence: PERSISTENCE_DURABLE ${table}}; ${id}
${fields}
}
`;
/** A read model of a durable state. */
const tills = (fields: string) => `
message Open { option (ego.v1.message).command = {entity: "till"}; ${id} }
message Till { option (ego.v1.message).state = {entity: "till" persistence: PERSISTENCE_DURABLE}; ${id} }
message Tills { option (ego.v1.message).read_model = {entities: "till"}; ${fields} }
`;
const withTimestamp = (proto: string) => `import "google/protobuf/timestamp.proto";${proto}`;
const column = (options: string) => `[(ego.v1.field).column = {${options}}]`;
const text = `string text = 2 ${column('name: "words"')};`;
const noStorage = (field: string, type: string, at: number) => ({
  name: `EGO044: the storage of ${field}`,
  proto: till(`${field} = 2 ${column("storage: STORAGE_JSON")};`),
  says: [
    `$.proto:7:${at}: error EGO044: Till.${field.split(" ").at(-1)} is ${type}: storage is for messages, lists and maps. Remove it.`,
  ],
});

testDiagnostics([
  {
    name: "names, omitted fields and storages are right",
    proto: till(
      `${text} Size a = 3 ${column("storage: STORAGE_BINARY")}; repeated string b = 4 ${column('storage: STORAGE_JSON name: "list"')};
       map<string, int32> c = 5 ${column("storage: STORAGE_BINARY")}; string d = 6 ${column("omit: true")};`,
    ),
    says: [],
  },
  {
    name: "EGO044: a column of a state without a table",
    proto: till(text, ""),
    says: [
      "$.proto:7:18: error EGO044: Till is a state without a table, so that column means nothing. Give it one, table: {}, or remove column.",
    ],
  },
  {
    name: "EGO044: columns of an event-sourced state, a command, an event, a rejection and a saga",
    proto: `
option (ego.v1.file).entity = "till";
message Till { option (ego.v1.message).state = {}; ${id} ${text} }
message Open { option (ego.v1.message).command = {emits: "Opened" rejects: "Closed"}; ${id} ${text} }
message Opened { option (ego.v1.message).event = {}; ${id} ${text} }
message Closed { option (ego.v1.message).rejection = {}; ${id} ${text} }
message Process { option (ego.v1.message).saga = {starts_on: "Opened" sends: "Open"}; ${id} ${text} }
`,
    says: [
      "$.proto:3:111: error EGO044: Till is an event-sourced state, which has no table, so that column means nothing. Remove it.",
      "$.proto:4:146: error EGO044: Open is a command, which has no table, so that column means nothing. Remove it.",
      "$.proto:5:113: error EGO044: Opened is an event, which has no table, so that column means nothing. Remove it.",
      "$.proto:6:117: error EGO044: Closed is a rejection, which has no table, so that column means nothing. Remove it.",
      "$.proto:7:146: error EGO044: Process is a saga, which has no table, so that column means nothing. Remove it.",
    ],
  },
  {
    name: "not EGO044: the table is the mistake",
    proto: till(text).replace("PERSISTENCE_DURABLE", "PERSISTENCE_EVENT_SOURCED"),
    says: [
      '$.proto:6:23: warning EGO005: The entity "till" is event sourced and has no event: it can never change. Mark the messages that are its events.',
      "$.proto:6:23: error EGO007: Till is event sourced: it has no table. Add persistence: PERSISTENCE_DURABLE, or remove the table.",
    ],
  },
  {
    name: "not EGO044: columns of a read model",
    proto: tills(`${id} ${text}`),
    says: [],
  },
  noStorage("string text", "string", 43),
  noStorage("optional int64 count", "optional int64", 52),
  noStorage("bytes data", "bytes", 42),
  noStorage("Color color", "$.Color", 43),
  {
    name: "EGO044: JSON of a timestamp, which is text",
    proto: withTimestamp(till(`google.protobuf.Timestamp at = 2 ${column("storage: STORAGE_JSON")};`)),
    says: [
      "$.proto:7:60: error EGO044: Till.at is google.protobuf.Timestamp, which is kept as text that sorts. Remove storage, or make it STORAGE_BINARY.",
    ],
  },
  {
    name: "not EGO044: timestamps in binary form, and several in JSON",
    proto: withTimestamp(
      till(
        `google.protobuf.Timestamp at = 2 ${column("storage: STORAGE_BINARY")}; repeated google.protobuf.Timestamp all = 3 ${column("storage: STORAGE_JSON")};`,
      ),
    ),
    says: [],
  },
  {
    name: "EGO044: a name and a storage of what has no column",
    proto: till(`Size size = 2 ${column('omit: true name: "words" storage: STORAGE_BINARY')};`),
    says: [
      "$.proto:7:52: error EGO044: Till.size has no column, so that name means nothing. Remove name, or omit.",
      "$.proto:7:66: error EGO044: Till.size has no column, so that storage means nothing. Remove storage, or omit.",
    ],
  },
  {
    name: "not EGO044: an option that says no",
    proto: till(`Size size = 2 ${column('omit: false name: "words" storage: STORAGE_BINARY')};`),
    says: [],
  },
  {
    name: "EGO045: ids of a read model without a column",
    proto: tills(
      "string id = 1 [(ego.v1.field) = {id: true column: {omit: true}}]; string shop = 2 [(ego.v1.field) = {id: true column: {omit: true}}];",
    ),
    says: [
      "$.proto:4:125: error EGO045: Tills.id is an id, and needs a column: it is in the primary key. Remove omit.",
      "$.proto:4:193: error EGO045: Tills.shop is an id, and needs a column: it is in the primary key. Remove omit.",
    ],
  },
  {
    name: "EGO045: the id of a state without a column",
    proto: till("").replace(`}; ${id}\n`, "}; string id = 1 [(ego.v1.field) = {id: true column: {omit: true}}];\n"),
    says: ["$.proto:6:160: error EGO045: Till.id is an id, and needs a column: it is in the primary key. Remove omit."],
  },
  {
    name: "EGO045: the subject of a read model without a column",
    proto: tills(
      `${id} string a = 2 [(ego.v1.field).sensitive = true]; string b = 3 [(ego.v1.field) = {subject: true column: {omit: true}}];`,
    ),
    says: [
      "$.proto:4:219: error EGO045: Tills.b is the subject, and needs a column: it says whose key the others are encrypted with. Remove omit.",
    ],
  },
  {
    name: "not EGO045: the subject of a state without a column",
    proto: till(
      "string a = 2 [(ego.v1.field).sensitive = true]; string b = 3 [(ego.v1.field) = {subject: true column: {omit: true}}];",
    ),
    says: [],
  },
]);
