import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planOf } from "../../cli/src/add/plan.ts";
import { protoEdits } from "../../cli/src/add/proto-edits.ts";
import { editablePath, type Protos } from "../../cli/src/add/protos.ts";
import type { AddRequest } from "../../cli/src/add/requests.ts";
import { verified } from "../../cli/src/add/verify.ts";
import { fakeHost } from "../../cli/src/testdata/fake-host.ts";
import type { DocsProject } from "../../tools/docs/docs-project.ts";
import { crowdedProject, protosOf, refusalOf } from "./bank-project.ts";

let project: DocsProject;
let protos: Protos;
beforeAll(async () => {
  project = crowdedProject();
  protos = await protosOf(project);
});
afterAll(() => project.remove());

type More = Readonly<Record<string, unknown>>;
const entity = (name: string, more: More = {}) => ({ kind: "entity", name, package: "bank.v1", ...more });
const command = (name: string, more: More = {}) => ({ kind: "command", entity: "account", name, ...more });
const event = (name: string, more: More = {}) => ({ kind: "event", entity: "account", name, ...more });
const rejection = (name: string, more: More = {}) => ({ kind: "rejection", entity: "account", name, ...more });
const readModel = (name: string, more: More = {}) => ({ kind: "read model", name, from: ["account"], ...more });
const saga = (name: string, more: More = {}) => ({ kind: "saga", name, startsOn: ["AccountOpened"], ...more });
const field = (message: string, ...fields: string[]) => ({ kind: "field", message, fields });
const freeze = (more: More) => command("FreezeAccount", more);
const withField = (typed: string) => freeze({ field: [typed] });
const at = (file: string) => entity("invoice", { package: undefined, file });

const rule = {
  entity: 'Use lower case letters, digits, "_" and "-", first a letter.',
  message: "Use letters and digits, first a capital.",
  field: 'Use lower case letters, digits and "_", first a letter.',
  package: 'Use lower case letters, digits and "_", joined by dots.',
  file: 'Its name is of letters, digits, "_", "-" and ".", and ends with .proto.',
};
const overwritten = "belongs to a package: an installation would overwrite what is added to it.";
const wouldNot = "With that, the protos would not compile. Nothing was written.\n";

const names: readonly [More, string][] = [
  [entity("../../x"), `"../../x" cannot be the name of an entity. ${rule.entity}`],
  [entity(""), 'An entity has to have a name: lower case letters, digits, "_" and "-", first a letter.'],
  [entity("Invoice"), `"Invoice" cannot be the name of an entity. Did you mean invoice? ${rule.entity}`],
  [entity("my invoice"), `"my invoice" cannot be the name of an entity. Did you mean my_invoice? ${rule.entity}`],
  [entity("9lives"), `"9lives" cannot be the name of an entity. ${rule.entity}`],
  [entity("a".repeat(64)), `"${"a".repeat(64)}" is too long for an entity: at most 63 characters.`],
  [entity("account"), "There is an entity account already: proto/bank/v1/account.proto:10."],
  [entity("money"), "There is a message Money already: proto/bank/v1/types.proto:3."],
  [entity("api"), "There is a service Api already, in bank/v1/types.proto."],
  [entity("currency"), "There is an enum Currency already, in bank/v1/types.proto."],
  [
    command("freeze-account"),
    `"freeze-account" cannot be the name of a command. Did you mean FreezeAccount? ${rule.message}`,
  ],
  [command("Freeze\nAccount"), `"Freeze\\x0aAccount" cannot be the name of a command. ${rule.message}`],
  [command("Freeze*/"), `"Freeze*/" cannot be the name of a command. ${rule.message}`],
  [command('F"; option x = "'), `"F"; option x = "" cannot be the name of a command. ${rule.message}`],
  [command("\u202eFreeze"), `"\\u{202e}Freeze" cannot be the name of a command. ${rule.message}`],
  [command("F".repeat(101)), `"${"F".repeat(80)}…" is too long for a command: at most 100 characters.`],
  [command("OpenAccount"), "There is a message OpenAccount already, a command: proto/bank/v1/account.proto:20."],
  [event("AccountOpened"), "There is a message AccountOpened already, an event: proto/bank/v1/account.proto:75."],
  [
    event("Account_Closed"),
    `"Account_Closed" cannot be the name of an event. Did you mean AccountClosed? ${rule.message}`,
  ],
  [readModel("Balances"), `"Balances" cannot be the name of a read model. Did you mean balances? ${rule.entity}`],
  [
    readModel("balances", { table: "Bad Name" }),
    `"Bad Name" cannot be the name of a table. Did you mean bad_name? ${rule.field}`,
  ],
  [readModel("orders"), "There is a read model orders already: the message Orders."],
  [
    readModel("balances", { row: "balance" }),
    `"balance" cannot be the name of a row. Did you mean Balance? ${rule.message}`,
  ],
  [saga("shipping"), "There is a saga shipping already: the message Shipping."],
  [
    saga("s", { timer: ["Stuck"] }),
    '"Stuck" cannot be the name of a timer. Use lower case letters, digits and "_", first a letter, at most 63.',
  ],
];

const places: readonly [More, string][] = [
  [entity("invoice", { package: "../x" }), `"../x" cannot be the name of a package. ${rule.package}`],
  [
    entity("invoice", { package: "Bank.V1" }),
    `"Bank.V1" cannot be the name of a package. Did you mean bank.v1? ${rule.package}`,
  ],
  [entity("invoice", { package: undefined }), "Into which package? Say it: --package bank.v1, or --package shop.v1."],
  [
    entity("types"),
    "proto/bank/v1/types.proto is there already. To add to it, name it: --file proto/bank/v1/types.proto.",
  ],
  [at("../x.proto"), "../x.proto is outside of the project. ego writes only below ROOT."],
  [at("/etc/x.proto"), "/etc/x.proto is outside of the project. ego writes only below ROOT."],
  [at("proto/link/x.proto"), "proto/link/x.proto is outside of the project. ego writes only below ROOT."],
  [at("src/x.proto"), "buf does not read src/x.proto. It reads what is below: proto, more."],
  [at("proto/x.txt"), `"proto/x.txt" cannot be a proto. ${rule.file}`],
  [at("proto/a\nb.proto"), `"proto/a\\x0ab.proto" cannot be a proto. ${rule.file}`],
  [at("proto/Bank-V1/x.proto"), `"Bank-V1" cannot be the name of a package. Did you mean bank_v1? ${rule.package}`],
  [at("node_modules/lib/proto/lib/v1/x.proto"), `node_modules/lib/proto/lib/v1/x.proto ${overwritten}`],
  [at("node_modules/lib/proto/lib/v1/lib.proto"), `node_modules/lib/proto/lib/v1/lib.proto ${overwritten}`],
  [
    entity("invoice", { file: "more/shop/v1/order.proto" }),
    "more/shop/v1/order.proto is of the package shop.v1. Leave out --package, or name another file.",
  ],
  [{ ...command("X"), entity: "lib" }, `node_modules/lib/proto/lib/v1/lib.proto ${overwritten}`],
  [rejection("NoLib", { rejectedBy: ["UseLib"] }), `node_modules/lib/proto/lib/v1/lib.proto ${overwritten}`],
  [field("LibUsed", "x:string"), `node_modules/lib/proto/lib/v1/lib.proto ${overwritten}`],
];

const references: readonly [More, string][] = [
  [{ ...command("account"), entity: "FreezeAccount" }, "The entity comes before the name: account FreezeAccount."],
  [{ ...command("X"), entity: "acount" }, 'There is no entity "acount". Did you mean account?'],
  [{ ...command("X"), entity: "Account" }, 'There is no entity "Account". Did you mean account?'],
  [{ ...command("X"), entity: "zzz" }, 'There is no entity "zzz". There are: account, lib, order, stock.'],
  [
    freeze({ emits: ["AccountOpend"] }),
    'There is no event "AccountOpend". Did you mean AccountOpened? If it is to be another, add it first: ego add event account …',
  ],
  [
    freeze({ emits: ["AccountIsClosed"] }),
    "AccountIsClosed is a rejection, not an event: proto/bank/v1/account.proto:103.",
  ],
  [freeze({ emits: ["Outer"] }), "Outer is marked as nothing, not an event: proto/bank/v1/types.proto:8."],
  [
    freeze({ emits: ["OrderPlaced"] }),
    "OrderPlaced is an event of order: more/shop/v1/order.proto:14. A command emits events of its own entity only.",
  ],
  [freeze({ emits: ["a.B"] }), 'There is no event "a.B".'],
  [freeze({ emits: ["frozen"] }), `"frozen" cannot be the name of an event. Did you mean Frozen? ${rule.message}`],
  [freeze({ emits: ["AccountOpened", "bank.v1.AccountOpened"] }), "The event AccountOpened is given twice."],
  [freeze({ emits: ["FreezeAccount"] }), "FreezeAccount would be two messages. Give one of them another name."],
  [
    { ...command("X"), entity: "stock", emits: ["Y"] },
    "The state of stock is durable: its commands emit no events. Leave out --emits.",
  ],
  [{ ...event("X"), entity: "stock" }, "The state of stock is durable: it has no events."],
  [event("X", { emittedBy: ["Nothing"] }), 'There is no command "Nothing".'],
  [
    event("X", { emittedBy: ["PlaceOrder"] }),
    "PlaceOrder is a command of order: more/shop/v1/order.proto:10. It emits no events of account.",
  ],
  [
    event("X", { emittedBy: ["AccountOpened"] }),
    "AccountOpened is an event, not a command: proto/bank/v1/account.proto:75.",
  ],
  [readModel("balances", { from: ["acount"] }), 'There is no entity and no event "acount". Did you mean account?'],
  [
    readModel("balances", { from: ["account", "order"] }),
    "What it is made of has several ids: account_id, order_id. Say what a row of balances is found by: --id <field>.",
  ],
  [saga("s", { startsOn: ["AccountOpned"] }), 'There is no event "AccountOpned". Did you mean AccountOpened?'],
  [
    saga("s", { startsOn: ["AccountOpened.owner_mail"] }),
    'AccountOpened has no field "owner_mail". It has: account_id, owner_email.',
  ],
  [
    saga("s", { startsOn: ["AccountOpened", "OrderPlaced"] }),
    "The events that start s have several ids: account_id, order_id. Say by which field they find it: --id <field>.",
  ],
  [field("Acount", "x:string"), 'There is no message "Acount". Did you mean Account?'],
  [
    field("Twin", "x:string"),
    '"Twin" is the name of several messages. Write the full one: bank.v1.Outer.Twin (proto/bank/v1/types.proto:8), bank.v1.Other.Twin (proto/bank/v1/types.proto:9).',
  ],
  [field("ego.v1.State", "x:string"), 'There is no message "ego.v1.State".'],
];

const fields: readonly [More, string][] = [
  [withField("account_id:string"), "account_id is the id of account, and is there anyway."],
  [
    withField("amountCents:int64"),
    `"amountCents" cannot be the name of a field. Did you mean amount_cents? ${rule.field}`,
  ],
  [withField("a__b:string"), `"a__b" cannot be the name of a field. Did you mean a_b? ${rule.field}`],
  [withField("amount"), 'The field amount has no type. Write it behind a colon: "amount:string".'],
  [field("Account", "frozen", "bool"), 'The type of a field comes behind a colon: "frozen:bool".'],
  [field("Account", "bool:frozen"), 'The name of a field comes before its type: "frozen:bool".'],
  [withField("amount:"), '"amount:" has no type. Write it behind the colon: "amount:string".'],
  [withField("a:string,a:string"), "The field a is given twice."],
  [withField("amount:string:sensitve"), '"sensitve" is not known of a field. Did you mean sensitive?'],
  [
    withField("amount:string:secret"),
    '"secret" is not known of a field. Behind the type of a field can be: sensitive, subject.',
  ],
  [withField("amount:number"), 'There is no type "number". Did you mean int64, int32 or double?'],
  [withField("amount:date"), 'There is no type "date". Did you mean Timestamp?'],
  [withField("amount:strin"), 'There is no type "strin". Did you mean string?'],
  [withField("amount:Mony"), 'There is no type "Mony". Did you mean Money?'],
  [withField("amount:Weight"), 'There is no type "Weight". Did you mean shop.v1.Weight?'],
  [
    withField("amount:constructor"),
    'There is no type "constructor". Use one of string, bool, bytes, int32, int64, uint32, …, or a message or enum of the protos.',
  ],
  [withField("amount:string[]"), '"string[]" is no type in protobuf. Did you mean "repeated string"?'],
  [
    withField("amount:map<bytes,string>"),
    '"bytes" cannot be the key of a map. Use string, bool or an integer, such as int64.',
  ],
  [entity("invoice", { id: "a:string,b:string" }), "An entity has one id, which is one field."],
  [entity("invoice", { field: ["invoice_id:string"] }), "invoice_id is the id, and is there anyway."],
  [readModel("balances", { field: ["account_id:int64"] }), "The field account_id is of the key, and is there anyway."],
  [saga("s", { id: "a:string,b:string" }), "A saga has one id, which is one field."],
  [field("Account", "owner_email:string"), "Account has a field owner_email already: proto/bank/v1/account.proto:14."],
  [
    field("Old", "gone:string"),
    "Old keeps the name gone for a field that it had: proto/bank/v1/types.proto:5. Take another.",
  ],
  [
    { ...field("Account", "x:string", "y:string"), comment: "c" },
    "A comment is for one field. Add the fields one by one.",
  ],
];

const generated: readonly [More, string][] = [
  [
    field("AccountOpened", "balance_cents:string"),
    `${wouldNot}proto/bank/v1/account.proto (new): error EGO023: AccountOpened is derived, so that balance_cents, string, is copied into Account, and it is int64 there. Make the types the same, or write an applier instead of derived.`,
  ],
  [
    event("AccountBehavior"),
    `${wouldNot}proto/bank/v1/account.proto (new): error EGO016: The message AccountBehavior has the name of what is generated for the entity "account". Rename it, to AccountBehaviorData for instance.`,
  ],
  [
    saga("s", { reactsTo: ["OrderPlaced"] }),
    `${wouldNot}proto/bank/v1/s.proto (new): error EGO052: The id of the saga s is string account_id, and OrderPlaced has no such field. Add it, or name the field that holds it: "OrderPlaced.order_id".`,
  ],
  [
    saga("s", {
      file: "proto/bank/v1/account.proto",
      startsOn: ["AccountClosed"],
      reactsTo: ["AccountClosed"],
    }),
    `${wouldNot}proto/bank/v1/account.proto (new): error EGO054: The saga s reacts to "AccountClosed", which it starts on at proto/bank/v1/account.proto (new). Remove one of them.`,
  ],
];

test("an edit that changes something else is not written, and shown", async () => {
  const addition = planOf(protos, { kind: "field", message: "Old", fields: ["x:string"] });
  const { edits } = protoEdits(protos.project, protos.domain, addition, (file) => editablePath(protos, file));
  const spoilt = edits.map((edit) => ({ ...edit, after: edit.after.replace("string a = 1;", "bytes a = 1;") }));
  const attempt = verified(fakeHost(protos.cwd), protos, addition, [spoilt]);
  await expect(
    attempt,
  ).rejects.toThrow(`ego cannot add this without changing something else in the protos, and wrote nothing:
  something of proto/bank/v1/types.proto is gone
  field bank.v1.Old.a is another
Add it by hand. This is what it would have written:
--- a/proto/bank/v1/types.proto
+++ b/proto/bank/v1/types.proto
`);
  // The first of several ways that is right is taken.
  const { edits: written } = await verified(fakeHost(protos.cwd), protos, addition, [spoilt, edits]);
  expect(written).toBe(edits);
});

describe.each([
  ["a name that cannot be one, or is taken", names],
  ["a place where nothing can be added", places],
  ["what is not there, or is something else", references],
  ["a field that cannot be", fields],
  ["what would not generate", generated],
])("%s is refused:", (_, rows) => {
  test.each(rows)("%j", async (request, text) => {
    const refusal = await refusalOf(protos, request as unknown as AddRequest);
    expect(refusal?.replaceAll(project.folder, "ROOT")).toBe(text);
  });
});
