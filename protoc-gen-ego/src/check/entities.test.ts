import { testDiagnostics } from "../../../test/golden/diagnostics-table.ts";

const account = `
option (ego.v1.file).entity = "account";
message Account { option (ego.v1.message).state = {}; string id = 1 [(ego.v1.field).id = true]; }
message Open { option (ego.v1.message).command = {emits: ["Opened"]}; string id = 1 [(ego.v1.field).id = true]; }
message Opened { option (ego.v1.message).event = {}; string id = 1 [(ego.v1.field).id = true]; }
`;

testDiagnostics([
  { name: "an entity with a state, a command and an event is right", proto: account, says: [] },
  {
    name: "EGO001: an entity without a state, and the nearest name",
    proto: `${account}
message Close { option (ego.v1.message).command = {entity: "acount"}; string id = 1 [(ego.v1.field).id = true]; }
`,
    says: ['$.proto:7:52: error EGO001: The entity "acount" has no state. Did you mean "account"?'],
  },
  {
    name: "EGO001: an entity without a state, and no name is near",
    proto: `
option (ego.v1.file).entity = "account";
message Open { option (ego.v1.message).command = {}; string id = 1 [(ego.v1.field).id = true]; }
message Close { option (ego.v1.message).command = {}; string id = 1 [(ego.v1.field).id = true]; }
`,
    says: [
      '$.proto:2:1: error EGO001: The entity "account" has no state. Mark the message that is its state; if that is in another file, give all files of the entity (strategy: all).',
    ],
  },
  {
    name: "not EGO001: the state is in another file, which is not imported",
    proto: {
      a: account,
      b: `
message Close { option (ego.v1.message).command = {entity: "account"}; string id = 1 [(ego.v1.field).id = true]; }
`,
    },
    says: [],
  },
  {
    name: "EGO002: two states of one entity, both places",
    proto: `${account}
message Balance { option (ego.v1.message).state = {}; string id = 1 [(ego.v1.field).id = true]; }
`,
    says: [
      '$.proto:7:26: error EGO002: Balance is a second state of the entity "account"; Account at $.proto:3:26 is the first. Give one of them another entity.',
    ],
  },
  {
    name: "EGO002: two states of one entity in two files",
    proto: {
      a: account,
      b: `
message Balance { option (ego.v1.message).state = {entity: "account"}; string id = 1 [(ego.v1.field).id = true]; }
`,
    },
    says: [
      '$_b.proto:2:26: error EGO002: Balance is a second state of the entity "account"; Account at $_a.proto:3:26 is the first. Give one of them another entity.',
    ],
  },
  {
    name: "not EGO002: two states of two entities in one file",
    proto: `${account}
message Till { option (ego.v1.message).state = {entity: "till" persistence: PERSISTENCE_DURABLE}; string id = 1 [(ego.v1.field).id = true]; }
message Fill { option (ego.v1.message).command = {entity: "till"}; string id = 1 [(ego.v1.field).id = true]; }
`,
    says: [],
  },
  {
    name: "EGO003: a message of no known entity",
    proto: `
message Account { option (ego.v1.message).state = {persistence: PERSISTENCE_DURABLE}; string id = 1 [(ego.v1.field).id = true]; }
`,
    says: [
      '$.proto:2:26: error EGO003: It is not said which entity the state Account belongs to. Add option (ego.v1.file).entity = "..."; to the file, or entity: "..." to the option.',
    ],
  },
  {
    name: "EGO003: all messages of a file, once, at the first that is declared",
    proto: `
message Open { option (ego.v1.message).command = {emits: "Parts.Opened"}; string id = 1 [(ego.v1.field).id = true]; }
message Account { option (ego.v1.message).state = {}; string id = 1 [(ego.v1.field).id = true]; }
message Parts { message Opened { option (ego.v1.message).event = {}; string id = 1 [(ego.v1.field).id = true]; } }
message No { option (ego.v1.message).rejection = {}; }
`,
    says: [
      '$.proto:2:23: error EGO003: It is not said which entity the command Open and 2 more messages of this file belong to. Add option (ego.v1.file).entity = "..."; to the file, or entity: "..." to the option.',
    ],
  },
  {
    name: "EGO003: each file, and only the messages that say nothing themselves",
    proto: {
      a: `
message Account { option (ego.v1.message).state = {}; string id = 1 [(ego.v1.field).id = true]; }
message Open { option (ego.v1.message).command = {entity: "till"}; string id = 1 [(ego.v1.field).id = true]; }
message Close { option (ego.v1.message).command = {}; string id = 1 [(ego.v1.field).id = true]; }
`,
      b: `
message Till { option (ego.v1.message).state = {entity: "till" persistence: PERSISTENCE_DURABLE}; string id = 1 [(ego.v1.field).id = true]; }
message Fill { option (ego.v1.message).command = {}; string id = 1 [(ego.v1.field).id = true]; }
`,
    },
    says: [
      '$_a.proto:2:26: error EGO003: It is not said which entity the state Account and 1 more message of this file belong to. Add option (ego.v1.file).entity = "..."; to the file, or entity: "..." to the option.',
      '$_b.proto:3:23: error EGO003: It is not said which entity the command Fill belongs to. Add option (ego.v1.file).entity = "..."; to the file, or entity: "..." to the option.',
    ],
  },
  {
    name: "EGO003: two states in the package",
    proto: {
      a: account,
      b: `
option (ego.v1.file).entity = "till";
message Till { option (ego.v1.message).state = {persistence: PERSISTENCE_DURABLE}; string id = 1 [(ego.v1.field).id = true]; }
message Fill { option (ego.v1.message).command = {}; string id = 1 [(ego.v1.field).id = true]; }
`,
      c: `
message Close { option (ego.v1.message).command = {}; string id = 1 [(ego.v1.field).id = true]; }
`,
    },
    says: [
      '$_c.proto:2:24: error EGO003: It is not said which entity the command Close belongs to. Add option (ego.v1.file).entity = "..."; to the file, or entity: "..." to the option.',
    ],
  },
  {
    name: "not EGO003: the only state of the package",
    proto: {
      a: account,
      b: `
message Close { option (ego.v1.message).command = {}; string id = 1 [(ego.v1.field).id = true]; }
`,
    },
    says: [],
  },
  {
    name: "EGO004: a bad name of an entity, once",
    proto: account.replace('"account"', '"Account"'),
    says: [
      '$.proto:2:1: error EGO004: "Account" cannot be the name of an entity. Use lower case letters, digits, "_" and "-", first a letter, at most 63.',
    ],
  },
  {
    name: "EGO004: 64 characters are too many",
    proto: account.replace('"account"', `"${"a".repeat(64)}"`),
    says: [
      `$.proto:2:1: error EGO004: "${"a".repeat(64)}" cannot be the name of an entity. Use lower case letters, digits, "_" and "-", first a letter, at most 63.`,
    ],
  },
  { name: "not EGO004: 63 characters", proto: account.replace('"account"', `"${"a".repeat(63)}"`), says: [] },
  { name: "not EGO004: digits, hyphens and underscores", proto: account.replace('"account"', '"a-1_b"'), says: [] },
  {
    name: "EGO005: an entity that nothing can be asked of",
    proto: `
message Account { option (ego.v1.message).state = {entity: "account"}; string id = 1 [(ego.v1.field).id = true]; }
`,
    says: [
      '$.proto:2:26: warning EGO005: The entity "account" has no command: nothing can be asked of it. Mark the messages that are its commands.',
    ],
  },
  {
    name: "EGO005: an event-sourced entity without an event",
    proto: `
option (ego.v1.file).entity = "account";
message Account { option (ego.v1.message).state = {}; string id = 1 [(ego.v1.field).id = true]; }
message Open { option (ego.v1.message).command = {}; string id = 1 [(ego.v1.field).id = true]; }
`,
    says: [
      '$.proto:3:26: warning EGO005: The entity "account" is event sourced and has no event: it can never change. Mark the messages that are its events.',
    ],
  },
  {
    name: "not EGO005: a durable entity with a command",
    proto: `
option (ego.v1.file).entity = "account";
message Account { option (ego.v1.message).state = {persistence: PERSISTENCE_DURABLE}; string id = 1 [(ego.v1.field).id = true]; }
message Open { option (ego.v1.message).command = {}; string id = 1 [(ego.v1.field).id = true]; }
`,
    says: [],
  },
  {
    name: "EGO006: an event of a durable entity",
    proto: account.replace("state = {}", "state = {persistence: PERSISTENCE_DURABLE}"),
    says: [
      '$.proto:5:25: error EGO006: Opened is an event of "account", whose state is durable and has no events. Remove the event, or make the state event sourced.',
    ],
  },
  {
    name: "not EGO006: said to be event sourced",
    proto: account.replace("state = {}", "state = {persistence: PERSISTENCE_EVENT_SOURCED}"),
    says: [],
  },
  {
    name: "EGO007: a table of an event-sourced state",
    proto: account.replace("state = {}", 'state = {table: {name: "accounts"}}'),
    says: [
      "$.proto:3:60: error EGO007: Account is event sourced: it has no table. Add persistence: PERSISTENCE_DURABLE, or remove the table.",
    ],
  },
  {
    name: "not EGO007: a table of a durable state",
    proto: `
message Till { option (ego.v1.message).state = {entity: "till" persistence: PERSISTENCE_DURABLE table: {}}; string id = 1 [(ego.v1.field).id = true]; }
message Fill { option (ego.v1.message).command = {}; string id = 1 [(ego.v1.field).id = true]; }
`,
    says: [],
  },
]);
