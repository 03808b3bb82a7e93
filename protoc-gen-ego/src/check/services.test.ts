import { testDiagnostics } from "../../../test/golden/diagnostics-table.ts";

const id = "string id = 1 [(ego.v1.field).id = true];";
const messages = (entity: string) => `
${entity}
message Account { option (ego.v1.message).state = {entity: "account"}; ${id} }
message OpenAccount { option (ego.v1.message).command = {entity: "account" emits: "Opened"}; ${id} }
message Opened { option (ego.v1.message).event = {entity: "account"}; ${id} }
message Till { option (ego.v1.message).state = {entity: "till" persistence: PERSISTENCE_DURABLE}; ${id} }
message FillTill { option (ego.v1.message).command = {entity: "till"}; ${id} }
message GetRequest {} message GetResponse {}
`;
const account = messages('option (ego.v1.file).entity = "account";');
const service = (option: string, body: string) => `service Accounts { ${option}\n${body}\n}`;
const open = "rpc Open(OpenAccount) returns (Account);";
const ofAccount = 'option (ego.v1.service).entity = "account";';
const query = "{ option (ego.v1.method).query = true; }";

testDiagnostics([
  {
    name: "a service of the entity of its file is right",
    proto: account + service("option (ego.v1.service) = {};", open),
    says: [],
  },
  { name: "not EGO070: a service that names its entity", proto: messages("") + service(ofAccount, open), says: [] },
  {
    name: "not EGO072: a service without options, which is none of ego's",
    proto: account + service("", "rpc Watch(stream GetRequest) returns (stream GetResponse);"),
    says: [],
  },
  {
    name: "a method with options makes its service that of the file's entity",
    proto:
      account + service("", `rpc Get(GetRequest) returns (GetResponse) ${query}\nrpc Fill(FillTill) returns (Till);`),
    says: [
      '$.proto:11:5: error EGO071: Accounts.Fill takes FillTill, which is a command of "till", and the service is the API of "account". Take a command of that entity, or move the method to a service of the other.',
    ],
  },
  {
    name: "EGO070: no entity in the option or the file",
    proto: messages("") + service("option (ego.v1.service) = {};", open),
    says: [
      '$.proto:9:27: error EGO070: It is not said which entity the service Accounts is the API of. Add option (ego.v1.service).entity = "..."; to the service, or option (ego.v1.file).entity to the file.',
    ],
  },
  {
    name: "EGO070: a method with options, and no entity",
    proto: messages("") + service("", `rpc Get(GetRequest) returns (GetResponse) ${query}`),
    says: [
      '$.proto:10:45: error EGO070: It is not said which entity the service Accounts is the API of. Add option (ego.v1.service).entity = "..."; to the service, or option (ego.v1.file).entity to the file.',
    ],
  },
  {
    name: "EGO070: an entity without state",
    proto: messages("") + service('option (ego.v1.service).entity = "acount";', open),
    says: [
      '$.proto:9:20: error EGO070: The entity "acount", which the service Accounts is the API of, has no state. Did you mean "account"?',
    ],
  },
  {
    name: "EGO070: an entity that nothing is like",
    proto: messages("") + service('option (ego.v1.service).entity = "shelf";', open),
    says: [
      '$.proto:9:20: error EGO070: The entity "shelf", which the service Accounts is the API of, has no state. Name an entity that has one.',
    ],
  },
  {
    name: "EGO071: requests that are no commands",
    proto:
      account + service(ofAccount, "rpc Get(GetRequest) returns (GetResponse);\nrpc Put(Account) returns (Account);"),
    says: [
      '$.proto:10:5: error EGO071: Accounts.Get takes GetRequest, which is not marked, and the service is the API of "account". Mark GetRequest as command, or the method as query: option (ego.v1.method).query = true;',
      '$.proto:11:5: error EGO071: Accounts.Put takes Account, which is marked as state, and the service is the API of "account". Mark Account as command, or the method as query: option (ego.v1.method).query = true;',
    ],
  },
  {
    name: "not EGO071: a query",
    proto: account + service(ofAccount, `${open} rpc Get(GetRequest) returns (GetResponse) ${query}`),
    says: [],
  },
  {
    name: "EGO072: streams, in both directions, of a command and of a query",
    proto:
      account +
      service(
        ofAccount,
        `rpc Open(stream OpenAccount) returns (Account);\nrpc Get(GetRequest) returns (stream GetResponse) ${query}`,
      ),
    says: ["$.proto:10:5: error EGO072: Accounts.Open", "$.proto:11:5: error EGO072: Accounts.Get"].map(
      (start) =>
        `${start} streams, and a command has one answer, as a query has. Remove stream, or move the method to a service without options.`,
    ),
  },
  {
    name: "EGO073: a query that takes a command",
    proto: account + service(ofAccount, `rpc Open(OpenAccount) returns (Account) ${query}`),
    says: [
      "$.proto:10:43: error EGO073: Accounts.Open is a query, and takes OpenAccount, which is a command. Remove query, or take a message that is none.",
    ],
  },
  {
    name: "not EGO073: a query that is none",
    proto:
      account + service(ofAccount, "rpc Open(OpenAccount) returns (Account) { option (ego.v1.method).query = false; }"),
    says: [],
  },
]);
