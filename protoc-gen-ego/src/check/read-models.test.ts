import { type Case, testDiagnostics } from "../../../test/golden/diagnostics-table.ts";

const id = "string id = 1 [(ego.v1.field).id = true];";
/** Lines 2 to 6. */
const account = `
option (ego.v1.file).entity = "account";
message Account { option (ego.v1.message).state = {}; ${id} }
message Open { option (ego.v1.message).command = {emits: ["Opened"]}; ${id} }
message Opened { option (ego.v1.message).event = {}; ${id} }
message Item { option (ego.v1.message).state = {entity: "item" persistence: PERSISTENCE_DURABLE}; ${id} }
message Keep { option (ego.v1.message).command = {entity: "item"}; ${id} }`;
const row = (name: string, option: string, fields = id) =>
  `\nmessage ${name} { option (ego.v1.message).read_model = {${option}}; ${fields} }`;
const named = (name: string, option: string, says: readonly string[]): Case => ({
  name,
  proto: account + row("Row", option),
  says,
});

testDiagnostics([
  named("a read model of an event and of a durable state is right", 'events: "Opened" entities: "item"', []),
  named("a name resolves as types do", 'events: ".$.Opened"', []),
  {
    name: "a read model may stand in a file without an entity, of a package without one",
    proto: { a: account, b: `\npackage $.other;${row("Row", 'events: "$.Opened"')}` },
    says: [],
  },
  {
    name: "EGO043: a read model without id",
    proto: account + row("Row", 'entities: "item"', "string id = 1;"),
    says: [
      "$.proto:8:22: error EGO043: Row has no id, and the table of a read model needs a primary key. Mark the fields of its key: [(ego.v1.field).id = true].",
    ],
  },
  {
    name: "not EGO043: a read model with several ids, which is not EGO030 either",
    proto: account + row("Row", 'entities: "item"', `${id} int64 day = 2 [(ego.v1.field).id = true];`),
    says: [],
  },
  {
    name: "EGO031: each field of the key is a string or an integer",
    proto: account + row("Row", 'entities: "item"', `${id} bytes b = 2 [(ego.v1.field).id = true];`),
    says: [
      "$.proto:8:127: error EGO031: Row.b is bytes, and cannot be an id. An id is a string or an integer, not repeated, and in no oneof.",
    ],
  },
  named("EGO050: an event that is not known, with the nearest", 'events: "Opend"', [
    '$.proto:8:53: error EGO050: "Opend", which Row consumes, is not known. Did you mean "Opened"?',
  ]),
  named("EGO050: an event that is like none", 'events: ["Opened", "TransferRequested"]', [
    '$.proto:8:53: error EGO050: "TransferRequested", which Row consumes, is not known. Write the name of an event; if that is in another file, give both (strategy: all).',
  ]),
  named("EGO050: a command", 'events: "Open"', [
    "$.proto:8:53: error EGO050: Open, which Row consumes, is marked as command. Mark it as event, or name an event.",
  ]),
  {
    name: "EGO050: a message without a mark, and a read model",
    proto: `${account}${row("Row", 'events: "Money" events: "Row"')}\nmessage Money {}`,
    says: [
      "$.proto:8:53: error EGO050: Money, which Row consumes, is not marked. Mark it as event, or name an event.",
      "$.proto:8:69: error EGO050: Row, which Row consumes, is marked as read model. Mark it as event, or name an event.",
    ],
  },
  named("EGO050: a state, event sourced or durable", 'events: "Account" events: "Item"', [
    '$.proto:8:53: error EGO050: Account, which Row consumes, is the state of "account". Write entities: ["account"] instead.',
    '$.proto:8:71: error EGO050: Item, which Row consumes, is the state of "item". Write entities: ["item"] instead.',
  ]),
  named("EGO050: an entity that is not known, with the nearest", 'entities: "Account"', [
    '$.proto:8:53: error EGO050: The entity "Account", which Row consumes, is not known. Did you mean "account"?',
  ]),
  named("EGO050: an entity that is like none", 'entities: "transfer"', [
    '$.proto:8:53: error EGO050: The entity "transfer", which Row consumes, is not known. Write the name of an entity; if its state is in another file, give both (strategy: all).',
  ]),
  {
    name: "EGO050: an event that another one replaced, and that was replaced too",
    proto: `${account.replace('emits: ["Opened"]', 'emits: ["OpenedV3"]')}${row("Row", 'events: "Opened"')}
message OpenedV2 { option (ego.v1.message).event = {upcasts: "Opened"}; ${id} }
message OpenedV3 { option (ego.v1.message).event = {upcasts: "OpenedV2"}; ${id} }`,
    says: [
      "$.proto:8:53: error EGO050: Opened, which Row consumes, is old: it is read as OpenedV3. Name OpenedV3 instead.",
    ],
  },
  {
    name: "not EGO050: the newest of the events that replace one another, named or with the entity",
    proto: `${account.replace('emits: ["Opened"]', 'emits: ["OpenedV2"]')}
message OpenedV2 { option (ego.v1.message).event = {upcasts: "Opened"}; ${id} }
${row("Row", 'events: "OpenedV2"')}${row("Other", 'entities: "account"')}`,
    says: [],
  },
  {
    name: "a circle of events that replace one another is EGO021, and the read model of it ends too",
    proto: `${account}${row("Row", 'events: "Opened" entities: "account"')}
message OpenedV2 { option (ego.v1.message).event = {upcasts: "OpenedV3"}; ${id} }
message OpenedV3 { option (ego.v1.message).event = {upcasts: "OpenedV2"}; ${id} }`,
    says: [
      '$.proto:8:53: error EGO054: Row consumes Opened twice: here, and with all events of "account". Remove one of them.',
      "$.proto:9:53: error EGO021: OpenedV2 upcasts OpenedV3, which upcasts OpenedV2 again. The oldest event upcasts none: remove its upcasts.",
    ],
  },
  {
    name: "a key with the name of what every object has is in no event",
    proto: account + row("Row", 'events: "Opened"', "string has_own_property = 1 [(ego.v1.field).id = true];"),
    says: [],
  },
  named("not EGO053: a durable entity, which has no events", 'entities: "item"', []),
  named("EGO053: nothing is named", "", [
    '$.proto:8:22: error EGO053: Row consumes nothing, so that it would stay empty. Name what it is made of: entities: ["..."], or events: ["..."].',
  ]),
  {
    name: "EGO053: an entity without events",
    proto: `
message Account { option (ego.v1.message).state = {entity: "account"}; ${id} }
message Open { option (ego.v1.message).command = {entity: "account"}; ${id} }${row("Row", 'entities: "account"')}`,
    says: [
      '$.proto:2:26: warning EGO005: The entity "account" is event sourced and has no event: it can never change. Mark the messages that are its events.',
      '$.proto:4:22: error EGO053: Row consumes nothing, since "account" has no event. Name what it is made of: entities: ["..."], or events: ["..."].',
    ],
  },
  named("EGO054: an event twice", 'events: "Opened" events: "$.Opened"', [
    "$.proto:8:70: error EGO054: Row consumes Opened twice. Remove one of them.",
  ]),
  named("EGO054: an event, and its entity", 'entities: "account" events: "Opened"', [
    '$.proto:8:73: error EGO054: Row consumes Opened twice: here, and with all events of "account". Remove one of them.',
  ]),
  named("EGO054: an entity twice", 'entities: "item" entities: "item"', [
    '$.proto:8:70: error EGO054: Row consumes the entity "item" twice. Remove one of them.',
  ]),
  {
    name: "not EGO054: two read models of the same events",
    proto: account + row("Row", 'events: "Opened"') + row("Other", 'events: "Opened"'),
    says: [],
  },
  named("EGO004: the name of a read model", 'name: "The Rows" events: "Opened"', [
    '$.proto:8:53: error EGO004: "The Rows" cannot be the name of a read model. Use lower case letters, digits, "_" and "-", first a letter, at most 63.',
  ]),
  {
    name: "EGO004: a name that is that of the message",
    proto: account + row("_Row", 'events: "Opened" table: {name: "rows"}'),
    says: [
      '$.proto:8:9: error EGO004: "_row" cannot be the name of a read model. Use lower case letters, digits, "_" and "-", first a letter, at most 63.',
    ],
  },
  named("not EGO004: digits and hyphens behind the first letter", 'name: "r0-w_s" events: "Opened"', []),
  {
    name: "EGO056: two read models with one name, in two files",
    proto: {
      a: account + row("Row", 'name: "rows" events: "Opened" table: {name: "a"}'),
      b: row("Rows", 'events: "Opened" table: {name: "b"}'),
    },
    says: [
      '$_b.proto:2:9: error EGO056: The read model of Rows and the read model of Row at $_a.proto:8:53 are both called "rows". Name one of them otherwise: name: "...".',
    ],
  },
  {
    name: "EGO056: a read model and a saga with one name",
    proto: `${account}${row("Row", 'name: "rows" events: "Opened"')}
message Rows { option (ego.v1.message).saga = {starts_on: "Opened" sends: "Open"}; ${id} }`,
    says: [
      '$.proto:9:9: error EGO056: The saga of Rows and the read model of Row at $.proto:8:53 are both called "rows". Name one of them otherwise: name: "...".',
    ],
  },
  {
    name: "not EGO056: a read model in one file, and an entity of its name in another, which have no offsets",
    proto: { a: account, b: row("Row", 'name: "account" events: "Opened" table: {name: "rows"}') },
    says: [],
  },
  {
    name: "EGO015: events of two entities that become one method",
    proto: `${account}
message Till {
  message State { option (ego.v1.message).state = {entity: "till"}; ${id} }
  message Open { option (ego.v1.message).command = {entity: "till" emits: "Opened"}; ${id} }
  message Opened { option (ego.v1.message).event = {entity: "till"}; ${id} }
}${row("Row", 'entities: ["account", "till"]')}`,
    says: [
      '$.proto:13:53: error EGO015: Row consumes $.Till.Opened and $.Opened, which would both be "opened" in generated code. Rename one of them, or make two read models.',
    ],
  },
]);
