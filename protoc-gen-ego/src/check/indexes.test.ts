import { testDiagnostics } from "../../../test/golden/diagnostics-table.ts";

const id = "string id = 1 [(ego.v1.field).id = true];";
const till = (indexes: string, fields = "string owner = 2; int32 cents = 3;") => `
import "google/protobuf/timestamp.proto";
message Size { int32 width = 1; }
enum Color { COLOR_UNSPECIFIED = 0; }
message Open { option (ego.v1.message).command = {entity: "till"}; ${id} }
message Till { option (ego.v1.message).state = {entity: "till" persistence: PERSISTENCE_DURABLE table: {
${indexes}
}}; ${id}
${fields}
}
`;
const readModel = (indexes: string) => `
message Open { option (ego.v1.message).command = {entity: "till"}; ${id} }
message Till { option (ego.v1.message).state = {entity: "till" persistence: PERSISTENCE_DURABLE}; ${id} }
message Tills { option (ego.v1.message).read_model = {entities: "till" table: {
${indexes}
}}; string id = 1 [(ego.v1.field).id = true]; string shop = 2 [(ego.v1.field).id = true]; string owner = 3; }
`;
const unordered = (field: string, is = field, option = "") => ({
  name: `EGO042: an index of ${field} ${option}`,
  proto: till('indexes: {fields: ["it"]}', `${field} it = 2 ${option};`),
  says: [`$.proto:7:1: error EGO042: Till.it is ${is}, and cannot be in an index. Leave it out.`],
});

testDiagnostics([
  {
    name: "indexes of all that has an order are right",
    proto: till(
      'indexes: {fields: ["owner", "at"]} indexes: {fields: ["at"] unique: true} indexes: {fields: ["color", "open", "weight"] name: "by_all"} indexes: {fields: ["id", "owner"]}',
      "optional string owner = 2; google.protobuf.Timestamp at = 3; Color color = 4; bool open = 5; double weight = 6;",
    ),
    says: [],
  },
  {
    name: "EGO042: a field that is not there, and the nearest one that can be in an index",
    proto: till('indexes: {fields: ["ownr"]}', "string owner = 2; Size own = 3;"),
    says: ['$.proto:7:1: error EGO042: Till has no field "ownr", which an index names. Did you mean "owner"?'],
  },
  {
    name: "EGO042: names are those of the proto",
    proto: till('indexes: {fields: ["onHand"]}', "int32 on_hand = 2;"),
    says: ['$.proto:7:1: error EGO042: Till has no field "onHand", which an index names. Did you mean "on_hand"?'],
  },
  {
    name: "EGO042: no field is near",
    proto: till('indexes: {fields: ["constructor", "__proto__"]}'),
    says: [
      '$.proto:7:1: error EGO042: Till has no field "__proto__", which an index names. Write the name of a field.',
      '$.proto:7:1: error EGO042: Till has no field "constructor", which an index names. Write the name of a field.',
    ],
  },
  {
    name: "EGO042: a field without a column",
    proto: till('indexes: {fields: ["owner"]}', "string owner = 2 [(ego.v1.field).column = {omit: true}];"),
    says: [
      "$.proto:7:1: error EGO042: Till.owner has no column, and cannot be in an index. Remove omit, or leave it out.",
    ],
  },
  unordered("bytes"),
  unordered("Size", "$.Size"),
  unordered("repeated string"),
  unordered("map<string, string>"),
  unordered("google.protobuf.Timestamp", "kept in binary form", "[(ego.v1.field).column = {storage: STORAGE_BINARY}]"),
  {
    name: "EGO042: no fields",
    proto: till("indexes: {unique: true}"),
    says: ['$.proto:7:1: error EGO042: An index of Till has no fields. Name them: fields: ["..."].'],
  },
  {
    name: "EGO042: a field twice",
    proto: till('indexes: {fields: ["owner", "cents", "owner"]}'),
    says: ["$.proto:7:1: error EGO042: An index of Till has owner twice. Remove one of them."],
  },
  {
    name: "EGO042: two indexes of the same fields, whatever their names",
    proto: till(
      'indexes: {fields: ["owner", "cents"]}\nindexes: {fields: ["owner", "cents"] unique: true name: "other"}\nindexes: {fields: ["owner", "cents"]}',
    ),
    says: [
      "$.proto:8:1: error EGO042: Till has two indexes of owner, cents; the first is at $.proto:7:1. Remove one.",
      "$.proto:9:1: error EGO042: Till has two indexes of owner, cents; the first is at $.proto:7:1. Remove one.",
    ],
  },
  {
    name: "not EGO042: the same fields in another order, and some of them",
    proto: till(
      'indexes: {fields: ["owner", "cents"]} indexes: {fields: ["cents", "owner"]} indexes: {fields: ["owner"]}',
    ),
    says: [],
  },
  {
    name: "EGO042: the fields of the key",
    proto: till('indexes: {fields: ["id"] unique: true}'),
    says: ["$.proto:7:1: error EGO042: An index of Till has the fields of its primary key: id. Remove it."],
  },
  {
    name: "EGO042: unique, and has the whole key",
    proto: till('indexes: {fields: ["owner", "id"] unique: true}'),
    says: [
      "$.proto:7:1: error EGO042: An index of Till has all of its primary key: owner, id is unique without being said to be. Remove unique.",
    ],
  },
  {
    name: "EGO042: a read model too: unique with both fields of its key",
    proto: readModel('indexes: {fields: ["shop", "owner", "id"] unique: true}'),
    says: [
      "$.proto:5:1: error EGO042: An index of Tills has all of its primary key: shop, owner, id is unique without being said to be. Remove unique.",
    ],
  },
  {
    name: "not EGO042: a part of the key, also in another order, also unique",
    proto: readModel('indexes: {fields: ["shop", "owner"] unique: true} indexes: {fields: ["shop", "id"]}'),
    says: [],
  },
  {
    name: "EGO038: an index of an encrypted column",
    proto: till('indexes: {fields: ["owner"]}', "string owner = 2 [(ego.v1.field).sensitive = true];"),
    says: [
      "$.proto:7:1: error EGO038: Till.owner is sensitive: its column is encrypted, and cannot be in an index. Leave it out.",
    ],
  },
]);
