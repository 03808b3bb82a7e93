import { testDiagnostics } from "../../../test/golden/diagnostics-table.ts";

const id = "string order_id = 1 [(ego.v1.field).id = true];";
const order = `
option (ego.v1.file).entity = "order";
message Order { option (ego.v1.message).state = {}; ${id} }
message PlaceOrder { option (ego.v1.message).command = {emits: "OrderPlaced" rejects: "Lost"}; ${id} int32 count = 2; }
message OrderPlaced { option (ego.v1.message).event = {}; ${id} }
message Lost { option (ego.v1.message).rejection = {}; }
`;
const saga = (message: string, more = "") =>
  `message ${message} { option (ego.v1.message).saga = {starts_on: "OrderPlaced" sends: "PlaceOrder" ${more}}; ${id} }\n`;

testDiagnostics([
  {
    name: "EGO015: two timers that become one method",
    proto: order + saga("Shipping", 'timers: "not_done" timers: "not__done"'),
    says: [
      '$.proto:7:116: error EGO015: "not__done" and "not_done" at $.proto:7:97 would both be "notDone" in generated code. Rename one of them.',
    ],
  },
  {
    name: "EGO015: two events, and two commands, of two entities",
    proto: `${order}${saga("Shipping", 'reacts_to: "Till.OrderPlaced" sends: "Till.PlaceOrder"')}
message Till {
  option (ego.v1.message).state = {entity: "till"}; ${id}
  message PlaceOrder { option (ego.v1.message).command = {entity: "till" emits: "OrderPlaced"}; ${id} }
  message OrderPlaced { option (ego.v1.message).event = {entity: "till"}; ${id} }
}`,
    says: [
      '$.proto:7:97: error EGO015: $.Till.OrderPlaced and $.OrderPlaced at $.proto:7:52 would both be "orderPlaced" in generated code. Rename one of them.',
      '$.proto:7:127: error EGO015: $.Till.PlaceOrder and $.PlaceOrder at $.proto:7:77 would both be "placeOrder" in generated code. Rename one of them.',
    ],
  },
  {
    name: "not EGO015: an event, a command and a timer have namespaces of their own",
    proto: order + saga("Shipping", 'timers: "order_placed" timers: "place_order"'),
    says: [],
  },
  {
    name: "EGO015: a saga with the name of the entity",
    proto: order + saga("Shipping", 'name: "order"'),
    says: [
      '$.proto:7:27: error EGO015: The saga "order" and the entity "order" at $.proto:3:24 would both export "order" from generated code. Rename one of them.',
    ],
  },
  {
    name: "EGO015: two sagas that become one constant",
    proto: order + saga("Shipping", 'name: "a-b"') + saga("Billing", 'name: "a_b"'),
    says: [
      '$.proto:8:26: error EGO015: The saga "a_b" and the saga "a-b" at $.proto:7:27 would both export "aB" from generated code. Rename one of them.',
    ],
  },
  {
    name: "EGO016: messages with names of what is generated for a saga",
    proto: `${order}${saga("Shipping")}message ShippingSend {} message ShippingContext {} enum ShippingReactions { R = 0; }`,
    says: ["message ShippingSend", "message ShippingContext", "enum ShippingReactions"].map((what, index) => {
      const name = what.slice(what.indexOf(" ") + 1);
      return `$.proto:8:${[9, 33, 57][index]}: error EGO016: The ${what} has the name of what is generated for the saga "shipping". Rename it, to ${name}Data for instance.`;
    }),
  },
  {
    name: "EGO016: in the file of what a saga consumes",
    proto: {
      "": `${order} message ShippingBehavior {}`,
      b: saga("Shipping").replaceAll('"OrderPlaced', '"$.OrderPlaced'),
    },
    says: [
      '$.proto:7:10: error EGO016: The message ShippingBehavior has the name of what is generated for the saga "shipping". Rename it, to ShippingBehaviorData for instance.',
    ],
  },
  {
    name: "not EGO016: what is not generated for this saga, and elsewhere",
    proto: {
      "": `${order}${saga("Shipping")}message ShippingTimers {}`,
      b: "\npackage $.other; message ShippingBehavior {}",
    },
    says: [],
  },
  {
    name: "EGO016: a rejection called Undeliverable",
    proto: order.replaceAll("Lost", "Undeliverable") + saga("Shipping"),
    says: [
      '$.proto:7:77: error EGO016: PlaceOrder, which the saga shipping sends, rejects Undeliverable, and "undeliverable" is the outcome of a command that was not delivered. Rename Undeliverable, to UndeliverableAlready for instance.',
    ],
  },
  {
    name: "not EGO016: a rejection called Undeliverable that no saga meets",
    proto: order.replaceAll("Lost", "Undeliverable"),
    says: [],
  },
  {
    name: "EGO016: a rejection called Accepted",
    proto: order.replaceAll("Lost", "Accepted") + saga("Shipping"),
    says: [
      '$.proto:6:9: error EGO016: "accepted" is the outcome of a command that was carried out, so that no rejection can have the name Accepted. Rename it, to AcceptedAlready for instance.',
    ],
  },
  {
    name: "EGO056: two sagas with one name, in two packages",
    proto: {
      "": order + saga("Shipping"),
      b: `\npackage $.b; ${saga("Other", 'name: "shipping"').replaceAll('"OrderPlaced', '".$.OrderPlaced').replace('"PlaceOrder', '".$.PlaceOrder')}`,
    },
    says: [
      '$_b.proto:2:119: error EGO056: The saga of Other and the saga of Shipping at $.proto:7:9 are both called "shipping". Name one of them otherwise: name: "...".',
    ],
  },
  {
    name: "EGO056: two sagas with one name in one file",
    proto: order + saga("Shipping") + saga("Other", 'name: "shipping"'),
    says: [
      '$.proto:8:94: error EGO056: The saga of Other and the saga of Shipping at $.proto:7:9 are both called "shipping". Name one of them otherwise: name: "...".',
    ],
  },
  {
    name: "EGO056: a saga and a read model with one name",
    proto: `${order}${saga("Shipping")}message Shipped { option (ego.v1.message).read_model = {name: "shipping" events: "OrderPlaced"}; ${id} }`,
    says: [
      '$.proto:7:9: error EGO056: The saga of Shipping and the read model of Shipped at $.proto:8:57 are both called "shipping". Name one of them otherwise: name: "...".',
    ],
  },
  {
    name: "not EGO056: a saga with the name of an entity in another file",
    proto: { "": order, b: saga("Shipping", 'name: "order"') },
    says: [],
  },
]);
