import { testDiagnostics } from "../../../test/golden/diagnostics-table.ts";

const id = "string id = 1 [(ego.v1.field).id = true];";
const event = (name: string, options = "") =>
  `message ${name} { option (ego.v1.message).event = {${options}}; ${id} }\n`;
const account = (...lines: readonly string[]) => `
option (ego.v1.file).entity = "account";
message Account { option (ego.v1.message).state = {}; ${id} }
message Put { option (ego.v1.message).command = {emits: ["Opened", "Closed"]}; ${id} }
${lines.join("")}`;
const advice = (name: string) => `Use letters, digits, "_", "." and "-", at most 255, as in a full name: $.${name}.`;
const one = "A stored name leads to one event: remove it from one of them.";

testDiagnostics([
  {
    name: "EGO022: an alias that is a live message's name",
    proto: account(event("Opened"), event("Closed", 'aliases: ["$.Opened"]')),
    says: [
      `$.proto:6:51: error EGO022: "$.Opened", an alias of Closed, is the stored name of Opened at $.proto:5:9 too. ${one}`,
    ],
  },
  {
    name: "EGO022: the same where the live message is declared behind it",
    proto: account(event("Closed", 'aliases: ["$.Opened"]'), event("Opened")),
    says: [
      `$.proto:5:51: error EGO022: "$.Opened", an alias of Closed, is the stored name of Opened at $.proto:6:9 too. ${one}`,
    ],
  },
  {
    name: "not EGO022: the name of a message that is stored under another, or is no event, or was in another package",
    proto: account(
      event("Opened", 'type: "opened" aliases: ["$.Account"]'),
      event("Closed", 'aliases: ["$.Opened", "$.v0.Closed", "Closed"]'),
    ),
    says: [],
  },
  {
    name: "EGO022: a type that is a live message's name",
    proto: account(event("Opened"), event("Closed", 'type: "$.Opened"')),
    says: [
      '$.proto:6:51: error EGO022: "$.Opened", the type of Closed, is the stored name of Opened at $.proto:5:9 too. Give Opened a type of its own, or remove this one.',
    ],
  },
  {
    name: "not EGO022: an old event that keeps its stored name, and leaves its name to a new one",
    proto: account(
      event("OpenedV1", 'type: "$.Opened"'),
      event("Opened", 'type: "$.Opened.2" upcasts: "OpenedV1"'),
      event("Closed"),
    ),
    says: [],
  },
  {
    name: "EGO022: two events with one type",
    proto: account(event("Opened", 'type: "moved"'), event("Closed", 'type: "moved"')),
    says: [
      `$.proto:6:51: error EGO022: "moved", the type of Closed, is the stored name of Opened at $.proto:5:51 too. ${one}`,
    ],
  },
  {
    name: "EGO022: two events with one alias",
    proto: account(event("Opened", 'aliases: "a" aliases: "b"'), event("Closed", 'aliases: "c" aliases: "b"')),
    says: [`$.proto:6:64: error EGO022: "b", an alias of Closed, is an alias of Opened at $.proto:5:64 too. ${one}`],
  },
  {
    name: "EGO022: two events of two entities",
    proto: {
      a: account(event("Opened", 'type: "opened"'), event("Closed")),
      b: `
option (ego.v1.file).entity = "till";
message Till { option (ego.v1.message).state = {}; ${id} }
message Filled { option (ego.v1.message).event = {aliases: "opened"}; ${id} }
message Fill { option (ego.v1.message).command = {emits: ["Filled"]}; ${id} }
`,
    },
    says: [
      `$_b.proto:4:51: error EGO022: "opened", an alias of Filled, is the stored name of Opened at $_a.proto:5:51 too. ${one}`,
    ],
  },
  {
    name: "EGO022: an alias that is the stored name of the event itself, or is there twice",
    proto: account(event("Opened", 'aliases: "$.Opened"'), event("Closed", 'type: "closed" aliases: "a" aliases: "a"')),
    says: [
      '$.proto:5:51: error EGO022: "$.Opened", an alias of Opened, is the name under which it is stored anyway. Remove the alias.',
      '$.proto:6:79: error EGO022: "a", an alias of Closed, is among its aliases already. Remove the alias.',
    ],
  },
  {
    name: "not EGO022: the full name of a message that has another type is a name that it had",
    proto: account(event("Opened", 'type: "opened" aliases: "$.Opened"'), event("Closed")),
    says: [],
  },
  {
    name: "EGO022: what no stored name can be",
    proto: account(
      event("Opened", 'type: ""'),
      event(
        "Closed",
        'aliases: "" aliases: "a b" aliases: "a/b" aliases: "\\303\\244" aliases: "a\\n" aliases: "x\\342\\200\\256"',
      ),
    ),
    says: [
      `$.proto:5:51: error EGO022: "" cannot be the type of Opened. ${advice("Opened")}`,
      `$.proto:6:51: error EGO022: "" cannot be an alias of Closed. ${advice("Closed")}`,
      `$.proto:6:51: error EGO022: "", an alias of Closed, is the stored name of Opened at $.proto:5:51 too. ${one}`,
      `$.proto:6:63: error EGO022: "a b" cannot be an alias of Closed. ${advice("Closed")}`,
      `$.proto:6:78: error EGO022: "a/b" cannot be an alias of Closed. ${advice("Closed")}`,
      `$.proto:6:93: error EGO022: "ä" cannot be an alias of Closed. ${advice("Closed")}`,
      `$.proto:6:113: error EGO022: "a\\u{000A}" cannot be an alias of Closed. ${advice("Closed")}`,
      `$.proto:6:128: error EGO022: "x\\u{202E}" cannot be an alias of Closed. ${advice("Closed")}`,
    ],
  },
  {
    name: "EGO022: a stored name of 256 characters",
    proto: account(event("Opened", `type: "${"a".repeat(256)}"`), event("Closed")),
    says: [`$.proto:5:51: error EGO022: "${"a".repeat(256)}" cannot be the type of Opened. ${advice("Opened")}`],
  },
  {
    name: "not EGO022: one of 255, and names that mean something to JavaScript",
    proto: account(
      event("Opened", `type: "${"a".repeat(255)}"`),
      event("Closed", 'type: "__proto__" aliases: ["constructor", "Z.9_-"]'),
    ),
    says: [],
  },
]);
