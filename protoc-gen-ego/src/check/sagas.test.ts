import { testDiagnostics } from "../../../test/golden/diagnostics-table.ts";

const id = "string order_id = 1 [(ego.v1.field).id = true];";
const order = `
option (ego.v1.file).entity = "order";
message Order { option (ego.v1.message).state = {}; ${id} }
message PlaceOrder { option (ego.v1.message).command = {emits: ["OrderPlaced", "OrderPaid"]}; ${id} int32 count = 2; }
message OrderPlaced { option (ego.v1.message).event = {}; ${id} int64 batch = 2; string buyer_id = 3; }
message OrderPaid { option (ego.v1.message).event = {}; int32 cents = 1; }
`;
const saga = (option: string, fields = id) =>
  `${order}message Shipping { option (ego.v1.message).saga = {\n${option}\n}; ${fields} }\n`;
const sends = 'sends: ["PlaceOrder"]';
const right = `starts_on: ["OrderPlaced"]\n${sends}`;

const wrongTimers = ["Late", "__proto__", "", `t${"o".repeat(63)}`, "late-2", "2late"];

testDiagnostics([
  { name: "a saga with the id of the entity is right", proto: saga(right), says: [] },
  {
    name: "EGO004: a name that is none",
    proto: saga(`name: "The Shipping"\n${right}`),
    says: [
      '$.proto:8:1: error EGO004: "The Shipping" cannot be the name of a saga. Use lower case letters, digits, "_" and "-", first a letter, at most 63.',
    ],
  },
  {
    name: "EGO004: a message whose name is none in snake case",
    proto: `${order}message _Shipping { option (ego.v1.message).saga = {${right}}; ${id} }`,
    says: [
      '$.proto:7:9: error EGO004: "_shipping" cannot be the name of a saga. Use lower case letters, digits, "_" and "-", first a letter, at most 63.',
    ],
  },
  { name: "not EGO004: hyphens", proto: saga(`name: "ship-ping_2"\n${right}`), says: [] },
  {
    name: "EGO050: names that lead nowhere",
    proto: saga(
      'starts_on: ["OrderPlacd"]\nreacts_to: ["Payment", "p.OrderPayd"]\nsends: ["PlaceOrdr"]\nsends: ["DoSomething"]',
    ),
    says: [
      '$.proto:8:1: error EGO050: "OrderPlacd", which the saga shipping starts on, is not known. Did you mean "OrderPlaced"?',
      '$.proto:9:1: error EGO050: "Payment", which the saga shipping reacts to, is not known. Write the name of an event; if that is in another file, give both (strategy: all).',
      '$.proto:9:1: error EGO050: "p.OrderPayd", which the saga shipping reacts to, is not known. Did you mean "OrderPaid"?',
      '$.proto:10:1: error EGO050: "PlaceOrdr", which the saga shipping sends, is not known. Did you mean "PlaceOrder"?',
      '$.proto:11:1: error EGO050: "DoSomething", which the saga shipping sends, is not known. Write the name of a command; if that is in another file, give both (strategy: all).',
    ],
  },
  {
    name: "EGO050: the event of a field",
    proto: saga(`starts_on: ["OrderPlacd.order_id"]\n${sends}`),
    says: [
      '$.proto:8:1: error EGO050: "OrderPlacd.order_id", which the saga shipping starts on, is not known. Did you mean "OrderPlaced.order_id"?',
    ],
  },
  {
    name: "EGO050: messages of other roles",
    proto: saga(
      'starts_on: ["OrderPlaced", "Order"]\nreacts_to: ["PlaceOrder", "Money"]\nsends: ["OrderPlaced"]',
    ).concat("message Money {}"),
    says: [
      "$.proto:8:1: error EGO050: Order, which the saga shipping starts on, is marked as state. Mark it as event, or name an event.",
      "$.proto:9:1: error EGO050: Money, which the saga shipping reacts to, is not marked. Mark it as event, or name an event.",
      "$.proto:9:1: error EGO050: PlaceOrder, which the saga shipping reacts to, is marked as command. Mark it as event, or name an event.",
      "$.proto:10:1: error EGO050: OrderPlaced, which the saga shipping sends, is marked as event. Mark it as command, or name a command.",
    ],
  },
  {
    name: "EGO050: an event that was upcast, twice",
    proto: saga(`starts_on: ["Old"]\nreacts_to: ["Older", "OrderPlaced"]\n${sends}`)
      .replace(
        "OrderPlaced { option (ego.v1.message).event = {}",
        'OrderPlaced { option (ego.v1.message).event = {upcasts: "Old"}',
      )
      .concat(`message Old { option (ego.v1.message).event = {upcasts: "Older"}; ${id} }
message Older { option (ego.v1.message).event = {}; ${id} }`),
    says: [
      "$.proto:8:1: error EGO050: Old, which the saga shipping starts on, is old: it is read as OrderPlaced. Name OrderPlaced instead.",
      "$.proto:9:1: error EGO050: Older, which the saga shipping reacts to, is old: it is read as OrderPlaced. Name OrderPlaced instead.",
    ],
  },
  {
    name: "a circle of events that replace one another is EGO021, and the saga of it ends too",
    proto: saga(right)
      .replace(
        "OrderPlaced { option (ego.v1.message).event = {}",
        'OrderPlaced { option (ego.v1.message).event = {upcasts: "Old"}',
      )
      .concat(`message Old { option (ego.v1.message).event = {upcasts: "OrderPlaced"}; ${id} }`),
    says: [
      "$.proto:5:56: error EGO021: OrderPlaced upcasts Old, which upcasts OrderPlaced again. The oldest event upcasts none: remove its upcasts.",
    ],
  },
  {
    name: "EGO052: an id with the name of what every object has",
    proto: saga(right, "string has_own_property = 1 [(ego.v1.field).id = true];"),
    says: [
      '$.proto:8:1: error EGO052: The id of the saga shipping is string has_own_property, and OrderPlaced has no such field. Add it, or name the field that holds it: "OrderPlaced.order_id".',
    ],
  },
  {
    name: "not EGO050: names from outer scopes, absolute ones, nested messages, and an event that upcasts another",
    proto: saga('starts_on: ["$.OrderPlaced", ".$.Box.Packed"]\nsends: ["Box.Pack"]')
      .replace(
        "OrderPlaced { option (ego.v1.message).event = {}",
        'OrderPlaced { option (ego.v1.message).event = {upcasts: "Old"}',
      )
      .concat(`message Old { option (ego.v1.message).event = {}; ${id} }
message Box {
  message Pack { option (ego.v1.message).command = {emits: "Packed"}; ${id} }
  message Packed { option (ego.v1.message).event = {}; ${id} }
}`),
    says: [],
  },
  {
    name: "EGO051: starts on nothing",
    proto: saga(`reacts_to: ["OrderPlaced"]\n${sends}`),
    says: [
      '$.proto:7:27: error EGO051: The saga shipping starts on no event, so that no instance of it can be. Add the event that starts one: starts_on: ["..."].',
    ],
  },
  {
    name: "EGO051: sends nothing: a warning",
    proto: saga('starts_on: ["OrderPlaced"]\ntimers: ["late"]'),
    says: [
      '$.proto:7:27: warning EGO051: The saga shipping sends no command: nothing comes of what it sees. Add the commands that it sends: sends: ["..."].',
    ],
  },
  {
    name: "not EGO051: reacts to nothing, and has no timers",
    proto: saga(`${right}\nreacts_to: []\ntimers: []`),
    says: [],
  },
  {
    name: "EGO052: a saga without id",
    proto: saga(right, "string order_id = 1;"),
    says: [
      "$.proto:7:27: error EGO052: Shipping has no id: nothing tells which instance an event is for. Mark its field that holds the correlation id: [(ego.v1.field).id = true].",
    ],
  },
  {
    name: "EGO052: an event without the id, whose entity has another",
    proto: saga(`starts_on: ["OrderPlaced", "OrderPaid"]\n${sends}`, "string buyer_id = 1 [(ego.v1.field).id = true];"),
    says: [
      "$.proto:8:1: error EGO052: The id of the saga shipping is string buyer_id, and OrderPaid has no such field. Add it.",
    ],
  },
  {
    name: "EGO052: an id of another name: the field that can be it",
    proto: saga(right, "string shipping_id = 1 [(ego.v1.field).id = true];"),
    says: [
      '$.proto:8:1: error EGO052: The id of the saga shipping is string shipping_id, and OrderPlaced has no such field. Add it, or name the field that holds it: "OrderPlaced.order_id".',
    ],
  },
  {
    name: "EGO052: a field of another type",
    proto: saga(right, "string batch = 1 [(ego.v1.field).id = true];"),
    says: [
      '$.proto:8:1: error EGO052: The id of the saga shipping is string batch, and OrderPlaced.batch is int64. Make the types the same, or name the field that holds it: "OrderPlaced.order_id".',
    ],
  },
  {
    name: "EGO052: an entity whose id has another type",
    proto: saga(
      `starts_on: ["OrderPlaced.batch"]\nreacts_to: ["OrderPaid"]\n${sends}`,
      "int64 order_id = 1 [(ego.v1.field).id = true];",
    ),
    says: [
      "$.proto:9:1: error EGO052: The id of the saga shipping is int64 order_id, and Order.order_id is string. Make the types the same.",
    ],
  },
  {
    name: "EGO052: a field that is named and not there, or of another type",
    proto: saga(`starts_on: ["OrderPlaced.buyr_id"]\nreacts_to: ["OrderPaid.cents"]\n${sends}`),
    says: [
      '$.proto:8:1: error EGO052: The id of the saga shipping is string order_id, and OrderPlaced has no field "buyr_id". Did you mean "OrderPlaced.buyer_id"?',
      "$.proto:9:1: error EGO052: The id of the saga shipping is string order_id, and OrderPaid.cents is int32. Make the types the same.",
    ],
  },
  {
    name: "EGO052: a field of a oneof may be unset",
    proto: saga(right)
      .replace("string buyer_id = 3;", "oneof who { string ship = 3; }")
      .replace(`${right}\n}; ${id}`, `${right}\n}; string ship = 1 [(ego.v1.field).id = true];`),
    says: [
      '$.proto:8:1: error EGO052: The id of the saga shipping is string ship, and OrderPlaced.ship is string in oneof who. Make the types the same, or name the field that holds it: "OrderPlaced.order_id".',
    ],
  },
  {
    name: "not EGO052: the id of the entity, a field that is named, and one that may be unset",
    proto: saga(`starts_on: ["OrderPaid"]\nreacts_to: ["OrderPlaced.buyer_id"]\n${sends}`).replace(
      "string buyer_id",
      "optional string buyer_id",
    ),
    says: [],
  },
  {
    name: "EGO030 and EGO031: ids of a saga",
    proto: saga(right, `double order_id = 1 [(ego.v1.field).id = true]; string b = 2 [(ego.v1.field).id = true];`),
    says: [
      "$.proto:10:25: error EGO031: Shipping.order_id is double, and cannot be an id. An id is a string or an integer, not repeated, and in no oneof.",
      "$.proto:10:66: error EGO030: Shipping has two ids: order_id and b. Mark one of them only.",
    ],
  },
  {
    name: "EGO054: an event, a command and a timer twice",
    proto: saga(`starts_on: ["OrderPlaced", "$.OrderPlaced"]
reacts_to: ["OrderPaid", "OrderPaid", "OrderPlaced.buyer_id"]
sends: ["PlaceOrder", "PlaceOrder"]
timers: ["late", "late"]`),
    says: [
      '$.proto:8:1: error EGO054: The saga shipping starts on "$.OrderPlaced" twice. Remove one of them.',
      '$.proto:9:1: error EGO054: The saga shipping reacts to "OrderPaid" twice. Remove one of them.',
      '$.proto:9:1: error EGO054: The saga shipping reacts to "OrderPlaced", which it starts on at $.proto:8:1. Remove one of them.',
      '$.proto:10:1: error EGO054: The saga shipping sends "PlaceOrder" twice. Remove one of them.',
      '$.proto:11:1: error EGO054: The saga shipping has the timer "late" twice. Remove one of them.',
    ],
  },
  {
    name: "not EGO054: two sagas with the same events, commands and timers",
    proto: saga(`${right}\ntimers: ["late"]`).concat(
      `message Billing { option (ego.v1.message).saga = {${right} timers: ["late"]}; ${id} }`,
    ),
    says: [],
  },
  {
    name: "EGO055: names of timers",
    proto: saga(`${right}\n${wrongTimers.map((name) => `timers: "${name}"`).join("\n")}`),
    says: wrongTimers.map(
      (name, index) =>
        `$.proto:${10 + index}:1: error EGO055: "${name}" cannot be the name of a timer. Use lower case letters, digits and "_", first a letter, at most 63.`,
    ),
  },
  {
    name: "not EGO055: 63 letters, digits and underscores",
    proto: saga(`${right}\ntimers: ["late_2", "t${"o".repeat(62)}"]`),
    says: [],
  },
]);
