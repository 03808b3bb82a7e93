import { testDiagnostics } from "../../../test/golden/diagnostics-table.ts";

const id = "string id = 1 [(ego.v1.field).id = true];";
const entity = (name: string, table: string, fields = "") => `
message ${name} { option (ego.v1.message).state = {entity: "${name.toLowerCase()}" persistence: PERSISTENCE_DURABLE table: {${table}}}; ${id} ${fields} }
message Open${name} { option (ego.v1.message).command = {entity: "${name.toLowerCase()}"}; ${id} }
`;
/** A read model of a durable state. */
const readModel = (table: string, fields = "") => `
message Safe { option (ego.v1.message).state = {entity: "safe" persistence: PERSISTENCE_DURABLE}; ${id} }
message OpenSafe { option (ego.v1.message).command = {entity: "safe"}; ${id} }
message Safes { option (ego.v1.message).read_model = {entities: "safe" table: {${table}}}; ${id} int32 a = 2; ${fields} }
`;
const badName = (name: string, column: number) => ({
  name: `EGO046: the table ${JSON.stringify(name)}`,
  proto: entity("Till", `name: "${name}"`),
  says: [
    `$.proto:2:${column}: error EGO046: "${name}" cannot be the name of a table. Use lower case letters, digits and "_", first a letter, at most 58.`,
  ],
});

testDiagnostics([
  { name: "a table of a durable state is right", proto: entity("Till", 'name: "tills"'), says: [] },
  {
    name: "EGO040: two fields that become one column",
    proto: entity("Till", "", "int32 fooBAR = 2; int32 foo_bar = 3;"),
    says: [
      '$.proto:2:175: error EGO040: foo_bar and fooBAR of Till would both be the column "foo_bar". Rename one of them.',
    ],
  },
  {
    name: "not EGO040: columns that differ",
    proto: entity("Till", "", "int32 foo_bar1 = 2; int32 foo_bar_2 = 3;"),
    says: [],
  },
  {
    name: "EGO041: two states with one table",
    proto: entity("Till", 'name: "tills"') + entity("Box", 'name: "tills"'),
    says: [
      '$.proto:2:105: error EGO041: Till and Box at $.proto:5:103 have one table, "tills". Name another: table: {name: "..."}.',
    ],
  },
  {
    name: "not EGO041: two tables with names of their own and of their entities",
    proto: entity("Till", 'name: "tills"') + entity("Box", ""),
    says: [],
  },
  badName("Tills", 105),
  badName("1tills", 105),
  badName("my-tills", 105),
  badName("a".repeat(59), 105),
  { name: "not EGO046: 58 characters", proto: entity("Till", `name: "${"a".repeat(58)}"`), says: [] },
  {
    name: "EGO046: a column that is too long",
    proto: entity("Till", "", `int32 ${"a".repeat(64)} = 2;`),
    says: [
      `$.proto:2:157: error EGO046: "${"a".repeat(64)}", of ${"a".repeat(64)}, cannot be the name of a column. Use letters, digits and "_", first a letter, at most 63.`,
    ],
  },
  { name: "not EGO046: a column of 63", proto: entity("Till", "", `int32 ${"a".repeat(63)} = 2;`), says: [] },
  {
    name: "EGO047: reserved prefixes of tables",
    proto: entity("Till", 'name: "ego_tills"') + entity("Box", 'name: "sqlite_boxes"'),
    says: [
      '$.proto:2:105: error EGO047: Tables that begin with "ego_" are reserved. Rename the table "ego_tills".',
      '$.proto:5:103: error EGO047: Tables that begin with "sqlite_" are reserved. Rename the table "sqlite_boxes".',
    ],
  },
  {
    name: "EGO047: a reserved prefix of a column",
    proto: entity("Till", "", "int32 egoRevision = 2;"),
    says: ['$.proto:2:157: error EGO047: Columns that begin with "ego_" are reserved. Rename the field egoRevision.'],
  },
  { name: "not EGO047: other words", proto: entity("Till", 'name: "egoist"', "int32 ego = 2;"), says: [] },
  {
    name: "EGO040: a column that is named as another is",
    proto: entity("Till", "", 'int32 a = 2; int32 b = 3 [(ego.v1.field).column = {name: "a"}];'),
    says: ['$.proto:2:202: error EGO040: b and a of Till would both be the column "a". Rename one of them.'],
  },
  {
    name: "EGO040: two columns that are named alike",
    proto: entity(
      "Till",
      "",
      '\nint32 a = 2 [(ego.v1.field).column = {name: "x"}];\nint32 b = 3 [(ego.v1.field).column = {name: "x"}];',
    ),
    says: ['$.proto:4:39: error EGO040: b and a of Till would both be the column "x". Rename one of them.'],
  },
  {
    name: "not EGO040: one is named otherwise, or has no column",
    proto: entity(
      "Till",
      "",
      'int32 fooBAR = 2; int32 foo_bar = 3 [(ego.v1.field).column = {name: "bar"}]; int32 FooBAR = 4 [(ego.v1.field).column = {omit: true}];',
    ),
    says: [],
  },
  {
    name: "EGO041: the table of a state and that of a read model, in two files",
    proto: {
      a: entity("Till", 'name: "tills"'),
      b: `${readModel('name: "tills"')}`,
    },
    says: [
      '$_b.proto:4:80: error EGO041: Safes and Till at $_a.proto:2:105 have one table, "tills". Name another: table: {name: "..."}.',
    ],
  },
  {
    name: "EGO041: two indexes with one name, of two tables",
    proto:
      entity("Till", 'indexes: {fields: "a" name: "by_a"}', "int32 a = 2;") +
      readModel('indexes: {fields: "a" name: "by_a"}'),
    says: [
      '$.proto:7:80: error EGO041: An index of Safes and one of Till at $.proto:2:105 have one name, "by_a". Give the index another: name: "...".',
    ],
  },
  {
    name: "EGO041: two indexes of one table whose names become one",
    proto: entity(
      "Till",
      'indexes: {fields: ["a", "b_c"]}\nindexes: {fields: ["a_b", "c"]}',
      "int32 a = 2; int32 b_c = 3; int32 a_b = 4; int32 c = 5;",
    ),
    says: [
      '$.proto:3:1: error EGO041: An index of Till and one of Till at $.proto:2:105 have one name, "till_a_b_c". Give the index another: name: "...".',
    ],
  },
  {
    name: "EGO041: an index with the name of a table",
    proto: entity("Till", 'indexes: {fields: "a" name: "box"}', "int32 a = 2;") + entity("Box", ""),
    says: [
      '$.proto:2:105: error EGO041: An index of Till and the table of Box at $.proto:5:22 have one name, "box". Give the index another: name: "...".',
    ],
  },
  {
    name: "EGO041: indexes with the names that databases give primary keys",
    proto: entity(
      "Till",
      'indexes: {fields: "pkey"} indexes: {fields: "a" name: "primary"} indexes: {fields: "b" name: "box_pkey"}',
      "int32 a = 2; int32 b = 3; int32 pkey = 4;",
    ).concat(entity("Box", "")),
    says: [
      '$.proto:2:105: error EGO041: An index of Till has the name that a database gives the primary key of Till, "till_pkey". Give the index another: name: "...".',
      '$.proto:2:131: error EGO041: An index of Till has the name that a database gives the primary key of Till, "primary". Give the index another: name: "...".',
      '$.proto:2:170: error EGO041: An index of Till has the name that a database gives the primary key of Box, "box_pkey". Give the index another: name: "...".',
    ],
  },
  {
    name: "not EGO041: two indexes that have no name, of two tables",
    proto:
      entity("Till", 'indexes: {fields: "a"}', "int32 a = 2;") +
      entity("Box", 'indexes: {fields: "a"}', "int32 a = 2;"),
    says: [],
  },
  {
    name: "EGO046: names of columns that are given",
    proto: entity(
      "Till",
      "",
      ["A", "1a", "a-b", "a'b", 'a\\"b', "a`b", "a;b", "a\\nb", "", "ä", "a".repeat(64)]
        .map((name, index) => `\nint32 f${index} = ${index + 2} [(ego.v1.field).column = {name: "${name}"}];`)
        .join(""),
    ),
    says: [
      '$.proto:3:40: error EGO046: "A", of f0, cannot be the name of a column. Use lower case letters, digits and "_", first a letter, at most 63.',
      '$.proto:4:40: error EGO046: "1a", of f1, cannot be the name of a column. Use lower case letters, digits and "_", first a letter, at most 63.',
      '$.proto:5:40: error EGO046: "a-b", of f2, cannot be the name of a column. Use lower case letters, digits and "_", first a letter, at most 63.',
      '$.proto:6:40: error EGO046: "a\'b", of f3, cannot be the name of a column. Use lower case letters, digits and "_", first a letter, at most 63.',
      '$.proto:7:40: error EGO046: "a"b", of f4, cannot be the name of a column. Use lower case letters, digits and "_", first a letter, at most 63.',
      '$.proto:8:40: error EGO046: "a`b", of f5, cannot be the name of a column. Use lower case letters, digits and "_", first a letter, at most 63.',
      '$.proto:9:40: error EGO046: "a;b", of f6, cannot be the name of a column. Use lower case letters, digits and "_", first a letter, at most 63.',
      '$.proto:10:40: error EGO046: "a\\u{000A}b", of f7, cannot be the name of a column. Use lower case letters, digits and "_", first a letter, at most 63.',
      '$.proto:11:41: error EGO046: "", of f8, cannot be the name of a column. Use lower case letters, digits and "_", first a letter, at most 63.',
      '$.proto:12:41: error EGO046: "ä", of f9, cannot be the name of a column. Use lower case letters, digits and "_", first a letter, at most 63.',
      '$.proto:13:42: error EGO046: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", of f10, cannot be the name of a column. Use lower case letters, digits and "_", first a letter, at most 63.',
    ],
  },
  {
    name: "EGO046: names of indexes that are given",
    proto: entity(
      "Till",
      ["A", "a'b", 'a\\"b', "a`b", "a]b", "constructor()", "", "a".repeat(59)]
        .map((name, index) => `\nindexes: {fields: "f${index}" name: "${name}"}`)
        .join(""),
      Array.from({ length: 8 }, (_, index) => `int32 f${index} = ${index + 2};`).join(" "),
    ),
    says: [
      '$.proto:3:1: error EGO046: "A" cannot be the name of an index. Use lower case letters, digits and "_", first a letter, at most 58.',
      '$.proto:4:1: error EGO046: "a\'b" cannot be the name of an index. Use lower case letters, digits and "_", first a letter, at most 58.',
      '$.proto:5:1: error EGO046: "a"b" cannot be the name of an index. Use lower case letters, digits and "_", first a letter, at most 58.',
      '$.proto:6:1: error EGO046: "a`b" cannot be the name of an index. Use lower case letters, digits and "_", first a letter, at most 58.',
      '$.proto:7:1: error EGO046: "a]b" cannot be the name of an index. Use lower case letters, digits and "_", first a letter, at most 58.',
      '$.proto:8:1: error EGO046: "constructor()" cannot be the name of an index. Use lower case letters, digits and "_", first a letter, at most 58.',
      '$.proto:9:1: error EGO046: "" cannot be the name of an index. Use lower case letters, digits and "_", first a letter, at most 58.',
      '$.proto:10:1: error EGO046: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" cannot be the name of an index. Use lower case letters, digits and "_", first a letter, at most 58.',
    ],
  },
  ...["'", '"', "`", "${", "\\", "; drop table x"].map((hostile) => ({
    name: `EGO046: ${hostile} in the name of a table`,
    proto: entity("Till", `name: ${JSON.stringify(`a${hostile}b`)}`),
    says: [
      `$.proto:2:105: error EGO046: "a${hostile}b" cannot be the name of a table. Use lower case letters, digits and "_", first a letter, at most 58.`,
    ],
  })),
  {
    name: "EGO046: the name of an index that becomes too long",
    proto: entity("Till", `name: "${"a".repeat(50)}" indexes: {fields: "abcdefgh"}`, "int32 abcdefgh = 2;"),
    says: [
      '$.proto:2:164: error EGO046: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_abcdefgh", of the table and the columns, is too long for the name of an index. Give it one of at most 58: name: "...".',
    ],
  },
  {
    name: "not EGO046: an index of 58, also where it is given instead of a longer one",
    proto: entity(
      "Till",
      `name: "${"a".repeat(50)}" indexes: {fields: "abcdefg"} indexes: {fields: "abcdefgh" name: "${"b".repeat(58)}"}`,
      "int32 abcdefg = 2; int32 abcdefgh = 3;",
    ),
    says: [],
  },
  {
    name: "not EGO046: a column of 63 that is given",
    proto: entity("Till", "", `int32 ${"a".repeat(64)} = 2 [(ego.v1.field).column = {name: "${"b".repeat(63)}"}];`),
    says: [],
  },
  {
    name: "not EGO046 nor EGO047: names of members of every object",
    proto: entity(
      "Till",
      'name: "constructor" indexes: {fields: ["constructor", "__proto__"]} indexes: {fields: "value_of" name: "to_string"}',
      'int32 constructor = 2; int32 __proto__ = 3 [(ego.v1.field).column = {name: "proto"}]; int32 value_of = 4;',
    ),
    says: [],
  },
  {
    name: "EGO047: reserved names that are given to a column and to indexes",
    proto: entity(
      "Till",
      'indexes: {fields: "a" name: "ego_a"}\nindexes: {fields: "b" name: "sqlite_b"}',
      'int32 a = 2; int32 b = 3;\nint32 c = 4 [(ego.v1.field).column = {name: "ego_rest"}];',
    ),
    says: [
      '$.proto:2:105: error EGO047: Indexes that begin with "ego_" are reserved. Rename the index of Till.',
      '$.proto:3:1: error EGO047: Indexes that begin with "sqlite_" are reserved. Rename the index of Till.',
      '$.proto:4:39: error EGO047: Columns that begin with "ego_" are reserved. Rename the column of c.',
    ],
  },
  {
    name: "the rules are those of read models too",
    proto: readModel(
      'name: "ego_tills" indexes: {fields: "a" name: "B"}',
      'int32 fooBAR = 3; int32 foo_bar = 4; int32 c = 5 [(ego.v1.field).column = {name: "c d"}];',
    ),
    says: [
      '$.proto:4:80: error EGO047: Tables that begin with "ego_" are reserved. Rename the table "ego_tills".',
      '$.proto:4:98: error EGO046: "B" cannot be the name of an index. Use lower case letters, digits and "_", first a letter, at most 58.',
      '$.proto:4:213: error EGO040: foo_bar and fooBAR of Safes would both be the column "foo_bar". Rename one of them.',
      '$.proto:4:264: error EGO046: "c d", of c, cannot be the name of a column. Use lower case letters, digits and "_", first a letter, at most 63.',
    ],
  },
]);
