import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { planOf } from "../../cli/src/add/plan.ts";
import { protoEdits } from "../../cli/src/add/proto-edits.ts";
import { editablePath, type Protos } from "../../cli/src/add/protos.ts";
import { readProtos } from "../../cli/src/add/read-protos.ts";
import type { AddRequest } from "../../cli/src/add/requests.ts";
import { verified } from "../../cli/src/add/verify.ts";
import { Failure } from "../../cli/src/failure.ts";
import { fakeHost } from "../../cli/src/testdata/fake-host.ts";
import { type DocsProject, docsProject } from "../../tools/docs/docs-project.ts";

const root = join(import.meta.dirname, "../..");

/** The bank as `ego init` makes it. */
export function bankProject(): DocsProject {
  const project = docsProject();
  for (const file of ["proto/bank/v1/account.proto", "src/account.ts"]) {
    project.write(file, readFileSync(join(root, "templates/project", `${file}.hbs`), "utf8"));
  }
  return project;
}

/** The bank, with types and messages that are in the way, a second package, an npm package with protos, and a link out. */
export function crowdedProject(): DocsProject {
  const project = bankProject();
  const { folder } = project;
  project.write(
    "buf.yaml",
    `version: v2
modules:
  - path: proto
  - path: ./more
  - path: node_modules/lib/proto
  - path: node_modules/@ego/protoc-gen-ego/proto
`,
  );
  project.write(
    "proto/bank/v1/types.proto",
    `syntax = "proto3";
package bank.v1;
message Money { int64 cents = 1; Currency currency = 2; }
enum Currency { CURRENCY_UNSPECIFIED = 0; }
message Old { string a = 1; reserved 4, 9 to 11; reserved "gone"; }
message Full { string a = 536870911; }
message Open { string a = 3; reserved 100 to max; }
message Outer { message Inner {} message Twin {} }
message Other { message Twin {} }
service Api {}
`,
  );
  project.write(
    "proto/bank/v1/old.proto",
    'syntax = "proto2";\npackage bank.v1;\nmessage Extended { required string a = 1; extensions 100 to 200; }\n',
  );
  project.write(
    "more/shop/v1/order.proto",
    `syntax = "proto3";
package shop.v1;
import "ego/v1/ego.proto";
option (ego.v1.file).entity = "order";
message Order {
  option (ego.v1.message).state = {};
  string order_id = 1 [(ego.v1.field).id = true];
  int32 amount_cents = 2;
}
message PlaceOrder {
  option (ego.v1.message).command = {emits: "OrderPlaced"};
  string order_id = 1 [(ego.v1.field).id = true];
}
message OrderPlaced {
  option (ego.v1.message).event = {};
  string order_id = 1 [(ego.v1.field).id = true];
}
message Stock {
  option (ego.v1.message).state = {entity: "stock" persistence: PERSISTENCE_DURABLE};
  string stock_id = 1 [(ego.v1.field).id = true];
}
message CountStock {
  option (ego.v1.message).command = {entity: "stock"};
  string stock_id = 1 [(ego.v1.field).id = true];
}
message Orders {
  option (ego.v1.message).read_model = {entities: "order"};
  string order_id = 1 [(ego.v1.field).id = true];
}
message Shipping {
  option (ego.v1.message).saga = {starts_on: "OrderPlaced" sends: "PlaceOrder"};
  string order_id = 1 [(ego.v1.field).id = true];
}
message Money { int64 cents = 1; }
message Weight { int64 grams = 1; }
`,
  );
  project.write(
    "node_modules/lib/proto/lib/v1/lib.proto",
    `syntax = "proto3";
package lib.v1;
import "ego/v1/ego.proto";
option (ego.v1.file).entity = "lib";
message Lib { option (ego.v1.message).state = {}; string lib_id = 1 [(ego.v1.field).id = true]; }
message UseLib { option (ego.v1.message).command = {emits: "LibUsed"}; string lib_id = 1 [(ego.v1.field).id = true]; }
message LibUsed { option (ego.v1.message).event = {}; string lib_id = 1 [(ego.v1.field).id = true]; }
`,
  );
  mkdirSync(join(folder, "../outside"));
  symlinkSync(join(folder, "../outside"), join(folder, "proto/link"));
  project.write("proto/bank/v1/unread.txt", "");
  return project;
}

/** The protos of a project. */
export function protosOf({ folder }: DocsProject): Promise<Protos> {
  return readProtos(fakeHost(folder), { root: folder });
}

/** Why something is refused; undefined if it is not. */
export async function refusalOf(protos: Protos, request: AddRequest): Promise<string | undefined> {
  try {
    const addition = planOf(protos, request);
    const { edits } = protoEdits(protos.project, protos.domain, addition, (file) => editablePath(protos, file));
    await verified(fakeHost(protos.cwd), protos, addition, [edits]);
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.message;
  }
}
