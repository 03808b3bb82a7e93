import { testDiagnostics } from "../../../test/golden/diagnostics-table.ts";

const durable = (state: string, command: string) => `
option (ego.v1.file).entity = "account";
message Account { option (ego.v1.message).state = {persistence: PERSISTENCE_DURABLE}; ${state} }
message Open { option (ego.v1.message).command = {rejects: ["Refused"]}; ${command} }
message Refused { option (ego.v1.message).rejection = {}; }
enum Color { COLOR_UNSPECIFIED = 0; }
`;
const id = "string id = 1 [(ego.v1.field).id = true];";

const notAnId = (declaration: string, type: string, column: number) => ({
  name: `EGO031: ${type} is not an id`,
  proto: durable(declaration, ""),
  says: [
    `$.proto:3:${column}: error EGO031: Account.id is ${type}, and cannot be an id. An id is a string or an integer, not repeated, and in no oneof.`,
  ],
});

testDiagnostics([
  { name: "the same id in state and command is right", proto: durable(id, id), says: [] },
  { name: "not EGO014: a command needs no id", proto: durable(id, "int32 amount = 1;"), says: [] },
  {
    name: "EGO014: no message has an id: a warning",
    proto: durable("int32 amount = 1;", "int32 amount = 1;"),
    says: [
      '$.proto:3:26: warning EGO014: Account has no id: nothing that is stored of "account" tells which one it is. Mark its field that holds the id: [(ego.v1.field).id = true].',
    ],
  },
  {
    name: "EGO014: a command has an id, and the state has none",
    proto: durable("string id = 1;", id),
    says: [
      '$.proto:3:26: error EGO014: Account has no id, but Open of "account" has one. Mark its field that holds the id: [(ego.v1.field).id = true].',
    ],
  },
  {
    name: "EGO014: a table needs a key",
    proto: durable("string id = 1;", "").replace("DURABLE}", "DURABLE table: {}}"),
    says: [
      "$.proto:3:26: error EGO014: Account has no id, and its table needs a primary key. Mark its field that holds the id: [(ego.v1.field).id = true].",
    ],
  },
  {
    name: "EGO030: two ids",
    proto: durable(`${id} string other = 2 [(ego.v1.field).id = true];`, id),
    says: ["$.proto:3:147: error EGO030: Account has two ids: id and other. Mark one of them only."],
  },
  {
    name: "not EGO030: an option that says no",
    proto: durable(`${id} string other = 2 [(ego.v1.field).id = false];`, id),
    says: [],
  },
  notAnId("repeated string id = 1 [(ego.v1.field).id = true];", "repeated string", 111),
  notAnId("bool id = 1 [(ego.v1.field).id = true];", "bool", 100),
  notAnId("double id = 1 [(ego.v1.field).id = true];", "double", 102),
  notAnId("bytes id = 1 [(ego.v1.field).id = true];", "bytes", 101),
  notAnId("Color id = 1 [(ego.v1.field).id = true];", "$.Color", 101),
  notAnId("Refused id = 1 [(ego.v1.field).id = true];", "$.Refused", 103),
  notAnId("map<string, int32> id = 1 [(ego.v1.field).id = true];", "map<string, int32>", 114),
  notAnId("oneof which { string id = 1 [(ego.v1.field).id = true]; }", "string in oneof which", 116),
  ...["int32", "sint64", "fixed64", "uint32", "optional string"].map((type) => ({
    name: `not EGO031: ${type}`,
    proto: durable(id.replace("string", type), id.replace("string", type)),
    says: [],
  })),
  {
    name: "EGO036: an option of a field where the message is not marked",
    proto: `${durable(id, id)}
message Money { string id = 1 [(ego.v1.field).id = true]; }
`,
    says: [
      "$.proto:8:32: warning EGO036: Money is not marked, so that this option means nothing. Mark the message, or remove the option.",
    ],
  },
  {
    name: "not EGO036: marked messages in one that is not",
    proto: `${durable(id, id)}
message Box { message Close { option (ego.v1.message).command = {}; ${id} } string id = 1; }
`,
    says: [],
  },
  {
    name: "EGO037: another type",
    proto: durable(id, id.replace("string", "int64")),
    says: [
      "$.proto:4:88: error EGO037: The id of Open is int64 id, and that of the state Account is string id. Make them the same.",
    ],
  },
  {
    name: "EGO037: another name",
    proto: durable(id, id.replace("id", "account_id")),
    says: [
      "$.proto:4:97: error EGO037: The id of Open is string account_id, and that of the state Account is string id. Make them the same.",
    ],
  },
  {
    name: "EGO037: the name of the id, and not marked",
    proto: durable(id, "string id = 1;"),
    says: [
      "$.proto:4:81: error EGO037: Open.id has the name of the id of Account, and is not marked as id. Mark it, or rename it.",
    ],
  },
  {
    name: "EGO037: in a rejection too",
    proto: durable(id, id).replace("rejection = {};", "rejection = {}; int32 id = 1;"),
    says: [
      "$.proto:5:65: error EGO037: Refused.id has the name of the id of Account, and is not marked as id. Mark it, or rename it.",
    ],
  },
  {
    name: "not EGO037: the name of the id in a part, and as the beginning of another",
    proto: `${durable(id, `${id} string id_of_other = 2; Part part = 3;`)}
message Part { int64 id = 1; }
`,
    says: [],
  },
]);
