import { testDiagnostics } from "../../../test/golden/diagnostics-table.ts";

const id = "string id = 1 [(ego.v1.field).id = true];";
const event = (name: string, options = "") =>
  `message ${name} { option (ego.v1.message).event = {${options}}; ${id} }\n`;
const account = (...lines: readonly string[]) => `
option (ego.v1.file).entity = "account";
message Account { option (ego.v1.message).state = {}; ${id} }
message Put { option (ego.v1.message).command = {emits: ["Credited"]}; ${id} }
${lines.join("")}`;
const till = `
option (ego.v1.file).entity = "till";
message Till { option (ego.v1.message).state = {}; ${id} }
message Filled { option (ego.v1.message).event = {}; ${id} }
message Fill { option (ego.v1.message).command = {emits: ["Filled"]}; ${id} }
`;

testDiagnostics([
  {
    name: "EGO021: an unknown event, and the nearest name, which is not its own",
    proto: account(event("CreditedV1"), event("Credited", 'upcasts: "CreditedV2"')),
    says: [
      "$.proto:5:29: warning EGO020: No command emits CreditedV1. Add it to the emits of the command that does.",
      '$.proto:6:53: error EGO021: "CreditedV2", which Credited upcasts, is not known. Did you mean "CreditedV1"?',
    ],
  },
  {
    name: "EGO021: an unknown event, and no name is near",
    proto: account(event("Credited", 'upcasts: "MoneyPutIntoIt"')),
    says: [
      '$.proto:5:53: error EGO021: "MoneyPutIntoIt", which Credited upcasts, is not known. Write the name of an event.',
    ],
  },
  {
    name: "EGO021: no name at all",
    proto: account(event("Credited", 'upcasts: ""')),
    says: ['$.proto:5:53: error EGO021: "", which Credited upcasts, is not known. Write the name of an event.'],
  },
  {
    name: "EGO021: what is upcast is no event",
    proto: account(event("Credited", 'upcasts: "Put"'), "message Money { int64 cents = 1; }\n"),
    says: [
      "$.proto:5:53: error EGO021: Put, which Credited upcasts, is marked as command. Mark it as event, or name an event.",
    ],
  },
  {
    name: "EGO021: what is upcast is not marked",
    proto: account(event("Credited", 'upcasts: "Money"'), "message Money { int64 cents = 1; }\n"),
    says: [
      "$.proto:5:53: error EGO021: Money, which Credited upcasts, is not marked. Mark it as event, or name an event.",
    ],
  },
  {
    name: "EGO021: an event of another entity",
    proto: { a: account(event("Credited", 'upcasts: "Filled"')), b: till },
    says: [
      '$_a.proto:5:53: error EGO021: Filled is an event of "till", and Credited one of "account". An event upcasts one of its own entity only.',
    ],
  },
  {
    name: "not EGO021: an event of the same entity in another file and package, by its absolute name",
    proto: {
      a: account(event("Credited", 'upcasts: ".$.old.Deposited"')),
      b: `\npackage $.old;\n${event("Deposited", 'entity: "account"')}`,
    },
    says: [],
  },
  {
    name: "EGO021: an event that upcasts itself",
    proto: account(event("Credited", 'upcasts: "Credited"')),
    says: ["$.proto:5:53: error EGO021: Credited upcasts itself. The oldest event upcasts none: remove its upcasts."],
  },
  {
    name: "EGO021: events that upcast one another in a circle, said once",
    proto: account(
      event("Credited"),
      event("V1", 'upcasts: "V3"'),
      event("V2", 'upcasts: "V1"'),
      event("V3", 'upcasts: "V2"'),
    ),
    says: [
      "$.proto:7:47: error EGO021: V2 upcasts V1, which upcasts V3, which upcasts V2 again. The oldest event upcasts none: remove its upcasts.",
    ],
  },
  {
    name: "not EGO021: a chain, in any order",
    proto: account(
      event("V2", 'upcasts: "V1"'),
      event("Credited", 'upcasts: "V3"'),
      event("V1"),
      event("V3", 'upcasts: "V2"'),
    ),
    says: [],
  },
  {
    name: "EGO021: two events that upcast one",
    proto: account(event("V1"), event("V2", 'upcasts: "V1"'), event("Credited", 'upcasts: "V1"')),
    says: [
      "$.proto:6:21: warning EGO020: No command emits V2. Add it to the emits of the command that does.",
      "$.proto:7:53: error EGO021: Credited and V2 at $.proto:6:47 both upcast V1, which becomes one event when it is read. Let one of them upcast the other.",
    ],
  },
  {
    name: "EGO021: an old event that a command still emits",
    proto: account(
      event("CreditedV1"),
      event("CreditedV2", 'upcasts: "CreditedV1"'),
      event("Credited", 'upcasts: "CreditedV2"'),
      `message Give { option (ego.v1.message).command = {\n  emits: "Credited"\n  emits: "CreditedV1"\n}; ${id} }\n`,
    ),
    says: [
      "$.proto:10:3: error EGO021: Give emits CreditedV1, which CreditedV2 at $.proto:6:55 upcasts: it is old, and only read. Emit Credited instead.",
    ],
  },
  {
    name: "not EGO020: no command emits an old event",
    proto: account(event("CreditedV1"), event("Credited", 'upcasts: "CreditedV1"')),
    says: [],
  },
  {
    name: "not EGO023: an old event that was derived, of fields that the state has no more",
    proto: account(
      `message CreditedV1 { option (ego.v1.message).event = {derived: true}; ${id} bytes gone = 2; }\n`,
      event("Credited", 'derived: true upcasts: "CreditedV1"'),
    ),
    says: [],
  },
  {
    name: "EGO015: the method of an old event is that of another",
    proto: account(event("HTTPCredited"), event("HttpCredited", 'upcasts: "HTTPCredited"'), event("Credited")),
    says: [
      '$.proto:6:9: error EGO015: HttpCredited and HTTPCredited at $.proto:5:9 would both be "httpCredited" in generated code. Rename one of them.',
      "$.proto:6:31: warning EGO020: No command emits HttpCredited. Add it to the emits of the command that does.",
    ],
  },
  {
    name: "EGO016: a message that has the name of the upcasters",
    proto: account(event("CreditedV1"), event("Credited", 'upcasts: "CreditedV1"'), "message AccountUpcasters {}\n"),
    says: [
      '$.proto:7:9: error EGO016: The message AccountUpcasters has the name of what is generated for the entity "account". Rename it, to AccountUpcastersData for instance.',
    ],
  },
  {
    name: "not EGO016: the same where nothing is upcast",
    proto: account(event("Credited"), "message AccountUpcasters {}\n"),
    says: [],
  },
]);
