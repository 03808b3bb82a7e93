import { testDiagnostics } from "../../../test/golden/diagnostics-table.ts";

const id = "string id = 1 [(ego.v1.field).id = true];";
const sensitive = "[(ego.v1.field).sensitive = true]";
const subject = "[(ego.v1.field).subject = true]";
/** An entity with fields of its event, and with other messages. */
const account = (fields: string, others = "") => `
option (ego.v1.file).entity = "account";
message Account { option (ego.v1.message).state = {}; ${id} }
message Open { option (ego.v1.message).command = {emits: "Opened" rejects: "Refused"}; ${id} }
message Refused { option (ego.v1.message).rejection = {}; }
message Opened { option (ego.v1.message).event = {}; ${id}
${fields}
}
${others}
`;
const address = (street: string) => `message Address { string street = 1 ${street}; string city = 2; }`;
const notASubject = (owner: string, type: string, at: number) => ({
  name: `EGO031: ${type} is not a subject`,
  proto: account(`string email = 2 ${sensitive}; ${owner.replace("= 3", `= 3 ${subject}`)}`),
  says: [
    `$.proto:7:${at}: error EGO031: Opened.owner is ${type}, and cannot be a subject. A subject is a string or an integer, not repeated, and in no oneof.`,
  ],
});

/** Each of the messages holds the next one twice: 1,024 ways to one field. */
const doubling = Array.from(
  { length: 10 },
  (_, level) => `message L${level} { L${level + 1} a = 1; L${level + 1} b = 2; }`,
);

testDiagnostics([
  {
    name: "EGO034: more ways to a sensitive field than can be printed",
    proto: account("L0 top = 2;", [...doubling, `message L10 { string street = 1 ${sensitive}; }`].join("\n")),
    says: [
      "$.proto:14:27: error EGO034: L5.b is $.L6, and L10.street cannot be encrypted on its own in it. Mark the whole field: [(ego.v1.field).sensitive = true].",
      "$.proto:15:27: error EGO034: L6.b is $.L7, and L10.street cannot be encrypted on its own in it. Mark the whole field: [(ego.v1.field).sensitive = true].",
    ],
  },
  {
    name: "sensitive fields and a subject are right",
    proto: account(`string email = 2 ${sensitive}; bytes face = 3 ${sensitive}; string owner = 4 ${subject};`),
    says: [],
  },
  {
    name: "sensitive lists, maps and messages as a whole are right",
    proto: account(
      `repeated string a = 2 ${sensitive}; map<string, Address> b = 3 ${sensitive}; Address c = 4 ${sensitive};`,
      address(""),
    ),
    says: [],
  },
  notASubject("bool owner = 3;", "bool", 69),
  notASubject("repeated string owner = 3;", "repeated string", 80),
  notASubject("oneof which { string owner = 3; }", "string in oneof which", 85),
  {
    name: "not EGO031: an integer as subject",
    proto: account(`string email = 2 ${sensitive}; uint64 owner = 3 ${subject};`),
    says: [],
  },
  {
    name: "EGO032: a sensitive id",
    proto: account(`string email = 2 ${sensitive};`).replace(
      id,
      "string id = 1 [(ego.v1.field).id = true, (ego.v1.field).sensitive = true];",
    ),
    says: [
      "$.proto:3:96: error EGO032: Account.id is an id, and is not encrypted. Remove sensitive, and take an id that tells nothing of anybody.",
    ],
  },
  {
    name: "EGO032: a sensitive subject",
    proto: account(`string email = 2 [(ego.v1.field) = {sensitive: true subject: true}];`),
    says: [
      "$.proto:7:37: error EGO032: Opened.email is the subject: it says whose key is to be taken, and is not encrypted. Remove sensitive, and take a subject that tells nothing of anybody.",
    ],
  },
  {
    name: "not EGO032: the id is the subject",
    proto: account(`string email = 2 ${sensitive};`).replace(
      `event = {}; ${id}`,
      "event = {}; string id = 1 [(ego.v1.field) = {id: true subject: true}];",
    ),
    says: [],
  },
  {
    name: "EGO034: a sensitive field in a list",
    proto: account("repeated Address addresses = 2;", address(sensitive)),
    says: [
      "$.proto:7:18: error EGO034: Opened.addresses is repeated $.Address, and Address.street cannot be encrypted on its own in it. Mark the whole field: [(ego.v1.field).sensitive = true].",
    ],
  },
  {
    name: "EGO034: a sensitive field in a map, below a message",
    proto: account("Home home = 2;", `message Home { map<string, Address> rooms = 1; } ${address(sensitive)}`),
    says: [
      "$.proto:9:37: error EGO034: Home.rooms is map<string, $.Address>, and Address.street cannot be encrypted on its own in it. Mark the whole field: [(ego.v1.field).sensitive = true].",
    ],
  },
  {
    name: "EGO034: a sensitive field in a message inside of itself",
    proto: account("Person owner = 2;", `message Person { string name = 1 ${sensitive}; Person parent = 2; }`),
    says: [
      "$.proto:9:76: error EGO034: Person.parent is $.Person inside of itself, and Person.name cannot be encrypted on its own in it. Mark the whole field: [(ego.v1.field).sensitive = true].",
    ],
  },
  {
    name: "EGO034: a message inside of itself by way of another",
    proto: account(
      "Person owner = 2;",
      `message Person { Home home = 1; string city = 2; } message Home { string street = 1 ${sensitive}; Person host = 2; }`,
    ),
    says: [
      "$.proto:9:127: error EGO034: Home.host is $.Person inside of itself, and Home.street cannot be encrypted on its own in it. Mark the whole field: [(ego.v1.field).sensitive = true].",
    ],
  },
  {
    name: "EGO034: of a state and a command as of an event",
    proto: account("", address(sensitive))
      .replace("state = {};", "state = {}; repeated Address list = 2;")
      .replace('"Refused"};', '"Refused"}; repeated Address list = 2;'),
    says: [
      "$.proto:3:72: error EGO034: Account.list is repeated $.Address, and Address.street cannot be encrypted on its own in it. Mark the whole field: [(ego.v1.field).sensitive = true].",
      "$.proto:4:105: error EGO034: Open.list is repeated $.Address, and Address.street cannot be encrypted on its own in it. Mark the whole field: [(ego.v1.field).sensitive = true].",
    ],
  },
  {
    name: "not EGO034: in a message, and in a member of a oneof",
    proto: account("Address address = 2; oneof where { Address other = 3; string email = 4; }", address(sensitive)),
    says: [],
  },
  {
    name: "not EGO034: the list is sensitive as a whole",
    proto: account(`repeated Address addresses = 2 ${sensitive};`, address(sensitive)),
    says: [],
  },
  {
    name: "not EGO034: a message inside of itself, as a whole",
    proto: account(
      "Person owner = 2;",
      `message Person { string name = 1 ${sensitive}; Person parent = 2 ${sensitive}; }`,
    ),
    says: [],
  },
  {
    name: "EGO035: two subjects",
    proto: account(`string email = 2 ${sensitive}; string owner = 3 ${subject}; string payer = 4 ${subject};`),
    says: ["$.proto:7:121: error EGO035: Opened has two subjects: owner and payer. Mark one of them only."],
  },
  {
    name: "not EGO035: an option that says no",
    proto: account(
      `string email = 2 ${sensitive}; string owner = 3 ${subject}; string payer = 4 [(ego.v1.field).subject = false];`,
    ),
    says: [],
  },
  {
    name: "EGO036: sensitive in a message that no marked one holds",
    proto: account("", address(sensitive)),
    says: [
      "$.proto:9:38: warning EGO036: Address is not marked, so that this option means nothing. Mark the message, or remove the option.",
    ],
  },
  {
    name: "EGO036: sensitive in a message that only a rejection holds",
    proto: account("", address(sensitive)).replace("rejection = {};", "rejection = {}; Address address = 1;"),
    says: [
      "$.proto:9:38: warning EGO036: Address is not marked, so that this option means nothing. Mark the message, or remove the option.",
    ],
  },
  {
    name: "EGO036: another option of a field that is sensitive in a message that is held",
    proto: account(
      "Address address = 2;",
      "message Address { string street = 1 [(ego.v1.field) = {id: true sensitive: true subject: true column: {omit: true}}]; }",
    ),
    says: [
      "$.proto:9:56: warning EGO036: Address is not marked, so that this option means nothing. Mark the message, or remove the option.",
      "$.proto:9:81: warning EGO036: Address is not marked, so that this option means nothing. Mark the message, or remove the option.",
      "$.proto:9:104: warning EGO036: Address is not marked, so that this option means nothing. Mark the message, or remove the option.",
    ],
  },
  {
    name: "EGO036: a subject in a message that is held: the marked message has it",
    proto: account(
      "Address address = 2;",
      `message Address { string street = 1 ${sensitive}; string owner = 2 ${subject}; }`,
    ),
    says: [
      "$.proto:9:90: warning EGO036: Address is not marked, so that this option means nothing. Mark the message, or remove the option.",
    ],
  },
  {
    name: "EGO036: sensitive and subject of a rejection",
    proto: account("").replace(
      "rejection = {};",
      `rejection = {}; string email = 1 ${sensitive}; string owner = 2 ${subject};`,
    ),
    says: [
      "$.proto:5:77: warning EGO036: Refused is a rejection, which is never stored, so that this option means nothing. Remove it.",
      "$.proto:5:129: warning EGO036: Refused is a rejection, which is never stored, so that this option means nothing. Remove it.",
    ],
  },
  {
    name: "EGO036: a subject where nothing is sensitive",
    proto: account(`string owner = 2 ${subject};`),
    says: [
      "$.proto:7:19: warning EGO036: Opened has no sensitive field, so that owner is the subject of nothing. Mark what is sensitive, or remove the option.",
    ],
  },
  {
    name: "not EGO036: sensitive in messages below a message, a list and a map that are sensitive too",
    proto: account(
      `Home a = 2; repeated Home b = 3 ${sensitive}; map<int32, Address> c = 4 ${sensitive};`,
      `message Home { Address address = 1; } ${address(sensitive)}`,
    ),
    says: [],
  },
  {
    name: "not EGO036: a subject of what is sensitive in a message that is held",
    proto: account(`Address address = 2; string owner = 3 ${subject};`, address(sensitive)),
    says: [],
  },
]);
