import { testDiagnostics } from "../../../test/golden/diagnostics-table.ts";

const id = "string id = 1 [(ego.v1.field).id = true];";
const account = (more = "") => `
option (ego.v1.file).entity = "account";
message Account { option (ego.v1.message).state = {persistence: PERSISTENCE_DURABLE}; ${id} }
message Open { option (ego.v1.message).command = {}; ${id} }
${more}
`;

const noTypes = [
  "any",
  "as",
  "await",
  "infer",
  "keyof",
  "never",
  "readonly",
  "symbol",
  "undefined",
  "unique",
  "unknown",
];
const noConstants = ["arguments", "await", "eval"];

const says = (place: string, kind: string, name: string) =>
  `$.proto:${place}: error EGO017: The ${kind} ${name} has a name that TypeScript keeps for itself: the code of protoc-gen-es would not compile. Rename it, to ${name.slice(0, 1).toUpperCase()}${name.slice(1)} for instance.`;

testDiagnostics([
  ...noTypes.map((name) => ({
    name: `EGO017: a message called ${name}`,
    proto: account(`message ${name} {}`),
    says: [says("5:9", "message", name)],
  })),
  ...[...new Set([...noTypes, ...noConstants])].map((name) => ({
    name: `EGO017: an enum called ${name}`,
    proto: account(`enum ${name} { ZERO = 0; }`),
    says: [says("5:6", "enum", name)],
  })),
  ...noConstants.map((name) => ({
    name: `EGO017: a service called ${name}`,
    proto: account(`service ${name} {}`),
    says: [says("5:9", "service", name)],
  })),
  ...noConstants.map((name, index) => ({
    name: `EGO017: an extension called ${name}`,
    proto: account(`import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { string ${name} = ${50_900 + index}; }`),
    says: [says("6:48", "extension", name)],
  })),
  {
    name: "not EGO017: the same names of nested types, and of what is made an identifier by protoc-gen-es",
    proto: account(`message Outer { message any {} enum await { ZERO = 0; } enum eval { NULL = 0; } }
message string {} message number {} message object {} message arguments {} message eval {} message class {}
message null {} message void {} message let {} message type {} message of {} message is {} message async {}
enum Message { A = 0; } enum Object { B = 0; } enum Symbol { C = 0; } enum Uint8Array { D = 0; }
message Array {} message Record {} message Promise {} message Date {} message globalThis {} message Any {}
service any {} service unknown {}`),
    says: [],
  },
  {
    name: "not EGO017: the same names of fields, oneofs and methods",
    proto: account(`message Odd { string constructor = 1; string __proto__ = 2; string to_string = 3; string toJSON = 4;
oneof any { string await = 5; string then = 6; } oneof valueOf { string undefined = 7; } oneof keyof { bool _8x = 8; } }
service Odd_ { rpc constructor(Odd) returns (Odd); rpc await(Odd) returns (Odd); }`),
    says: [],
  },
  {
    name: "not EGO017: a file without marks, whose code is nothing to us",
    proto: { "": account(), b: "\npackage $b;\nmessage any { string _1x = 1; }\n" },
    says: [],
  },
  {
    name: "EGO017: fields and oneofs that are nothing, or a digit and more, without their underscores",
    proto: account(`message Odd {
  string _ = 1;
  string _1x = 2;
  string _01 = 3;
  oneof __ { string x = 4; }
}
message Other { oneof _2_ab { string x = 1; } }`),
    says: [
      '$.proto:6:10: error EGO017: The field _ of Odd would be "" in the code of protoc-gen-es, which is no name in TypeScript. Rename it: first a letter.',
      '$.proto:7:10: error EGO017: The field _1x of Odd would be "1x" in the code of protoc-gen-es, which is no name in TypeScript. Rename it: first a letter.',
      '$.proto:8:10: error EGO017: The field _01 of Odd would be "01" in the code of protoc-gen-es, which is no name in TypeScript. Rename it: first a letter.',
      '$.proto:9:9: error EGO017: The oneof __ and the field _ of Odd at $.proto:6:10 would both be "" in the code of protoc-gen-es. Rename one of them.',
      '$.proto:11:23: error EGO017: The oneof _2_ab of Other would be "2Ab" in the code of protoc-gen-es, which is no name in TypeScript. Rename it: first a letter.',
    ],
  },
  {
    name: "not EGO017: numbers, as they are written in TypeScript, and letters behind underscores",
    proto: account("message Odd { string _0 = 1; string _12 = 2; string _x1 = 3; string _X = 4; }"),
    says: [],
  },
  {
    name: "EGO017: a field and a oneof that become one property",
    proto: account(`message Odd {
  string payload = 1;
  oneof payload_ { string text = 2; }
}`),
    says: [
      '$.proto:7:9: error EGO017: The oneof payload_ and the field payload of Odd at $.proto:6:10 would both be "payload" in the code of protoc-gen-es. Rename one of them.',
    ],
  },
  {
    name: "not EGO017: a field in a oneof that is called like it, and an optional field",
    proto: account(
      "message Odd { oneof payload_ { string payload = 2; } optional string text = 3; string _text = 4; }",
    ),
    says: [],
  },
  {
    name: "EGO017: the JSON name of a field under which JavaScript keeps nothing",
    proto: account('message Odd { string a = 1 [json_name = "__proto__"]; string b = 2 [json_name = "constructor"]; }'),
    says: [
      '$.proto:5:22: error EGO017: The field a of Odd has the JSON name "__proto__", under which no object in JavaScript keeps a value. Give it another: [json_name = "..."].',
    ],
  },
  { name: "not EGO017: a field called __proto__", proto: account("message Odd { string __proto__ = 1; }"), says: [] },
]);
