import { testDiagnostics } from "../../../test/golden/diagnostics-table.ts";

const account = (command: string) => `
option (ego.v1.file).entity = "account";
message Account { option (ego.v1.message).state = {}; string id = 1 [(ego.v1.field).id = true]; }
message Opened { option (ego.v1.message).event = {}; string id = 1 [(ego.v1.field).id = true]; }
message Closed { option (ego.v1.message).event = {}; string id = 1 [(ego.v1.field).id = true]; }
message Refused { option (ego.v1.message).rejection = {}; }
message Money { int64 cents = 1; }
message Open {
  option (ego.v1.message).command = {
    ${command}
  };
  string id = 1 [(ego.v1.field).id = true];
}
`;

testDiagnostics([
  {
    name: "known events and rejections are right",
    proto: account('emits: ["Opened", "Closed"] rejects: ["Refused"]'),
    says: [],
  },
  {
    name: "EGO010: an unknown event, and the nearest name",
    proto: account('emits: ["Opend", "Closed", "Opened"]'),
    says: ['$.proto:10:5: error EGO010: "Opend", which Open emits, is not known. Did you mean "Opened"?'],
  },
  {
    name: "EGO010: each element has its own place where it is written on its own",
    proto: account('emits: "Opened"\n    emits: "Clozed"\n    emits: "Closed"'),
    says: ['$.proto:11:5: error EGO010: "Clozed", which Open emits, is not known. Did you mean "Closed"?'],
  },
  {
    name: "EGO010: a list among single elements: the place is the option",
    proto: account('emits: ["Opened", "Clozed"] emits: "Closed"'),
    says: ['$.proto:9:10: error EGO010: "Clozed", which Open emits, is not known. Did you mean "Closed"?'],
  },
  {
    name: "EGO010: an unknown rejection, and no name is near",
    proto: account('emits: ["Opened", "Closed"] rejects: ["SomethingElse"]'),
    says: [
      '$.proto:10:33: error EGO010: "SomethingElse", which Open rejects, is not known. Write the name of a rejection.',
    ],
  },
  {
    name: "EGO010: the innermost scope that has the first part of a name decides",
    proto: {
      a: account('emits: [".$.Opened", "Closed"]'),
      b: `
package $.b;
option (ego.v1.file).entity = "till";
message Till { option (ego.v1.message).state = {}; string id = 1 [(ego.v1.field).id = true]; }
message Filled { option (ego.v1.message).event = {}; string id = 1 [(ego.v1.field).id = true]; }
message Fill {
  option (ego.v1.message).command = {emits: ["Fill.Filled", "Filled"]};
  string id = 1 [(ego.v1.field).id = true];
}
`,
    },
    says: ['$_b.proto:7:38: error EGO010: "Fill.Filled", which Fill emits, is not known. Did you mean "Filled"?'],
  },
  {
    name: "not EGO010: names from outer scopes, absolute and nested names",
    proto: {
      a: account('emits: ["$.Opened", ".$.Closed"] rejects: ["b.Outer.Inner"]'),
      b: `
package $.b;
message Outer { message Inner { option (ego.v1.message).rejection = {}; } }
message Close {
  option (ego.v1.message).command = {entity: "account" emits: ["Closed"] rejects: ["Outer.Inner", "Refused", "$.b.Close.Own"]};
  string id = 1 [(ego.v1.field).id = true];
  message Own { option (ego.v1.message).rejection = {}; }
}
`,
    },
    says: [],
  },
  {
    name: "EGO011: what is emitted is not an event, and what is rejected no rejection",
    proto: account('emits: "Refused" emits: "Money" emits: "Opened" emits: "Closed" rejects: "Opened"'),
    says: [
      "$.proto:10:5: error EGO011: Refused, which Open emits, is marked as rejection. Mark it as event, or name an event.",
      "$.proto:10:22: error EGO011: Money, which Open emits, is not marked. Mark it as event, or name an event.",
      "$.proto:10:69: error EGO011: Opened, which Open rejects, is marked as event. Mark it as rejection, or name a rejection.",
    ],
  },
  {
    name: "not EGO011: an event and a rejection in messages that are not marked",
    proto: `${account('emits: "Box.Filled" rejects: ["Box.Full", "Refused"]')}
message Again { option (ego.v1.message).command = {emits: ["Opened", "Closed"]}; }
message Box {
  message Filled { option (ego.v1.message).event = {}; string id = 1 [(ego.v1.field).id = true]; }
  message Full { option (ego.v1.message).rejection = {}; }
}
`,
    says: [],
  },
  {
    name: "EGO012: an event of another entity",
    proto: {
      a: account('emits: ["Opened", "Closed"] emits: "Filled"'),
      b: `
option (ego.v1.file).entity = "till";
message Till { option (ego.v1.message).state = {}; string id = 1 [(ego.v1.field).id = true]; }
message Filled { option (ego.v1.message).event = {}; string id = 1 [(ego.v1.field).id = true]; }
message Fill { option (ego.v1.message).command = {emits: ["Filled"]}; string id = 1 [(ego.v1.field).id = true]; }
`,
    },
    says: [
      '$_a.proto:9:10: error EGO012: Filled is an event of "till", and Open a command of "account". A command emits events of its own entity only.',
    ],
  },
  {
    name: "not EGO012: a rejection that two entities share",
    proto: {
      a: account('emits: ["Opened", "Closed"] rejects: "Refused"'),
      b: `
option (ego.v1.file).entity = "till";
message Till { option (ego.v1.message).state = {persistence: PERSISTENCE_DURABLE}; string id = 1 [(ego.v1.field).id = true]; }
message Fill { option (ego.v1.message).command = {rejects: ["Refused"]}; string id = 1 [(ego.v1.field).id = true]; }
`,
    },
    says: [],
  },
  {
    name: "EGO013: the same event twice, under two names",
    proto: account('emits: "Opened" emits: "Closed" emits: ".$.Opened"'),
    says: ['$.proto:10:37: error EGO013: Open emits ".$.Opened" twice. Remove one of them.'],
  },
  {
    name: "not EGO013: an event and a rejection of one name, and one event of two commands",
    proto: `${account('emits: ["Opened", "Closed"] rejects: "Box.Closed"')}
message Again { option (ego.v1.message).command = {emits: "Closed"}; }
message Box { message Closed { option (ego.v1.message).rejection = {}; } }
`,
    says: [],
  },
  {
    name: "EGO020: an event that no command emits",
    proto: account('emits: ["Opened"]'),
    says: ["$.proto:5:25: warning EGO020: No command emits Closed. Add it to the emits of the command that does."],
  },
]);
