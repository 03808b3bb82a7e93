import { testDiagnostics } from "../../../test/golden/diagnostics-table.ts";

const id = "string id = 1 [(ego.v1.field).id = true];";
const account = (more: string) => `
option (ego.v1.file).entity = "account";
message Account { option (ego.v1.message).state = {}; ${id} }
message Open { option (ego.v1.message).command = {emits: ["Opened"] rejects: ["Refused"]}; ${id} }
message Opened { option (ego.v1.message).event = {}; ${id} }
message Refused { option (ego.v1.message).rejection = {}; }
${more}
`;

const durable = (message: string, options: string) =>
  `message ${message} { option (ego.v1.message).state = {persistence: PERSISTENCE_DURABLE ${options}}; ${id} }`;
const command = (message: string, entity: string) =>
  `message ${message} { option (ego.v1.message).command = {entity: "${entity}"}; ${id} }`;

testDiagnostics([
  {
    name: "EGO015: two commands that become one method",
    proto: account(`message HTTPOpen { option (ego.v1.message).command = {}; ${id} }
message HttpOpen { option (ego.v1.message).command = {}; ${id} }`),
    says: [
      '$.proto:8:9: error EGO015: HttpOpen and HTTPOpen at $.proto:7:9 would both be "httpOpen" in generated code. Rename one of them.',
    ],
  },
  {
    name: "EGO015: a nested event and one that is not",
    proto: account(`message Outer { message Opened { option (ego.v1.message).event = {}; ${id} } }
message Again { option (ego.v1.message).command = {emits: "Outer.Opened"}; ${id} }`),
    says: [
      '$.proto:7:25: error EGO015: Opened and Opened at $.proto:5:9 would both be "opened" in generated code. Rename one of them.',
    ],
  },
  {
    name: "not EGO015: a command and an event have namespaces of their own, and so have entities",
    proto: account(`message Other { message Open { option (ego.v1.message).event = {}; ${id} } }
message Again { option (ego.v1.message).command = {emits: "Other.Open"}; ${id} }
message Till { ${durable("State", 'entity: "till"')} ${command("Open", "till")} }`),
    says: [],
  },
  {
    name: "EGO015: two entities that become one constant",
    proto: `
${durable("A", 'entity: "a_b"')} ${command("X", "a_b")}
${durable("B", 'entity: "a-b"')} ${command("Y", "a-b")}
`,
    says: [
      '$.proto:3:20: error EGO015: The entity "a-b" and the entity "a_b" at $.proto:2:20 would both export "aB" from generated code. Rename one of them.',
    ],
  },
  {
    name: "EGO016: messages and enums with names of generated types",
    proto: account(`message AccountEvents {}
enum AccountBehavior { ACCOUNT_BEHAVIOR_UNSPECIFIED = 0; }
message account {}`),
    says: [
      '$.proto:7:9: error EGO016: The message AccountEvents has the name of what is generated for the entity "account". Rename it, to AccountEventsData for instance.',
      '$.proto:8:6: error EGO016: The enum AccountBehavior has the name of what is generated for the entity "account". Rename it, to AccountBehaviorData for instance.',
      '$.proto:9:9: error EGO016: The message account has the name of what is generated for the entity "account". Rename it, to accountData for instance.',
    ],
  },
  {
    name: "not EGO016: nested messages, other suffixes, and what is not generated here",
    proto: account(`message Outer { message AccountEvents {} }
message AccountEvent {}
message AccountDatabase {}`),
    says: [],
  },
  {
    name: "EGO016: the tables of a file",
    proto: `
${durable("Till", 'entity: "till" table: {name: "tills"}')} ${command("Fill", "till")}
message TillsTable {}
message tillsTable {}
`,
    says: [
      '$.proto:3:9: error EGO016: The message TillsTable has the name of what is generated for the table "tills". Rename it, to TillsTableData for instance.',
      '$.proto:4:9: error EGO016: The message tillsTable has the name of what is generated for the table "tills". Rename it, to tillsTableData for instance.',
    ],
  },
  {
    name: "EGO015: the constants of a table and of an entity",
    proto: `
${durable("Till", 'entity: "till" table: {name: "tills"}')} ${command("Fill", "till")}
${durable("Other", 'entity: "tills-table"')} ${command("Do", "tills-table")}
`,
    says: [
      '$.proto:2:105: error EGO015: The table "tills" and the entity "tills-table" at $.proto:3:24 would both export "tillsTable" from generated code. Rename one of them.',
    ],
  },
  {
    name: "EGO016: a rejection called Accepted",
    proto: account(`message Accepted { option (ego.v1.message).rejection = {}; }
message Again { option (ego.v1.message).command = {rejects: "Accepted"}; ${id} }`),
    says: [
      '$.proto:7:9: error EGO016: "accepted" is the outcome of a command that was carried out, so that no rejection can have the name Accepted. Rename it, to AcceptedAlready for instance.',
    ],
  },
  {
    name: "not EGO016: an event called Accepted",
    proto: account(`message Accepted { option (ego.v1.message).event = {}; ${id} }
message Again { option (ego.v1.message).command = {emits: "Accepted"}; ${id} }`),
    says: [],
  },
]);
