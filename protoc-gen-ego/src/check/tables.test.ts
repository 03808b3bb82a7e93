import { testDiagnostics } from "../../../test/golden/diagnostics-table.ts";

const id = "string id = 1 [(ego.v1.field).id = true];";
const entity = (name: string, table: string, fields = "") => `
message ${name} { option (ego.v1.message).state = {entity: "${name.toLowerCase()}" persistence: PERSISTENCE_DURABLE table: {${table}}}; ${id} ${fields} }
message Open${name} { option (ego.v1.message).command = {entity: "${name.toLowerCase()}"}; ${id} }
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
]);
