import { testDiagnostics } from "../../../test/golden/diagnostics-table.ts";

const account = (state: string, event: string, derived = "derived: true") => `
option (ego.v1.file).entity = "account";
message Account { option (ego.v1.message).state = {}; ${state} }
message Open { option (ego.v1.message).command = {emits: ["Opened"]}; string id = 1 [(ego.v1.field).id = true]; }
message Opened { option (ego.v1.message).event = {${derived}}; ${event} }
message Money { int64 cents = 1; }
`;
const id = "string id = 1 [(ego.v1.field).id = true];";

const mismatch = (state: string, event: string, column: number, what: string, advice = "") => ({
  name: `EGO023: ${event} into ${state || "nothing"}`,
  proto: account(`${id} ${state}`, `${id} ${event}`),
  says: [
    `$.proto:5:${column}: error EGO023: Opened is derived, so that ${what} there. Make the types the same, or write an applier instead of derived.${advice}`,
  ],
});

const match = (state: string, event: string) => ({
  name: `not EGO023: ${event} into ${state}`,
  proto: account(`${id} ${state}`, `${id} ${event}`),
  says: [],
});

testDiagnostics([
  mismatch("", "string owner = 2;", 116, "owner, string, is copied into Account, and it is not"),
  mismatch("", "string value_of = 2;", 116, "value_of, string, is copied into Account, and it is not"),
  mismatch("", "string is_prototype_of = 2;", 116, "is_prototype_of, string, is copied into Account, and it is not"),
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
]);
