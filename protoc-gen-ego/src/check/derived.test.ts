import { testDiagnostics } from "../../../test/golden/diagnostics-table.ts";

const account = (state: string, event: string, derived = "derived: true") => `
option (ego.v1.file).entity = "account";
message Account { option (ego.v1.message).state = {}; ${state} }
message Open { option (ego.v1.message).command = {emits: ["Opened"]}; string id = 1 [(ego.v1.field).id = true]; }
message Opened { option (ego.v1.message).event = {${derived}}; ${event} }
message Money { int64 cents = 1; }
`;
const id = "string id = 1 [(ego.v1.field).id = true];";

const mismatch = (state: string, event: string, column: number, what: string, advice = "Make the types the same") => ({
  name: `EGO023: ${event} into ${state || "nothing"}`,
  proto: account(`${id} ${state}`, `${id} ${event}`),
  says: [
    `$.proto:5:${column}: error EGO023: Opened is derived, so that ${what} there. ${advice}, or write an applier instead of derived.`,
  ],
});

const match = (state: string, event: string) => ({
  name: `not EGO023: ${event} into ${state}`,
  proto: account(`${id} ${state}`, `${id} ${event}`),
  says: [],
});

testDiagnostics([
  mismatch("", "string owner = 2;", 116, "owner, string, is copied into Account, and it is not", "Add it there"),
  mismatch("", "string value_of = 2;", 116, "value_of, string, is copied into Account, and it is not", "Add it there"),
  mismatch(
    "",
    "string is_prototype_of = 2;",
    116,
    "is_prototype_of, string, is copied into Account, and it is not",
    "Add it there",
  ),
  mismatch("int64 owner = 2;", "string owner = 2;", 116, "owner, string, is copied into Account, and it is int64"),
  mismatch(
    "repeated Money money = 2;",
    "Money money = 2;",
    115,
    "money, $.Money, is copied into Account, and it is repeated $.Money",
  ),
  mismatch(
    "map<string, int32> by = 2;",
    "map<string, int64> by = 2;",
    128,
    "by, map<string, int64>, is copied into Account, and it is map<string, int32>",
  ),
  mismatch(
    "string owner = 2;",
    "optional string owner = 2;",
    125,
    "owner, optional string, is copied into Account, and it is string",
  ),
  mismatch(
    "string owner = 2;",
    "oneof who { string owner = 2; }",
    128,
    "owner, string in oneof who, is copied into Account, and it is string",
  ),
  mismatch(
    "int64 many = 2;",
    "int64 many = 2 [jstype = JS_STRING];",
    115,
    "many, int64 [jstype = JS_STRING], is copied into Account, and it is int64",
  ),
  match("string owner = 2;", "string owner = 7;"),
  match("int64 many = 2;", "int64 many = 2 [jstype = JS_NUMBER];"),
  match("optional int64 many = 2 [jstype = JS_STRING];", "int64 many = 2 [jstype = JS_STRING];"),
  match("optional string owner = 2;", "string owner = 2;"),
  match("oneof who { string owner = 2; int32 number = 3; }", "oneof who { string owner = 2; }"),
  match(
    "Money money = 2; repeated Money more = 3; bytes raw = 4;",
    "Money money = 2; repeated Money more = 3; bytes raw = 4;",
  ),
  match("string owner = 2; int32 more = 3;", "string owner = 2;"),
  {
    name: "not EGO023: an event that is not derived",
    proto: account(id, `${id} string owner = 2;`, ""),
    says: [],
  },
  {
    name: "not EGO023: an event that is said not to be derived",
    proto: account(id, `${id} string owner = 2;`, "derived: false"),
    says: [],
  },
  {
    name: "EGO023: what is sensitive in the state would be stored in clear with the event",
    proto: account(`${id} string owner = 2 [(ego.v1.field).sensitive = true];`, `${id} string owner = 2;`),
    says: [
      "$.proto:5:116: error EGO023: Opened is derived, so that owner is copied into Account, where it is sensitive, and in the event it is not. Mark both, or none.",
    ],
  },
  {
    name: "EGO023: what is sensitive in the event would be in clear in the state",
    proto: account(`${id} string owner = 2;`, `${id} string owner = 2 [(ego.v1.field).sensitive = true];`),
    says: [
      "$.proto:5:116: error EGO023: Opened is derived, so that owner is copied into Account, where it is not sensitive, and in the event it is. Mark both, or none.",
    ],
  },
  {
    name: "not EGO023: sensitive in both",
    proto: account(
      `${id} string owner = 2 [(ego.v1.field).sensitive = true];`,
      `${id} string owner = 2 [(ego.v1.field).sensitive = true];`,
    ),
    says: [],
  },
  {
    name: "EGO031 of a state is said once, not of all that have the right id",
    proto: account("repeated string id = 1 [(ego.v1.field).id = true];", id),
    says: [
      "$.proto:3:79: error EGO031: Account.id is repeated string, and cannot be an id. An id is a string or an integer, not repeated, and in no oneof.",
    ],
  },
]);
