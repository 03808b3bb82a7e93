import { diffLines } from "diff";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { planOf } from "../../cli/src/add/plan.ts";
import { protoEdits } from "../../cli/src/add/proto-edits.ts";
import { editablePath, type Protos } from "../../cli/src/add/protos.ts";
import type { AddRequest } from "../../cli/src/add/requests.ts";
import { Failure } from "../../cli/src/failure.ts";
import { tokensOf } from "../../cli/src/proto/tokens.ts";
import { printableName } from "../../cli/src/terminal/printable.ts";
import type { DocsProject } from "../../tools/docs/docs-project.ts";
import { crowdedProject, protosOf } from "./bank-project.ts";

let project: DocsProject;
let protos: Protos;
beforeAll(async () => {
  project = crowdedProject();
  protos = await protosOf(project);
});
afterAll(() => project.remove());

/** The lines that are put into each proto, each file with its name before them. */
function written(request: object): string {
  const addition = planOf(protos, request as AddRequest);
  const { edits } = protoEdits(protos.project, protos.domain, addition, (file) => editablePath(protos, file));
  return edits
    .map(({ file, before = "", after }) => {
      const added = diffLines(before, after).filter((part) => part.added);
      return `${file}\n${added.map(({ value }) => value.trim()).join("\n…\n")}`;
    })
    .join("\n");
}

test("a field gets the number above all that were used or are reserved", () => {
  const field = (message: string) => written({ kind: "field", message, fields: ["x:string"] });
  expect(field("Old")).toContain("string x = 12;");
  expect(field("Open")).toContain("string x = 4;");
  expect(field("Extended")).toContain("string x = 2;");
  expect(field("Full")).toContain("string x = 1;");
  expect(written({ kind: "field", message: "Old", fields: ["x:string", "y:string"] })).toContain(
    "string x = 12; string y = 13;",
  );
});

test("the type of a field is found wherever it is, and imported", () => {
  const fields = [
    "a:Money",
    "b:Currency",
    "c:shop.v1.Weight",
    "d:Timestamp",
    "e:map<string, Outer.Inner>",
    "f:repeated bytes",
    "g:optional int32",
  ];
  expect(written({ kind: "field", message: "Account", fields })).toBe(`proto/bank/v1/account.proto
import "bank/v1/types.proto";
…
import "google/protobuf/timestamp.proto";
import "shop/v1/order.proto";
…
Money a = 5;
  Currency b = 6;
  shop.v1.Weight c = 7;
  google.protobuf.Timestamp d = 8;
  map<string, Outer.Inner> e = 9;
  repeated bytes f = 10;
  optional int32 g = 11;`);
});

test("a field without a type has that of its namesakes, and is as secret", () => {
  expect(
    written({ kind: "command", entity: "account", name: "RenameAccount", field: ["owner_email", "amount_cents"] }),
  ).toContain("  string owner_email = 2;\n  int64 amount_cents = 3;");
});

test("a field may have the name of a type", () => {
  expect(written({ kind: "field", message: "Account", fields: ["bytes:Money"] })).toContain("Money bytes = 5;");
});

test("a new event has the fields of its command, and what makes an entity comes before all else", () => {
  const command = {
    kind: "command",
    entity: "account",
    name: "FreezeAccount",
    emits: ["AccountFrozen"],
    field: ["why:string"],
  };
  const fields = "  string account_id = 1 [(ego.v1.field).id = true];\n  string why = 2;\n";
  expect(written(command).split(fields)).toHaveLength(3);
  expect(written(command)).toContain("precondition: PRECONDITION_PRESENT");
  expect(written({ ...command, precondition: "any" })).not.toContain("precondition");
});

test("an entity that is not that of the file is named", () => {
  const { entity, ...rest } = { entity: "stock", kind: "command", name: "TakeStock", rejects: ["OutOfStock"] };
  expect(written({ ...rest, entity })).toBe(`more/shop/v1/order.proto
message TakeStock {
  option (ego.v1.message).command = {
    entity: "stock"
    rejects: ["OutOfStock"]
  };

  string stock_id = 1 [(ego.v1.field).id = true];
}

message OutOfStock {
  option (ego.v1.message).rejection = {};
}`);
});

test("what is of another package is named in full", () => {
  const saga = { kind: "saga", name: "refund", package: "bank.v1", startsOn: ["OrderPlaced"], sends: ["DebitAccount"] };
  expect(written({ ...saga, timer: ["late"], field: ["amount_cents"] })).toBe(`proto/bank/v1/refund.proto
syntax = "proto3";

package bank.v1;

import "ego/v1/ego.proto";

message Refund {
  option (ego.v1.message).saga = {
    starts_on: ["shop.v1.OrderPlaced"]
    sends: ["DebitAccount"]
    timers: ["late"]
  };

  string order_id = 1 [(ego.v1.field).id = true];
  int64 amount_cents = 2;
}`);
});

test("a read model has the name of its message, or says it", () => {
  const readModel = { kind: "read model", name: "balances", from: ["AccountOpened", "AccountClosed"], row: "Balance" };
  expect(
    written({ ...readModel, id: ["account_id", "day:int32"], table: "all_balances" }),
  ).toBe(`proto/bank/v1/balances.proto
syntax = "proto3";

package bank.v1;

import "ego/v1/ego.proto";

message Balance {
  option (ego.v1.message).read_model = {
    name: "balances"
    events: [
      "AccountOpened",
      "AccountClosed"
    ]
    table: {name: "all_balances"}
  };

  string account_id = 1 [(ego.v1.field).id = true];
  int32 day = 2 [(ego.v1.field).id = true];
}`);
});

test("a derived event brings its fields to the state that lacks them", () => {
  const event = {
    kind: "event",
    entity: "account",
    name: "AccountNamed",
    derived: true,
    field: ["name:string:sensitive", "owner_email"],
  };
  expect(written(event)).toContain("string name = 5 [(ego.v1.field).sensitive = true];");
  expect(written(event)).not.toContain("string owner_email = 6");
});

test("the class of a rejection is said if it is not the usual one", () => {
  const rejection = { kind: "rejection", entity: "account", name: "NoSuchDay", rejectedBy: ["CloseAccount"] };
  expect(written({ ...rejection, code: "not_found" })).toContain("rejection = {code: CODE_NOT_FOUND};");
  expect(written({ ...rejection, code: "failed_precondition" })).toContain("rejection = {};");
  expect(written(rejection)).toContain('rejects: ["NoSuchDay"]');
});

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.constantFrom(
        "*/",
        "/*",
        "//",
        '"',
        "'",
        ";",
        "}",
        "{",
        "\n",
        "\r",
        "\u2028",
        "\u202e",
        "\0",
        "../",
        "\\",
        "a",
        "A",
        ":",
        ",",
        "<",
        "`",
        "$" + "{x}",
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join("")),
);

test("whatever is typed, wherever: it is refused in a line that is safe to print, or is a name", () => {
  const requests = (typed: string): readonly object[] => [
    { kind: "entity", name: typed, package: "bank.v1" },
    { kind: "entity", name: "x", package: typed },
    { kind: "entity", name: "x", package: "bank.v1", id: typed, table: "t" },
    { kind: "entity", name: "x", package: "bank.v1", table: typed },
    { kind: "entity", name: "x", file: typed },
    { kind: "command", entity: typed, name: "X" },
    { kind: "command", entity: "account", name: typed },
    { kind: "command", entity: "account", name: "X", emits: [typed], rejects: [typed] },
    { kind: "command", entity: "account", name: "X", field: [typed, `a:${typed}`, `b:string:${typed}`] },
    { kind: "event", entity: "account", name: "X", emittedBy: [typed] },
    { kind: "read model", name: "x", from: [typed] },
    { kind: "read model", name: "x", from: ["account"], row: typed },
    { kind: "read model", name: "x", from: ["account"], table: typed },
    { kind: "saga", name: "x", startsOn: [typed] },
    { kind: "saga", name: "x", startsOn: ["AccountOpened"], timer: [typed] },
    { kind: "field", message: typed, fields: ["x:string"] },
    { kind: "field", message: "Account", fields: [`x:${typed}`] },
  ];
  fc.assert(
    fc.property(hostile, (typed) => {
      for (const request of requests(typed)) {
        try {
          expect(written(request)).toMatch(/^[\w\s./;:=[\](){}"<>,…]*$/);
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
          expect(error.message).toBe(printableName(error.message));
        }
      }
    }),
    { numRuns: 60 },
  );
});

test("whatever a comment is, it is a comment, and each of its characters is seen", () => {
  const command = { kind: "command", entity: "account", name: "X", field: ["x:string"] };
  const tokens = (text: string) =>
    tokensOf(text).flatMap(({ kind, text: token }) => (kind === "comment" ? [] : [token]));
  const plain = tokens(written(command));
  fc.assert(
    fc.property(hostile, (comment) => {
      const text = written({ ...command, comment });
      expect(tokens(text)).toEqual(plain);
      expect(text).not.toMatch(/[[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]--[\n\t]]/v);
    }),
    { numRuns: 60 },
  );
});
