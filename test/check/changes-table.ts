import { before, type Protos } from "./before.ts";

/** A change of the protos, and what `ego check` says of it. */
export interface SchemaChange {
  readonly change: string;
  readonly before: Protos;
  readonly now: Protos;
  /** Nothing, if it is accepted. */
  readonly says: readonly string[];
}

const files = {
  account: "bank/v1/account.proto",
  shop: "shop/v1/shop.proto",
  processes: "bank/v1/processes.proto",
  till: "shop/v1/till.proto",
} as const;

/** What is written otherwise in one of the files. */
type Edit = readonly [file: keyof typeof files, ...replacements: (readonly [from: string, to: string])[]];

/** A row with the files that it changes, and those that these import. */
function row(change: string, edits: readonly Edit[], ...says: readonly string[]): SchemaChange {
  const names = edits.flatMap(([file]) => (file === "processes" ? (["account", file] as const) : [file]));
  const some = Object.fromEntries(names.map((name) => [files[name], before[files[name]] ?? ""]));
  return { change, before: some, now: edited(some, edits), says };
}

function edited(protos: Protos, edits: readonly Edit[]): Protos {
  const now = { ...protos };
  for (const [file, ...replacements] of edits) {
    for (const [from, to] of replacements) {
      const text = now[files[file]] ?? "";
      if (!text.includes(from)) throw new Error(`"${from}" is not in ${files[file]}`);
      now[files[file]] = text.replaceAll(from, to);
    }
  }
  return now;
}

/** A message of a proto: from its first line to its last. */
function message(name: string): string {
  const [found] = Object.values(before).flatMap(
    (text) => new RegExp(`message ${name} \\{\\n[\\s\\S]*?\\n\\}\\n`).exec(text)?.[0] ?? [],
  );
  if (found === undefined) throw new Error(`There is no message ${name}`);
  return found;
}

/** An edit within one message. */
const within = (name: string, from: string, to: string): readonly [string, string] => {
  if (!message(name).includes(from)) throw new Error(`"${from}" is not in ${name}`);
  return [message(name), message(name).replace(from, to)];
};

/** An edit that removes a message. */
const gone = (name: string): readonly [string, string] => [message(name), ""];

const aliased = 'aliases: ["bank.v1.AccountEnded"]';

/** What may change. */
export const accepted: readonly SchemaChange[] = [
  row("nothing", [["account"], ["shop"], ["processes"], ["till"]]),
  row("comments, empty lines and the order of messages and fields", [
    [
      "account",
      ["syntax", "// Money.\n\nsyntax"],
      [message("AccountClosed"), ""],
      [
        message("AccountOpened"),
        `${message("AccountClosed")}\n\n// Opened.\n${message("AccountOpened").replace("  Owner owner = 2;\n", "").replace("  reserved 3;\n", "  reserved 3;\n  Owner owner = 2;\n")}`,
      ],
    ],
  ]),
  row("a field is added to an event, a state, a nested message and a command", [
    [
      "account",
      within("AccountClosed", "reason = 2;", "reason = 2;\n  int64 at = 3;"),
      within("Account", "cents = 3;", "cents = 3;\n bool closed = 4;"),
      within("Owner", "country = 2;", "country = 2; string city = 3;"),
      within("OpenAccount", "remark = 4;", "remark = 4; bool vip = 5;"),
    ],
  ]),
  row("a field is renamed", [["account", within("AccountClosed", "reason", "cause")]]),
  row("a field is replaced by one of another type, with another number", [
    ["account", within("AccountClosed", "string reason = 2", "reserved 2;\n  int64 reason = 3")],
  ]),
  row("a removed field is reserved, in an event and in a command", [
    [
      "account",
      within("AccountClosed", "string reason = 2", "reserved 2"),
      within("OpenAccount", "string remark = 4", "reserved 4"),
    ],
  ]),
  row("a reserved number is one of a wider range", [["account", ["reserved 3;", "reserved 3, 7 to 9;"]]]),
  row("a field can be unset", [["account", within("AccountClosed", "string reason", "optional string reason")]]),
  row("a number gets a wider type", [["account", ["int32 euros", "int64 euros"]]]),
  row("a oneof is renamed", [["account", ["oneof source", "oneof origin"]]]),
  row("a value of an enum is added, another renamed", [
    ["account", ["CHANNEL_CARD = 2;", "CHANNEL_PLASTIC = 2; CHANNEL_WIRE = 3;"]],
  ]),
  row("a removed value of an enum is reserved", [["account", ["CHANNEL_CARD = 2;", "reserved 2;"]]]),
  row("a nested message is renamed", [["account", ["Owner", "Holder"]]]),
  row("the syntax", [
    ["account", ['syntax = "proto3";', 'edition = "2023";\noption features.field_presence = IMPLICIT;']],
  ]),
  row("the state of an event-sourced entity, in every way", [
    [
      "account",
      [
        message("Account"),
        message("Account")
          .replace("message Account", "message Konto")
          .replace("Owner owner = 2;\n  int64 cents = 3;", "string cents = 7;"),
      ],
    ],
  ]),
  row("what a command emits, rejects and wants", [
    [
      "account",
      within(
        "OpenAccount",
        `emits: ["AccountOpened"]
    rejects: ["AccountIsClosed"]`,
        `emits: ["AccountOpened", "AccountCredited"]
    precondition: PRECONDITION_ABSENT`,
      ),
      within("CloseAccount", "]", ']\n rejects: ["AccountIsClosed"]'),
    ],
  ]),
  row("an event is added", [
    [
      "account",
      [
        message("AccountClosed"),
        `${message("AccountClosed")}\n${message("AccountClosed").replace("AccountClosed", "AccountThawed").replace(aliased, "")}`,
      ],
    ],
  ]),
  row("an event is retired: nothing emits it any more", [
    ["account", within("CloseAccount", '"AccountClosed"', '"AccountOpened"')],
  ]),
  row("an event is renamed, with an alias", [
    [
      "account",
      ["AccountClosed", "AccountShut"],
      [aliased, 'aliases: ["bank.v1.AccountEnded", "bank.v1.AccountClosed"]'],
    ],
  ]),
  row("an event is renamed, and keeps its stored name", [
    ["account", ["AccountClosed", "AccountShut"], [aliased, `type: "bank.v1.AccountClosed"\n ${aliased}`]],
  ]),
  row("an alias becomes the stored name", [
    ["account", [aliased, 'type: "bank.v1.AccountEnded"\n aliases: ["bank.v1.AccountClosed"]']],
  ]),
  row("an alias is added", [["account", [aliased, 'aliases: ["bank.v1.AccountEnded", "bank.v1.AccountStopped"]']]]),
  row("two events with the same fields become one", [
    ["account", gone("AccountFrozen"), [aliased, 'aliases: ["bank.v1.AccountEnded", "bank.v1.AccountFrozen"]']],
  ]),
  row("an event gets another shape, by an upcast", [
    [
      "account",
      [
        message("AccountClosed"),
        `${message("AccountClosed").replace("AccountClosed", "AccountClosedV1").replace(aliased, `type: "bank.v1.AccountClosed"\n${aliased}`)}
message AccountClosed {
  option (ego.v1.message).event = {type: "bank.v1.AccountClosed.2" upcasts: "AccountClosedV1"};
  string account_id = 1 [(ego.v1.field).id = true];
  int32 reason = 2;
}
`,
      ],
    ],
  ]),
  row("an old event becomes a newer one at once", [
    [
      "account",
      [
        "message AccountCredited {",
        `message AccountCreditedV2 {
  option (ego.v1.message).event = {type: "bank.v1.AccountCredited.1" upcasts: "AccountCreditedV1"};
  string account_id = 1 [(ego.v1.field).id = true];
}

message AccountCredited {`,
      ],
      ['upcasts: "AccountCreditedV1"\n  };', 'upcasts: "AccountCreditedV2"\n  };'],
    ],
  ]),
  row("an event is derived", [
    [
      "account",
      within("AccountClosed", aliased, `${aliased}\n    derived: true`),
      within("Account", "cents = 3;", "cents = 3;\n  string reason = 4;"),
    ],
  ]),
  row("an entity is added", [
    [
      "shop",
      [message("Note"), `${message("Note").replace('"note"', '"memo"').replace("Note", "Memo")}\n${message("Note")}`],
    ],
  ]),
  row("the messages of a durable state are renamed", [
    ["shop", ["message Note ", "message Remark "], ["message Item ", "message Article "]],
  ]),
  row("an id is renamed", [["account", ["account_id", "number"]]]),
  row("a column of a table gets another number", [["shop", ["on_hand = 3", "on_hand = 9"]]]),
  row("a list that is kept as JSON gets another number, and its messages another name", [
    ["shop", ["labels = 6", "labels = 8"], ["Price", "Cost"]],
  ]),
  row("a removed field without a column is reserved", [
    ["shop", ["  repeated string remarks = 5 [(ego.v1.field).column = {omit: true}];", "  reserved 5;"]],
  ]),
  row("a field of what is kept as JSON gets another number", [["shop", ["int64 cents = 1;", "int64 cents = 8;"]]]),
  row("an index is added that is not unique", [
    [
      "shop",
      [
        'fields: ["title"]\n      }',
        'fields: ["title"]\n      }\n      indexes: {\n        fields: ["on_hand"]\n      }',
      ],
    ],
  ]),
  row("what a read model and a saga consume", [
    [
      "processes",
      ['events: ["AccountCredited"]', 'entities: ["account"]'],
      ['starts_on: ["AccountOpened"]', 'starts_on: ["AccountOpened"]\n    reacts_to: ["AccountClosed"]\n'],
    ],
  ]),
  row("a read model and a saga of which only the messages are renamed", [
    [
      "processes",
      ["message Balance ", "message Row "],
      ["message Welcome ", "message Greeting "],
      ['name: "balances"', 'name: "balances"\n table: {name: "balances"}'],
    ],
  ]),
  row("the code of a rejection is given where it was the default", [
    [
      "account",
      [
        "option (ego.v1.message).rejection = {code: CODE_FAILED_PRECONDITION}",
        "option (ego.v1.message).rejection = {}",
      ],
    ],
  ]),
];

/** What is refused, or at least told. */
export const refused: readonly SchemaChange[] = [
  row(
    "a field is removed",
    [["account", within("AccountClosed", "  string reason = 2;\n", "")]],
    "bank/v1/account.proto:92:9: error EGO201: AccountClosed.reason is gone, and a later field of the number 2 would read what it has left. It is stored.\n  Write `reserved 2;` in its place.\n  It was at bank/v1/account.proto:97:10 in main.",
  ),
  row(
    "a field of a command is removed",
    [["account", within("OpenAccount", "  string remark = 4;\n", "")]],
    "bank/v1/account.proto:29:9: warning EGO201: OpenAccount.remark is gone, and a later field of the number 4 would read what it has left. It is sent: clients and nodes of the version before mind, and nothing that is stored.\n  Write `reserved 4;` in its place.\n  It was at bank/v1/account.proto:37:10 in main.",
  ),
  row(
    "a field gets another number",
    [["account", within("AccountClosed", "reason = 2", "reason = 3")]],
    "bank/v1/account.proto:97:10: error EGO208: AccountClosed.reason had the number 2 and has 3: what was written of it is not read any more. It is stored.\n  Take the number back: `reason = 2`.",
  ),
  row(
    "a field gets another number, and the former is reserved",
    [["account", within("AccountClosed", "string reason = 2", "reserved 2;\n  string reason = 3")]],
    "bank/v1/account.proto:98:10: error EGO208: AccountClosed.reason had the number 2 and has 3: what was written of it is not read any more. It is stored.\n  Take the number back: `reason = 2`.\n  It was at bank/v1/account.proto:97:10 in main.",
  ),
  row(
    "a field gets another type",
    [["account", within("AccountClosed", "string reason", "int64 reason")]],
    'bank/v1/account.proto:97:9: error EGO202: AccountClosed.reason was `string` and is `int64`: what was written as the one is not what is read as the other. It is stored.\n  Take that back, and add a field with a new number, or a new event that `upcasts: "AccountClosed"`.',
  ),
  row(
    "a field of a nested message gets another type",
    [["account", ["string country = 2", "int32 country = 2"]]],
    "bank/v1/account.proto:19:9: error EGO202: Owner.country was `string` and is `int32`: what was written as the one is not what is read as the other. It is stored in the event AccountOpened.\n  Take that back, and add a field with a new number.",
  ),
  row(
    "a field of a message in a map gets another type",
    [["account", within("Line", "int64 cents", "double cents")]],
    "bank/v1/account.proto:87:10: error EGO202: Line.cents was `int64` and is `double`: what was written as the one is not what is read as the other. It is stored in the event AccountCredited.\n  Take that back, and add a field with a new number.",
  ),
  row(
    "a field gets another type of protobuf's own",
    [
      [
        "account",
        ["google/protobuf/timestamp.proto", "google/protobuf/duration.proto"],
        ["google.protobuf.Timestamp", "google.protobuf.Duration"],
      ],
    ],
    "bank/v1/account.proto:89:28: error EGO202: Line.at was `google.protobuf.Timestamp` and is `google.protobuf.Duration`: what was written as the one is not what is read as the other. It is stored in the event AccountCredited.\n  Take that back, and add a field with a new number.",
  ),
  row(
    "the values of a map get another type",
    [["account", ["map<string, Line>", "map<string, string>"]]],
    'bank/v1/account.proto:82:23: error EGO202: AccountCredited.lines was `map<string, bank.v1.Line>` and is `map<string, string>`: what was written as the one is not what is read as the other. It is stored.\n  Take that back, and add a field with a new number, or a new event that `upcasts: "AccountCredited"`.',
  ),
  row(
    "a number gets a narrower type",
    [["account", within("AccountCredited", "int64 cents", "int32 cents")]],
    'bank/v1/account.proto:75:9: error EGO202: AccountCredited.cents was `int64` and is `int32`: what does not fit into it is read as something else. It is stored.\n  Take that back, and add a field with a new number, or a new event that `upcasts: "AccountCredited"`.',
  ),
  row(
    "a field that was one is many",
    [["account", within("AccountClosed", "string reason", "repeated string reason")]],
    'bank/v1/account.proto:97:19: error EGO203: AccountClosed.reason was `string` and is `repeated string`: what was written as the one is read otherwise as the other. It is stored.\n  Take that back, and add a field with a new number, or a new event that `upcasts: "AccountClosed"`.',
  ),
  row(
    "a field is moved into a oneof",
    [
      [
        "account",
        within("AccountClosed", "string reason = 2;", "oneof why {\n    string reason = 2;\n  string code = 3;\n  }"),
      ],
    ],
    'bank/v1/account.proto:98:12: error EGO203: AccountClosed.reason was in no oneof and is in the oneof why: of several that were set, one is left. It is stored.\n  Take that back, and add a field with a new number, or a new event that `upcasts: "AccountClosed"`.\n  It was at bank/v1/account.proto:97:10 in main.',
  ),
  row(
    "a field is moved out of a oneof",
    [["account", ["    string card = 6;\n  }", "  }\n  string card = 6;"]]],
    'bank/v1/account.proto:81:10: error EGO203: AccountCredited.card was in the oneof source and is in none: of several that were set, one is left. It is stored.\n  Take that back, and add a field with a new number, or a new event that `upcasts: "AccountCredited"`.\n  It was at bank/v1/account.proto:80:12 in main.',
  ),
  row(
    "a field is moved out of a oneof, and can be unset as before",
    [["account", ["    string card = 6;\n  }", "  }\n  optional string card = 6;"]]],
    'bank/v1/account.proto:81:19: error EGO203: AccountCredited.card was in the oneof source and is in none: of several that were set, one is left. It is stored.\n  Take that back, and add a field with a new number, or a new event that `upcasts: "AccountCredited"`.\n  It was at bank/v1/account.proto:80:12 in main.',
  ),
  row(
    "a value of an enum is removed",
    [["account", ["  CHANNEL_CARD = 2;\n", ""]]],
    "bank/v1/account.proto:22:6: error EGO204: Channel has lost the value CHANNEL_CARD: what was written with it is read as a number without a name, or as another value that gets it. It is stored in the event AccountCredited.\n  Put the value back, marked `[deprecated = true]`, or write `reserved 2;` in its place if nothing has it.",
  ),
  row(
    "a reserved number is free again",
    [["account", ["  reserved 3;\n", ""]]],
    "bank/v1/account.proto:55:9: error EGO205: AccountOpened does not reserve 3 any more: what a removed field has left would be read as a new one's. It is stored.\n  Put it back: `reserved 3;`. A new field takes another one.",
  ),
  row(
    "some of the reserved numbers are free again",
    [["account", ["reserved 12 to 20;", "reserved 12, 14 to 18;"]]],
    "bank/v1/account.proto:85:9: error EGO205: Line does not reserve 13, 19 to 20 any more: what a removed field has left would be read as a new one's. It is stored in the event AccountCredited.\n  Put it back: `reserved 13, 19 to 20;`. A new field takes another one.",
  ),
  row(
    "a reserved name of what is kept as JSON is free again",
    [["shop", ['reserved "amount";', ""]]],
    'shop/v1/shop.proto:31:9: error EGO205: Price does not reserve "amount" any more: what a removed field has left would be read as a new one\'s. It is stored in the state of item.\n  Put it back: `reserved "amount";`. A new field takes another one.',
  ),
  row(
    "a reserved value of an enum is free again",
    [["account", ["  reserved 9;\n", ""]]],
    "bank/v1/account.proto:22:6: error EGO205: Channel does not reserve 9 any more: what a removed value has left would be read as a new one. It is stored in the event AccountCredited.\n  Put it back: `reserved 9;`. A new value takes another one.",
  ),
  row(
    "a default is another one",
    [["till", ['default = "none"', 'default = "?"']]],
    "shop/v1/till.proto:23:19: error EGO206: TillOpened.reason has another default than it had: where it was not set, it is read as something else. It is stored.\n  Take the default back.",
  ),
  row(
    "a required field is added",
    [["till", ["optional string reason", "required string by = 3;\n  optional string reason"]]],
    "shop/v1/till.proto:23:19: error EGO206: TillOpened.by is new and required: what was written without it cannot be read. It is stored.\n  Make it `optional`: a required field can be neither added nor removed.",
  ),
  row(
    "a field is required",
    [["till", ["optional string reason", "required string reason"]]],
    'shop/v1/till.proto:23:19: error EGO203: TillOpened.reason was `optional string` and is `required string`: what was written as the one is read otherwise as the other. It is stored.\n  Take that back, and add a field with a new number, or a new event that `upcasts: "TillOpened"`.',
  ),
  row(
    "a field of what is kept as JSON is renamed",
    [["shop", ["int64 cents = 1;", "int64 sum = 1;"]]],
    'shop/v1/shop.proto:33:9: error EGO207: Price.sum was cents, and JSON is read by names: what is kept of it is not read any more. It is stored in the state of item.\n  Keep the name in JSON: `[json_name = "cents"]`.',
  ),
  row(
    "a field of what is kept as JSON is removed",
    [["shop", ["  int64 cents = 1;\n", ""]]],
    'shop/v1/shop.proto:31:9: error EGO201: Price.cents is gone, and a later field of the name "cents" would read what it has left. It is stored in the state of item.\n  Write `reserved "cents";` in its place.\n  It was at shop/v1/shop.proto:33:9 in main.',
  ),
  row(
    "a value of an enum in JSON is renamed",
    [["shop", ["CURRENCY_CHF", "CURRENCY_SFR"]]],
    "shop/v1/shop.proto:37:6: error EGO204: Currency has lost the value CURRENCY_CHF: what was written with it cannot be read. It is stored in the state of item.\n  Put the value back, marked `[deprecated = true]`.",
  ),
  row(
    "a field without a column gets another number",
    [["shop", ["remarks = 5", "remarks = 10"]]],
    "shop/v1/shop.proto:22:19: error EGO208: Item.remarks had the number 5 and has 10: what was written of it is not read any more. It is stored in the state of item.\n  Take the number back: `remarks = 5`.",
  ),
  row(
    "a list that is kept as JSON is one of something else",
    [["shop", ["repeated string labels", "repeated int64 labels"]]],
    "shop/v1/shop.proto:23:18: error EGO202: Item.labels was `repeated string` and is `repeated int64`: what was written as the one is not what is read as the other. It is stored in the state of item.\n  Take that back, and add a field with a new number.",
  ),
  row(
    "a list that is kept in binary form gets another number",
    [["shop", ["offers = 7", "offers = 8"]]],
    "shop/v1/shop.proto:24:18: error EGO208: Item.offers had the number 7 and has 8: what was written of it is not read any more. It is stored in the state of item.\n  Take the number back: `offers = 7`.",
  ),
  row(
    "a field of a durable state gets another type",
    [["shop", within("Note", "string text", "int64 text")]],
    "shop/v1/shop.proto:55:9: error EGO202: Note.text was `string` and is `int64`: what was written as the one is not what is read as the other. It is stored in the state of note.\n  Take that back, and add a field with a new number.",
  ),
  row(
    "a field of the state of a saga gets another type",
    [["processes", ["string greeted", "int32 greeted"]]],
    "bank/v1/processes.proto:25:9: error EGO202: Welcome.greeted was `string` and is `int32`: what was written as the one is not what is read as the other. It is stored in the state of the saga welcome.\n  Take that back, and add a field with a new number.",
  ),
  row(
    "an event is renamed with an alias, and has another type in it",
    [
      [
        "account",
        ["AccountClosed", "AccountShut"],
        [aliased, 'aliases: ["bank.v1.AccountEnded", "bank.v1.AccountClosed"]'],
        ["string reason = 2", "int64 reason = 2"],
      ],
    ],
    "bank/v1/account.proto:97:9: error EGO202: AccountShut.reason was `string` and is `int64`: what was written as the one is not what is read as the other. It is stored.\n  Take that back, and add a field with a new number.",
    'bank/v1/account.proto:103:9: error EGO202: AccountFrozen.reason was `string` and is `int64`: what was written as the one is not what is read as the other. It is stored.\n  Take that back, and add a field with a new number, or a new event that `upcasts: "AccountFrozen"`.',
  ),

  row(
    "an event is removed",
    [["account", gone("AccountClosed"), within("CloseAccount", '"AccountClosed"', '"AccountOpened"')]],
    'bank/v1/account.proto:10:9: error EGO211: AccountClosed is gone: what account has stored as "bank.v1.AccountClosed" cannot be read any more.\n  Bring the message back, with its applier, and take it out of every `emits`: an event is retired, never removed. If it has another name now, that event needs `aliases: ["bank.v1.AccountClosed", "bank.v1.AccountEnded"]`.\n  It was at bank/v1/account.proto:92:9 in main.',
  ),
  row(
    "a message is no event any more",
    [
      [
        "account",
        within("AccountClosed", `  option (ego.v1.message).event = {\n    ${aliased}\n  };\n`, ""),
        within("CloseAccount", '"AccountClosed"', '"AccountOpened"'),
      ],
    ],
    'bank/v1/account.proto:92:9: error EGO211: AccountClosed is no event of account any more: what account has stored as "bank.v1.AccountClosed" cannot be read any more.\n  Mark it as one again, `option (ego.v1.message).event = {};`, and take it out of every `emits`: an event is retired, never removed. If it has another name now, that event needs `aliases: ["bank.v1.AccountClosed", "bank.v1.AccountEnded"]`.',
  ),
  row(
    "an event is renamed",
    [["account", ["AccountClosed", "AccountShut"]]],
    'bank/v1/account.proto:92:9: error EGO212: AccountClosed is gone, and AccountShut looks as if it were the same: what account has stored as "bank.v1.AccountClosed" cannot be read any more.\n  Name what it was called before: `aliases: ["bank.v1.AccountEnded", "bank.v1.AccountClosed"]`.',
  ),
  row(
    "the stored name of an event is another one",
    [["account", ['"bank.v1.AccountCredited.2"', '"bank.v1.AccountCredited.3"']]],
    'bank/v1/account.proto:71:5: error EGO212: AccountCredited is stored as "bank.v1.AccountCredited.3" now, and was as "bank.v1.AccountCredited.2": what account has stored as "bank.v1.AccountCredited.2" cannot be read any more.\n  Name what it was called before: `aliases: ["bank.v1.AccountCredited.2"]`, or take the former type back: `type: "bank.v1.AccountCredited.2"`.\n  It was at bank/v1/account.proto:69:9 in main.',
  ),
  row(
    "the package is renamed",
    [["account", ["package bank.v1", "package bank.v2"]]],
    'bank/v1/account.proto:10:9: error EGO211: AccountClosed is gone: what account has stored as "bank.v1.AccountClosed" cannot be read any more.\n  Bring the message back, with its applier, and take it out of every `emits`: an event is retired, never removed. If it has another name now, that event needs `aliases: ["bank.v1.AccountClosed", "bank.v1.AccountEnded"]`.\n  It was at bank/v1/account.proto:92:9 in main.',
    'bank/v1/account.proto:10:9: error EGO211: AccountFrozen is gone: what account has stored as "bank.v1.AccountFrozen" cannot be read any more.\n  Bring the message back, with its applier, and take it out of every `emits`: an event is retired, never removed. If it has another name now, that event needs `aliases: ["bank.v1.AccountFrozen"]`.\n  It was at bank/v1/account.proto:100:9 in main.',
    "bank/v1/account.proto:10:9: note EGO261: The command CloseAccount is gone: nothing of it is stored, but clients and nodes of the version before may send it.\n  If there are any, deploy them first.\n  It was at bank/v1/account.proto:48:9 in main.",
    "bank/v1/account.proto:10:9: note EGO261: The command CreditAccount is gone: nothing of it is stored, but clients and nodes of the version before may send it.\n  If there are any, deploy them first.\n  It was at bank/v1/account.proto:40:9 in main.",
    "bank/v1/account.proto:10:9: note EGO261: The command OpenAccount is gone: nothing of it is stored, but clients and nodes of the version before may send it.\n  If there are any, deploy them first.\n  It was at bank/v1/account.proto:29:9 in main.",
    "bank/v1/account.proto:10:9: note EGO262: The rejection AccountIsClosed is gone: nothing of it is stored, but clients of the version before may wait for it.\n  If there are any, deploy them first.\n  It was at bank/v1/account.proto:107:10 in main.",
    'bank/v1/account.proto:55:9: error EGO212: bank.v1.AccountOpened is gone, and bank.v2.AccountOpened looks as if it were the same: what account has stored as "bank.v1.AccountOpened" cannot be read any more.\n  Name what it was called before: `aliases: ["bank.v1.AccountOpened"]`.',
  ),
  row(
    "an alias is removed",
    [["account", within("AccountClosed", aliased, "")]],
    'bank/v1/account.proto:92:9: error EGO213: AccountClosed has lost the alias "bank.v1.AccountEnded": what account has stored under that name cannot be read any more.\n  Put it back: `aliases: ["bank.v1.AccountEnded"]`. What is stored is never renamed, so an alias stays for good.\n  It was at bank/v1/account.proto:94:5 in main.',
  ),
  row(
    "an event is given to another entity",
    [
      [
        "account",
        within("AccountClosed", aliased, `entity: "vault"\n    ${aliased}`),
        within("CloseAccount", "emits", 'entity: "vault"\n emits'),
        ['syntax = "proto3";', 'syntax = "proto3";'],
        [
          message("Line"),
          `${message("Line")}\n${message("Account").replace("message Account", "message Vault").replace("state = {}", 'state = {entity: "vault"}')}`,
        ],
      ],
    ],
    'bank/v1/account.proto:100:9: error EGO214: AccountClosed moved from account to vault: what account has stored as "bank.v1.AccountClosed" cannot be read any more.\n  Events stay where they were stored. Leave this one with account, `entity: "account"`, and add a new one for the other entity.\n  It was at bank/v1/account.proto:92:9 in main.',
  ),
  row(
    "an upcast is removed",
    [["account", ['\n    upcasts: "AccountCreditedV1"', ""]]],
    'bank/v1/account.proto:69:9: error EGO215: AccountCreditedV1 was made into AccountCredited when it was read, and is not any more: stored ones reach appliers and projections in the old shape.\n  Say again what replaced it: `upcasts: "AccountCreditedV1"` in the event of account that does. What is stored is never rewritten, so an upcast stays for good.\n  It was at bank/v1/account.proto:63:9 in main.',
  ),
  row(
    "an old event is removed with its upcast",
    [["account", ['\n    upcasts: "AccountCreditedV1"', ""], gone("AccountCreditedV1")]],
    'bank/v1/account.proto:10:9: error EGO211: AccountCreditedV1 is gone: what account has stored as "bank.v1.AccountCredited" cannot be read any more.\n  Bring the message back, with its applier, and take it out of every `emits`: an event is retired, never removed. If it has another name now, that event needs `aliases: ["bank.v1.AccountCredited"]`.\n  It was at bank/v1/account.proto:63:9 in main.',
  ),
  row(
    "two events take each other's stored names",
    [
      [
        "account",
        within("AccountClosed", aliased, `type: "bank.v1.AccountFrozen"\n    ${aliased}`),
        within("AccountFrozen", "{}", '{type: "bank.v1.AccountClosed"}'),
      ],
    ],
    'bank/v1/account.proto:94:5: error EGO216: AccountClosed takes the stored name "bank.v1.AccountFrozen" of AccountFrozen: what account has stored of the one is read as the other.\n  Give the name back to AccountFrozen: `type: "bank.v1.AccountFrozen"` there, and no `type` here.\n  It was at bank/v1/account.proto:100:9 in main.',
    'bank/v1/account.proto:102:36: error EGO216: AccountFrozen takes the stored name "bank.v1.AccountClosed" of AccountClosed: what account has stored of the one is read as the other.\n  Give the name back to AccountClosed: `type: "bank.v1.AccountClosed"` there, and no `type` here.\n  It was at bank/v1/account.proto:92:9 in main.',
  ),
  row(
    "an event is not derived any more",
    [["account", ["{derived: true}", "{}"]]],
    "bank/v1/account.proto:55:9: note EGO217: AccountOpened is not derived any more: its stored events go through the applier that you write.\n  An applier that does something else changes the state of existing entities. If snapshots are taken, count `stateVersion` up.\n  It was at bank/v1/account.proto:56:36 in main.",
  ),

  row(
    "an entity is removed",
    [["shop", gone("Note"), gone("WriteNote")]],
    "shop/v1/shop.proto:1:1: error EGO221: The entity note is gone: nothing reads its states any more.\n  Bring back its state, and leave out the commands: then it is read, and nothing is added.\n  It was at shop/v1/shop.proto:49:9 in main.",
  ),
  row(
    "an entity is renamed",
    [["account", ['"account"', '"konto"']]],
    'bank/v1/account.proto:8:1: error EGO222: The entity account is called konto now: its events are stored under the name "account", and it would look as if it had never been.\n  Take the name back, `entity: "account"`: it is not seen outside of the store. The messages may have other names.',
  ),
  row(
    "events are stored no more, but states",
    [
      [
        "account",
        ["option (ego.v1.message).state = {};", "option (ego.v1.message).state = {persistence: PERSISTENCE_DURABLE};"],
      ],
    ],
    "bank/v1/account.proto:11:10: error EGO223: The entity account stores states now, and its events are what is stored: it would look as if it had never been.\n  Take the persistence back, `persistence: PERSISTENCE_EVENT_SOURCED`, or make a new entity and move what is stored by a program of yours.",
  ),
  row(
    "the id is another field",
    [
      [
        "account",
        within(
          "Account",
          "string account_id = 1 [(ego.v1.field).id = true];",
          "string account_id = 1;\n  string iban = 9 [(ego.v1.field).id = true];",
        ),
      ],
    ],
    "bank/v1/account.proto:13:20: error EGO224: The id of account was account_id and is iban: what is stored under the one is not found by the other.\n  Mark account_id as the id again. To find an entity by something else as well, keep a read model of it.\n  It was at bank/v1/account.proto:12:26 in main.",
  ),
  row(
    "the id has another type",
    [["account", within("Account", "string account_id", "int64 account_id")]],
    "bank/v1/account.proto:12:25: error EGO224: The id of account was string and is int64: what is stored under an id that is no int64 cannot be addressed any more.\n  Take the type back: `string account_id = 1`, here and in its commands and events.",
  ),
  row(
    "the id has another type, in all messages",
    [["account", ["string account_id", "int64 account_id"]]],
    "bank/v1/account.proto:12:25: error EGO224: The id of account was string and is int64: what is stored under an id that is no int64 cannot be addressed any more.\n  Take the type back: `string account_id = 1`, here and in its commands and events.",
  ),
  row(
    "the id has a narrower type, in all messages",
    [["shop", ["int64 note_id", "int32 note_id"]]],
    "shop/v1/shop.proto:54:22: error EGO224: The id of note was int64 and is int32: what is stored under an id that is no int32 cannot be addressed any more.\n  Take the type back: `int64 note_id = 1`, here and in its commands and events.",
  ),
  row(
    "the state has no id any more",
    [["shop", within("Note", " [(ego.v1.field).id = true]", "")]],
    "shop/v1/shop.proto:49:9: warning EGO224: The state of note has no id any more: handlers and readers do not see it in the state.\n  Mark the field again: `note_id = 1 [(ego.v1.field).id = true]`.\n  It was at shop/v1/shop.proto:54:22 in main.",
  ),

  row(
    "a field is sensitive no more",
    [["account", ["string name = 1 [(ego.v1.field).sensitive = true]", "string name = 1"]]],
    "bank/v1/account.proto:18:10: error EGO231: Owner.name is not sensitive any more: what is stored of it is encrypted, and what is added would be in clear, where it stays when a key is deleted.\n  Mark it again: `[(ego.v1.field).sensitive = true]`. What may be in clear is a field of its own, with a new number.",
  ),
  row(
    "a field is sensitive now",
    [["account", ["string country = 2;", "string country = 2 [(ego.v1.field).sensitive = true];"]]],
    "bank/v1/account.proto:19:23: warning EGO232: Owner.country is sensitive now: what is stored of it so far is in clear, and stays when a key is deleted.\n  It is read as before. If it has to be forgotten as well, a program of yours has to remove it from the store.",
  ),
  row(
    "the subject is another one",
    [["account", within("AccountOpened", " [(ego.v1.field).subject = true]", "")]],
    "bank/v1/account.proto:55:9: warning EGO233: The subject of AccountOpened was `customer_id` and is the entity: what is stored stays encrypted with the key of the former, and deleting that of the latter does not reach it.\n  Keep the keys of both apart until nobody needs what is stored, or take the subject back.\n  It was at bank/v1/account.proto:58:27 in main.",
  ),

  row(
    "a table is renamed",
    [["shop", ['name: "items"', 'name: "articles"']]],
    'shop/v1/shop.proto:12:7: error EGO241: The table of item was "items" and is "articles": a new one is made, and its states stay in the former.\n  Take the name back, `table: {name: "items"}`, or rename the table by a migration before the program starts.',
  ),
  row(
    "a state has no table any more",
    [
      [
        "shop",
        ['\n    table: {\n      name: "items"\n      indexes: {\n        fields: ["title"]\n      }\n    }', ""],
        [" [(ego.v1.field).column = {omit: true}]", ""],
      ],
    ],
    'shop/v1/shop.proto:7:9: error EGO241: The states of item are kept as bytes now, and were in the table "items": what is stored is not found any more.\n  Take that back, or move what is stored by a program of yours: read the states with the version of before, and write them with this one.\n  It was at shop/v1/shop.proto:12:7 in main.',
  ),
  row(
    "a state has a table now",
    [["shop", within("Note", "persistence: PERSISTENCE_DURABLE", "persistence: PERSISTENCE_DURABLE\n    table: {}")]],
    "shop/v1/shop.proto:50:10: error EGO241: The states of note are kept in a table now, and were as bytes: what is stored is not found any more.\n  Take that back, or move what is stored by a program of yours: read the states with the version of before, and write them with this one.\n  It was at shop/v1/shop.proto:49:9 in main.",
  ),
  row(
    "a column is removed",
    [["shop", ["  int32 on_hand = 3;\n", ""]]],
    'shop/v1/shop.proto:12:7: warning EGO242: The table "items" has no column "on_hand" any more: what is in it is not read, and is lost once you drop it.\n  `ego migrate diff` writes the migration, for you to complete.\n  It was at shop/v1/shop.proto:20:9 in main.',
  ),
  row(
    "a column is renamed",
    [["shop", ["on_hand", "in_stock"]]],
    'shop/v1/shop.proto:20:9: warning EGO242: The table "items" has the column "in_stock" now, which was "on_hand": the program does not start before it is renamed.\n  `ego migrate diff` writes the migration, for you to complete.',
  ),
  row(
    "a column is added",
    [["shop", ["int32 on_hand = 3;", "int32 on_hand = 3;\n  string shelf = 8;"]]],
    'shop/v1/shop.proto:21:10: warning EGO242: The table "items" needs the column "shelf": the program does not start without it.\n  `ego migrate diff` writes the migration, for you to complete.',
  ),
  row(
    "a column has another type",
    [["shop", ["int32 on_hand", "string on_hand"]]],
    'shop/v1/shop.proto:20:10: error EGO242: The table "items" has string in the column "on_hand" now, and int32 is what is stored.\n  Take the type back, and add a field with another name, whose column a migration fills from the old one.',
  ),
  row(
    "a column may be null",
    [["shop", ["int32 on_hand", "optional int32 on_hand"]]],
    'shop/v1/shop.proto:20:18: warning EGO242: The table "items" has to change: the column "on_hand" may be null now, and must not be so far.\n  `ego migrate diff` writes the migration, for you to complete.',
  ),
  row(
    "a field has no column any more",
    [["shop", ["int32 on_hand = 3;", "int32 on_hand = 3 [(ego.v1.field).column = {omit: true}];"]]],
    'shop/v1/shop.proto:12:7: warning EGO242: The table "items" has no column "on_hand" any more, since the field is left out: what is in it would not be read, and the program does not start while it is there.\n  `ego migrate diff` writes the migration, for you to complete.\n  It was at shop/v1/shop.proto:20:9 in main.',
  ),
  row(
    "an index is unique",
    [["shop", ['fields: ["title"]', 'fields: ["title"]\n        unique: true']]],
    'shop/v1/shop.proto:13:7: warning EGO243: The index "items_title" of the table "items" is unique on title now, and was on title: the program does not start before the former is dropped.\n  `ego migrate diff` writes the migration.',
  ),
  row(
    "a unique index is new",
    [
      [
        "shop",
        [
          'fields: ["title"]\n      }',
          'fields: ["title"]\n      }\n      indexes: {\n        fields: ["on_hand"]\n        unique: true\n      }',
        ],
      ],
    ],
    'shop/v1/shop.proto:16:7: warning EGO243: The unique index "items_on_hand" is new in the table "items": the program does not start while rows have the same on_hand.\n  Look for such rows, and mend them, before you deploy it.',
  ),
  row(
    "the key of a read model has another column",
    [["processes", within("Balance", "string account_id = 1", "string account = 1")]],
    'bank/v1/processes.proto:13:10: warning EGO242: The table "balances" has the column "account" now, which was "account_id": the program does not start before it is renamed.\n  `ego migrate diff` writes the migration; or drop the table, and let it be made of the events again.',
  ),

  row(
    "a read model is renamed",
    [["processes", ['"balances"', '"amounts"']]],
    'bank/v1/processes.proto:10:5: warning EGO251: The read model balances is called amounts now: it begins with the first event again, and what was made under the former name stays.\n  Take the name back: `name: "balances"`. Or drop the former table.',
  ),
  row(
    "a read model is removed",
    [["processes", gone("Balance")]],
    'bank/v1/processes.proto:1:1: warning EGO251: The read model balances is gone: its table "balances" stays as it is.\n  Drop the table when nobody reads it any more.\n  It was at bank/v1/processes.proto:10:5 in main.',
  ),
  row(
    "the table of a read model is renamed",
    [["processes", ['name: "balances"', 'name: "balances"\n    table: {name: "amounts"}']]],
    'bank/v1/processes.proto:11:13: warning EGO251: The table of the read model balances was "balances" and is "amounts": a new one is made, which is empty, and the former stays.\n  Take the name back, `table: {name: "balances"}`, rename the table by a migration, or make it of the events again.\n  It was at bank/v1/processes.proto:10:5 in main.',
  ),
  row(
    "a saga is renamed",
    [["processes", ['"welcome"', '"hello"']]],
    'bank/v1/processes.proto:19:5: error EGO252: The saga welcome is called hello now: what it has begun is not gone on with, and its timers do not fire.\n  Take the name back: `name: "welcome"`.',
  ),
  row(
    "a saga is removed",
    [["processes", gone("Welcome")]],
    "bank/v1/processes.proto:1:1: error EGO252: The saga welcome is gone: what it has begun is not gone on with, and its timers do not fire.\n  Leave it as it is, and take away what starts it, until nothing of it is under way.\n  It was at bank/v1/processes.proto:19:5 in main.",
  ),
  row(
    "a timer of a saga is removed",
    [["processes", ['\n    timers: ["too_late"]', ""]]],
    'bank/v1/processes.proto:17:9: error EGO253: The saga welcome has no timer "too_late" any more: where it is running, it fires into nothing.\n  Put it back, and keep its method: `timers: ["too_late"]`.\n  It was at bank/v1/processes.proto:22:5 in main.',
  ),
  row(
    "a saga sends a command no more",
    [["processes", ['\n    sends: ["CreditAccount"]', ""]]],
    'bank/v1/processes.proto:17:9: error EGO253: The saga welcome does not send CreditAccount any more: where one is under way, its outcome reaches nothing.\n  Put it back, and keep its method: `sends: ["CreditAccount"]`.\n  It was at bank/v1/processes.proto:21:5 in main.',
  ),
  row(
    "the correlation id of a saga is another field",
    [
      [
        "processes",
        within(
          "Welcome",
          "string account_id = 1 [(ego.v1.field).id = true];",
          "string account_id = 1;\n  string customer_id = 3 [(ego.v1.field).id = true];",
        ),
      ],
    ],
    "bank/v1/processes.proto:25:27: error EGO254: The correlation id of the saga welcome was string account_id and is string customer_id: what is under way may not be found by its events.\n  Take it back: `string account_id = 1 [(ego.v1.field).id = true]`. What correlates otherwise is another saga.\n  It was at bank/v1/processes.proto:24:26 in main.",
  ),

  row(
    "a command is removed",
    [["account", gone("CloseAccount")]],
    "bank/v1/account.proto:10:9: note EGO261: The command CloseAccount is gone: nothing of it is stored, but clients and nodes of the version before may send it.\n  If there are any, deploy them first.\n  It was at bank/v1/account.proto:48:9 in main.",
  ),
  row(
    "a rejection is removed",
    [["account", ['\n    rejects: ["AccountIsClosed"]', ""], gone("AccountIsClosed")]],
    "bank/v1/account.proto:10:9: note EGO262: The rejection AccountIsClosed is gone: nothing of it is stored, but clients of the version before may wait for it.\n  If there are any, deploy them first.\n  It was at bank/v1/account.proto:107:10 in main.",
  ),
  row(
    "a rejection has another code",
    [["account", ["CODE_FAILED_PRECONDITION", "CODE_NOT_FOUND"]]],
    "bank/v1/account.proto:107:10: note EGO262: The code of the rejection AccountIsClosed was failed_precondition and is not_found: clients may tell it by its code.\n  If there are any, deploy them first.",
  ),
];
