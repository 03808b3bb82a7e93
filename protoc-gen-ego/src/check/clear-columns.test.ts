import { testDiagnostics } from "../../../test/golden/diagnostics-table.ts";

const id = "string id = 1 [(ego.v1.field).id = true];";
const sensitive = "[(ego.v1.field).sensitive = true]";
const omitted = "[(ego.v1.field).column = {omit: true}]";
const messages = `
option (ego.v1.file).entity = "account";
message Address { string street = 1 ${sensitive}; string city = 2; }
message Home { Address address = 1; }
`;
const readModel = (fields: string, sources = 'entities: "account"') => `${messages}
message Account { option (ego.v1.message).state = {}; ${id} }
message Open { option (ego.v1.message).command = {emits: ["Opened", "Moved"]}; ${id} }
message Opened { option (ego.v1.message).event = {}; ${id} string email = 2 ${sensitive}; optional bytes face = 3 ${sensitive}; }
message Moved { option (ego.v1.message).event = {}; ${id} Address address = 2; }
message Balance { option (ego.v1.message).read_model = {name: "balances" ${sources}}; ${id}
${fields}
}
`;
const state = (fields: string, table = "table: {}") => `${messages}
message Open { option (ego.v1.message).command = {}; ${id} }
message Account { option (ego.v1.message).state = {persistence: PERSISTENCE_DURABLE ${table}}; ${id}
${fields}
}
`;

testDiagnostics([
  {
    name: "EGO038: a read model has what an event hides",
    proto: readModel("string email = 2;"),
    says: [
      "$.proto:11:8: error EGO038: Opened.email is sensitive, and the column of Balance.email would hold it in clear. Mark it, [(ego.v1.field).sensitive = true], or leave it out, [(ego.v1.field).column = {omit: true}].",
    ],
  },
  {
    name: "EGO038: it may be optional in one of them",
    proto: readModel("bytes face = 2; oneof a { string email = 3; }"),
    says: [
      "$.proto:11:7: error EGO038: Opened.face is sensitive, and the column of Balance.face would hold it in clear. Mark it, [(ego.v1.field).sensitive = true], or leave it out, [(ego.v1.field).column = {omit: true}].",
      "$.proto:11:34: error EGO038: Opened.email is sensitive, and the column of Balance.email would hold it in clear. Mark it, [(ego.v1.field).sensitive = true], or leave it out, [(ego.v1.field).column = {omit: true}].",
    ],
  },
  {
    name: "EGO038: in a key, which cannot be encrypted",
    proto: readModel("string email = 2 [(ego.v1.field).id = true];"),
    says: [
      "$.proto:11:8: error EGO038: Opened.email is sensitive, and Balance would have it in clear in its key, which cannot be encrypted. Take another key.",
    ],
  },
  {
    name: "EGO038: a read model of the versions of a durable state",
    proto: `${state(`string email = 2 ${sensitive};`, "")}
message Mails { option (ego.v1.message).read_model = {entities: "account"}; ${id} string email = 2; }
`,
    says: [
      "$.proto:3:38: warning EGO036: Address is not marked, so that this option means nothing. Mark the message, or remove the option.",
      "$.proto:11:126: error EGO038: Account.email is sensitive, and the column of Mails.email would hold it in clear. Mark it, [(ego.v1.field).sensitive = true], or leave it out, [(ego.v1.field).column = {omit: true}].",
    ],
  },
  {
    name: "not EGO038: encrypted there too, or left out",
    proto: readModel(`string email = 2 ${sensitive}; bytes face = 3 ${omitted};`),
    says: [],
  },
  { name: "not EGO038: of another type", proto: readModel("bool email = 2; repeated bytes face = 3;"), says: [] },
  {
    name: "not EGO038: of an event that it does not get",
    proto: readModel("string email = 2;", 'events: "Moved"'),
    says: [],
  },
  {
    name: "EGO038: a message with something sensitive in it, in a column of a read model",
    proto: readModel("Address address = 2;\nrepeated Home homes = 3;\nmap<string, Home> by_name = 4;"),
    says: [
      "$.proto:11:9: error EGO038: Address.street is sensitive, and the column of Balance.address would hold it in clear. Mark it, [(ego.v1.field).sensitive = true], or leave it out, [(ego.v1.field).column = {omit: true}].",
      "$.proto:12:15: error EGO038: Address.street is sensitive, and the column of Balance.homes would hold it in clear. Mark it, [(ego.v1.field).sensitive = true], or leave it out, [(ego.v1.field).column = {omit: true}].",
      "$.proto:13:19: error EGO038: Address.street is sensitive, and the column of Balance.by_name would hold it in clear. Mark it, [(ego.v1.field).sensitive = true], or leave it out, [(ego.v1.field).column = {omit: true}].",
    ],
  },
  {
    name: "not EGO038: the message is encrypted as a whole, or left out",
    proto: readModel(`Address address = 2 ${sensitive}; repeated Home homes = 3 ${omitted};`),
    says: [],
  },
  {
    name: "EGO038: in a column of a state",
    proto: state("Home home = 2;"),
    says: [
      "$.proto:8:6: error EGO038: Address.street is sensitive, and the column of Account.home would hold it in clear. Mark it, [(ego.v1.field).sensitive = true], or leave it out, [(ego.v1.field).column = {omit: true}].",
    ],
  },
  {
    name: "not EGO038: a list in a column of a state is EGO034",
    proto: state("repeated Home homes = 2;"),
    says: [
      "$.proto:8:15: error EGO034: Account.homes is repeated $.Home, and Address.street cannot be encrypted on its own in it. Mark the whole field: [(ego.v1.field).sensitive = true].",
    ],
  },
  {
    name: "not EGO038: a state whose messages are encrypted as a whole, or share the column of all that have none",
    proto: state(`Home home = 2 ${omitted}; Address address = 3 ${sensitive}; repeated Address more = 4 ${sensitive};`),
    says: [],
  },
  { name: "not EGO038: a state without a table", proto: state("Home home = 2;", ""), says: [] },
]);
