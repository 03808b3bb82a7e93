import { before, type Protos } from "./before.ts";

/** A change of the protos, and what `ego check` says of it. */
export interface SchemaChange {
  readonly change: string;
  readonly before: Protos;
  readonly now: Protos;
  /** Nothing, if it is accepted. */
  readonly says: readonly string[];
}

type Edit = readonly [file: "account" | "shop" | "processes", ...replacements: (readonly [from: string, to: string])[]];

const files = {
  account: "bank/v1/account.proto",
  shop: "shop/v1/shop.proto",
  processes: "bank/v1/processes.proto",
} as const;

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

/** A row with the files that it changes, and those that these import. */
function row(change: string, edits: readonly Edit[], ...says: readonly string[]): SchemaChange {
  const names = edits.flatMap(([file]) => (file === "processes" ? (["account", file] as const) : [file]));
  const some = Object.fromEntries(names.map((name) => [files[name], before[files[name]] ?? ""]));
  return { change, before: some, now: edited(some, edits), says };
}

/** A message of a proto: from its first line to its last. */
function message(name: string): string {
  const [found] = Object.values(before).flatMap(
    (text) => new RegExp(`(?:message|enum) ${name} \\{\\n[\\s\\S]*?\\n\\}\\n`).exec(text)?.[0] ?? [],
  );
  if (found === undefined) throw new Error(`There is no message ${name}`);
  return found;
}

const gone = (name: string): readonly [string, string] => [message(name), ""];

export const changes: readonly SchemaChange[] = [
  row("nothing", [["account"], ["shop"], ["processes"]]),
  row("field is added", [["account", ["string reason = 2;", "string reason = 2; int64 at = 3;"]]]),
  row("event gone", [["account", gone("AccountClosed"), gone("CloseAccount")]]),
  row("event renamed", [["account", ["AccountClosed", "AccountShut"]]]),
  row("event renamed with alias", [
    [
      "account",
      ["AccountClosed", "AccountShut"],
      ['"bank.v1.AccountEnded"', '"bank.v1.AccountEnded", "bank.v1.AccountClosed"'],
    ],
  ]),
  row("alias gone", [["account", ['aliases: ["bank.v1.AccountEnded"]', ""]]]),
  row("type changed", [["account", ['"bank.v1.AccountCredited.2"', '"bank.v1.AccountCredited.3"']]]),
  row("package renamed", [
    ["account", ["package bank.v1", "package bank.v2"]],
    ["processes", ["package bank.v1", "package bank.v2"]],
  ]),
  row("event to other entity", [
    [
      "account",
      [
        `option (ego.v1.message).event = {
    aliases: ["bank.v1.AccountEnded"]`,
        `option (ego.v1.message).event = {
    entity: "other"
    aliases: ["bank.v1.AccountEnded"]`,
      ],
    ],
  ]),
  row("event not marked", [
    [
      "account",
      [
        `  option (ego.v1.message).event = {
    aliases: ["bank.v1.AccountEnded"]
  };
`,
        "",
      ],
    ],
  ]),
  row("upcast gone", [
    [
      "account",
      [
        `
    upcasts: "AccountCreditedV1"`,
        "",
      ],
    ],
  ]),
  row("old event gone", [
    [
      "account",
      [
        `
    upcasts: "AccountCreditedV1"`,
        "",
      ],
      gone("AccountCreditedV1"),
    ],
  ]),
  row("new upcast", [
    [
      "account",
      [
        message("AccountClosed"),
        `message AccountClosedV1 {
  option (ego.v1.message).event = {
    type: "bank.v1.AccountClosed"
    aliases: ["bank.v1.AccountEnded"]
  };
  string account_id = 1 [(ego.v1.field).id = true];
  string reason = 2;
}

message AccountClosed {
  option (ego.v1.message).event = {
    type: "bank.v1.AccountClosed.2"
    upcasts: "AccountClosedV1"
  };
  string account_id = 1 [(ego.v1.field).id = true];
  int32 reason = 2;
}
`,
      ],
    ],
  ]),
  row("names swapped", [
    [
      "account",
      ["message AccountClosed {", "message X {"],
      ["message AccountOpened {", "message AccountClosed {"],
      ["message X {", "message AccountOpened {"],
      ["{derived: true}", "{}"],
    ],
  ]),
  row("derived gone", [["account", ["{derived: true}", "{}"]]]),
  row("entity renamed", [["account", ['"account"', '"konto"']]]),
  row("entity gone", [["shop", gone("Note"), gone("WriteNote")]]),
  row("durable now", [
    [
      "account",
      ["option (ego.v1.message).state = {};", "option (ego.v1.message).state = {persistence: PERSISTENCE_DURABLE};"],
    ],
  ]),
  row("id other field", [
    [
      "account",
      [
        `string account_id = 1 [(ego.v1.field).id = true];
  Owner owner = 2;`,
        `string account_id = 1;
  Owner owner = 2; string iban = 9 [(ego.v1.field).id = true];`,
      ],
    ],
  ]),
  row("id type", [
    ["account", ["string account_id = 1", "int64 account_id = 1"]],
    ["processes", ["string account_id = 1", "int64 account_id = 1"]],
  ]),
  row("id wider", [["shop", ["int64 note_id", "string note_id"]]]),
  row("id renamed", [
    ["account", ["account_id", "number"]],
    ["processes", ["account_id", "number"]],
  ]),
  row("id unmarked", [["shop", ["int64 note_id = 1 [(ego.v1.field).id = true]", "int64 note_id = 1"]]]),
  row("sensitive lost", [["account", ["string name = 1 [(ego.v1.field).sensitive = true]", "string name = 1"]]]),
  row("sensitive gained", [
    ["account", ["string country = 2;", "string country = 2 [(ego.v1.field).sensitive = true];"]],
  ]),
  row("subject changed", [
    ["account", ["string customer_id = 4 [(ego.v1.field).subject = true]", "string customer_id = 4"]],
  ]),
  row("field gone", [["account", ["  string reason = 2;\n", ""]]]),
  row("field reserved", [["account", ["  string reason = 2;\n", "  reserved 2;\n"]]]),
  row("type of event field", [["account", ["  string reason = 2;\n", "  int64 reason = 2;\n"]]]),
  row("narrowed", [
    [
      "account",
      [
        "string account_id = 1 [(ego.v1.field).id = true];\n  int64 cents = 2;\n  Channel",
        "string account_id = 1 [(ego.v1.field).id = true];\n  int32 cents = 2;\n  Channel",
      ],
    ],
  ]),
  row("widened", [["account", ["int32 euros", "int64 euros"]]]),
  row("repeated", [["account", ["repeated string tags", "string tags"]]]),
  row("oneof", [
    ["account", ["  repeated string tags = 4;\n  oneof source {", "  oneof source {\n    string tags = 4;\n"]],
  ]),
  row("out of oneof", [["account", ["    string card = 6;\n  }", "  }\n  string card = 6;"]]]),
  row("oneof renamed", [["account", ["oneof source", "oneof origin"]]]),
  row("enum value gone", [["account", ["  CHANNEL_CARD = 2;\n", ""]]]),
  row("enum value renamed", [["account", ["CHANNEL_CARD", "CHANNEL_PLASTIC"]]]),
  row("reserved gone", [["account", ["  reserved 3;\n", ""]]]),
  row("optional", [["account", ["  string reason = 2;\n", "  optional string reason = 2;\n"]]]),
  row("nested field type", [["account", ["string country = 2", "int32 country = 2"]]]),
  row("table renamed", [["shop", ['name: "items"', 'name: "articles"']]]),
  row("table gone", [
    [
      "shop",
      [
        `
    table: {
      name: "items"
      indexes: {
        fields: ["title"]
      }
    }`,
        "",
      ],
    ],
  ]),
  row("column gone", [["shop", ["  int32 on_hand = 3;\n", ""]]]),
  row("column renamed", [["shop", ["on_hand", "in_stock"]]]),
  row("column type", [["shop", ["int32 on_hand", "string on_hand"]]]),
  row("column renumbered", [["shop", ["on_hand = 3", "on_hand = 7"]]]),
  row("column added", [["shop", ["int32 on_hand = 3;", "int32 on_hand = 3; string shelf = 7;"]]]),
  row("column nullable", [["shop", ["int32 on_hand = 3;", "optional int32 on_hand = 3;"]]]),
  row("column omitted", [
    ["shop", ["int32 on_hand = 3;", "int32 on_hand = 3 [(ego.v1.field).column = {omit: true}];"]],
  ]),
  row("json field renamed", [["shop", ["int64 cents = 1;", "int64 amount = 1;"]]]),
  row("json field renumbered", [["shop", ["int64 cents = 1;", "int64 cents = 8;"]]]),
  row("json enum value renamed", [["shop", ["CURRENCY_CHF", "CURRENCY_SFR"]]]),
  row("rest field renumbered", [["shop", ["remarks = 5", "remarks = 9"]]]),
  row("unique index", [["shop", ['fields: ["title"]', 'fields: ["title"]\n unique: true']]]),
  row("new unique index", [
    ["shop", ['fields: ["title"]\n      }', 'fields: ["title"]\n }\n indexes: {fields: ["on_hand"] unique: true\n}']],
  ]),
  row("durable bytes field type", [["shop", ["string text = 2;", "int64 text = 2;"]]]),
  row("read model renamed", [["processes", ['"balances"', '"amounts"']]]),
  row("read model gone", [["processes", gone("Balance")]]),
  row("saga renamed", [["processes", ['"welcome"', '"hello"']]]),
  row("saga gone", [["processes", gone("Welcome")]]),
  row("timer gone", [
    [
      "processes",
      [
        `
    timers: ["too_late"]`,
        "",
      ],
    ],
  ]),
  row("send gone", [
    [
      "processes",
      [
        `
    sends: ["CreditAccount"]`,
        "",
      ],
    ],
  ]),
  row("saga state", [["processes", ["string greeted", "int32 greeted"]]]),
  row("command gone", [
    ["account", gone("CreditAccount")],
    [
      "processes",
      [
        `
    sends: ["CreditAccount"]`,
        "",
      ],
    ],
  ]),
  row("command field gone", [["account", ["  string remark = 4;\n", ""]]]),
  row("command field reserved", [["account", ["  string remark = 4;\n", "  reserved 4;\n"]]]),
  row("rejection code", [["account", ["CODE_FAILED_PRECONDITION", "CODE_NOT_FOUND"]]]),
  row("rejection gone", [["account", ['\n    rejects: ["AccountIsClosed"]', ""], gone("AccountIsClosed")]]),
];
