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
const readModel = (message: string, options: string) =>
  `message ${message} { option (ego.v1.message).read_model = {events: "Opened" ${options}}; ${id} }`;
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
    name: "EGO016: what is generated for a read model",
    proto: account(`${readModel("Balance", 'name: "balances"')}
message BalancesProjection {}
message BalancesReadModel {}
message BalancesRowContext {}
message BalancesTable {}
message balancesTable {}
message balances {}`),
    says: [
      ["BalancesProjection", 'read model "balances"'],
      ["BalancesReadModel", 'read model "balances"'],
      ["BalancesRowContext", 'read model "balances"'],
      ["BalancesTable", 'table "balances"'],
      ["balancesTable", 'table "balances"'],
      ["balances", 'read model "balances"'],
    ].map(
      ([name, of], index) =>
        `$.proto:${8 + index}:9: error EGO016: The message ${name} has the name of what is generated for the ${of}. Rename it, to ${name}Data for instance.`,
    ),
  },
  {
    name: "EGO016: in the file of an event that a read model of another file consumes",
    proto: { a: account("message RowsProjection {}"), b: readModel("Row", 'name: "rows"') },
    says: [
      '$_a.proto:7:9: error EGO016: The message RowsProjection has the name of what is generated for the read model "rows". Rename it, to RowsProjectionData for instance.',
    ],
  },
  {
    name: "not EGO016: the context without a row, where each event tells the row",
    proto: account(`${readModel("Balance", 'name: "balances"')}
message BalancesContext {}`),
    says: [],
  },
  {
    name: "EGO015: an entity and a read model that become one constant",
    proto: account(readModel("Balance", 'name: "account"')),
    says: [
      '$.proto:7:74: error EGO015: The read model "account" and the entity "account" at $.proto:3:26 would both export "account" from generated code. Rename one of them.',
    ],
  },
  {
    name: "EGO015: a read model with the name of a table's constant",
    proto: account(
      readModel("Balance", 'name: "balances"') + readModel("Other", 'name: "balances-table" table: {name: "others"}'),
    ),
    says: [
      '$.proto:7:74: error EGO015: The table "balances" and the read model "balances-table" at $.proto:7:207 would both export "balancesTable" from generated code. Rename one of them.',
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
