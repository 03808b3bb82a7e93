/** Protos by path. */
export type Protos = Readonly<Record<string, string>>;

/** What is changed in the table of changes: a domain with something of everything. */
export const before: Protos = {
  "bank/v1/account.proto": `syntax = "proto3";

package bank.v1;

import "ego/v1/ego.proto";
import "google/protobuf/timestamp.proto";

option (ego.v1.file).entity = "account";

message Account {
  option (ego.v1.message).state = {};
  string account_id = 1 [(ego.v1.field).id = true];
  Owner owner = 2;
  int64 cents = 3;
}

message Owner {
  string name = 1 [(ego.v1.field).sensitive = true];
  string country = 2;
}

enum Channel {
  reserved 9;
  CHANNEL_UNSPECIFIED = 0;
  CHANNEL_CASH = 1;
  CHANNEL_CARD = 2;
}

message OpenAccount {
  option (ego.v1.message).command = {
    emits: ["AccountOpened"]
    rejects: ["AccountIsClosed"]
  };
  string account_id = 1 [(ego.v1.field).id = true];
  string customer_id = 2 [(ego.v1.field).subject = true];
  Owner owner = 3;
  string remark = 4;
}

message CreditAccount {
  option (ego.v1.message).command = {
    emits: ["AccountCredited"]
  };
  string account_id = 1 [(ego.v1.field).id = true];
  int64 cents = 2;
}

message CloseAccount {
  option (ego.v1.message).command = {
    emits: ["AccountClosed"]
  };
  string account_id = 1 [(ego.v1.field).id = true];
}

message AccountOpened {
  option (ego.v1.message).event = {derived: true};
  string account_id = 1 [(ego.v1.field).id = true];
  string customer_id = 4 [(ego.v1.field).subject = true];
  Owner owner = 2;
  reserved 3;
}

message AccountCreditedV1 {
  option (ego.v1.message).event = {type: "bank.v1.AccountCredited"};
  string account_id = 1 [(ego.v1.field).id = true];
  int32 euros = 2;
}

message AccountCredited {
  option (ego.v1.message).event = {
    type: "bank.v1.AccountCredited.2"
    upcasts: "AccountCreditedV1"
  };
  string account_id = 1 [(ego.v1.field).id = true];
  int64 cents = 2;
  Channel channel = 3;
  repeated string tags = 4;
  oneof source {
    string iban = 5;
    string card = 6;
  }
  map<string, Line> lines = 7;
}

message Line {
  reserved 12 to 20;
  int64 cents = 1;
  repeated Line parts = 2;
  google.protobuf.Timestamp at = 3;
}

message AccountClosed {
  option (ego.v1.message).event = {
    aliases: ["bank.v1.AccountEnded"]
  };
  string account_id = 1 [(ego.v1.field).id = true];
  string reason = 2;
}

message AccountFrozen {
  option (ego.v1.message).event = {};
  string account_id = 1 [(ego.v1.field).id = true];
  string reason = 2;
}

message AccountIsClosed {
  option (ego.v1.message).rejection = {code: CODE_FAILED_PRECONDITION};
  string since = 1;
}
`,
  "shop/v1/shop.proto": `syntax = "proto3";

package shop.v1;

import "ego/v1/ego.proto";

message Item {
  option (ego.v1.message).state = {
    entity: "item"
    persistence: PERSISTENCE_DURABLE
    table: {
      name: "items"
      indexes: {
        fields: ["title"]
      }
    }
  };
  string sku = 1 [(ego.v1.field).id = true];
  string title = 2;
  int32 on_hand = 3;
  Price price = 4;
  repeated string remarks = 5 [(ego.v1.field).column = {omit: true}];
  repeated string labels = 6;
  repeated Offer offers = 7 [(ego.v1.field).column = {storage: STORAGE_BINARY}];
}

message Offer {
  string customer_id = 1;
}

message Price {
  reserved "amount";
  int64 cents = 1;
  Currency currency = 2;
}

enum Currency {
  CURRENCY_UNSPECIFIED = 0;
  CURRENCY_EUR = 1;
  CURRENCY_CHF = 2;
}

message DescribeItem {
  option (ego.v1.message).command = {entity: "item"};
  string sku = 1 [(ego.v1.field).id = true];
  string title = 2;
}

message Note {
  option (ego.v1.message).state = {
    entity: "note"
    persistence: PERSISTENCE_DURABLE
  };
  int64 note_id = 1 [(ego.v1.field).id = true];
  string text = 2;
}

message WriteNote {
  option (ego.v1.message).command = {entity: "note"};
  int64 note_id = 1 [(ego.v1.field).id = true];
  string text = 2;
}
`,
  "bank/v1/processes.proto": `syntax = "proto3";

package bank.v1;

import "bank/v1/account.proto";
import "ego/v1/ego.proto";

message Balance {
  option (ego.v1.message).read_model = {
    name: "balances"
    events: ["AccountCredited"]
  };
  string account_id = 1 [(ego.v1.field).id = true];
  int64 cents = 2;
}

message Welcome {
  option (ego.v1.message).saga = {
    name: "welcome"
    starts_on: ["AccountOpened"]
    sends: ["CreditAccount"]
    timers: ["too_late"]
  };
  string account_id = 1 [(ego.v1.field).id = true];
  string greeted = 2;
}
`,
  "shop/v1/till.proto": `syntax = "proto2";

package shop.v1;

import "ego/v1/ego.proto";

message Till {
  option (ego.v1.message).state = {entity: "till"};
  optional string till_id = 1 [(ego.v1.field).id = true];
}

message OpenTill {
  option (ego.v1.message).command = {
    entity: "till"
    emits: ["TillOpened"]
  };
  optional string till_id = 1 [(ego.v1.field).id = true];
}

message TillOpened {
  option (ego.v1.message).event = {entity: "till"};
  optional string till_id = 1 [(ego.v1.field).id = true];
  optional string reason = 2 [default = "none"];
}
`,
};
