import { create } from "@bufbuild/protobuf";
import { type CodeGeneratorRequest, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "vitest";
import { buildProtos, diagnosticsOf, optionsText, type Protos, request, run } from "../../test/golden/harness.ts";
import { asProtocRecords } from "../../test/golden/source-places.ts";

const head = (pack: string) => `syntax = "proto3"; package ${pack}; import "ego/v1/ego.proto";`;
const id = "string id = 1 [(ego.v1.field).id = true];";
const account = `${head("a")}
option (ego.v1.file).entity = "account";
message Account { option (ego.v1.message).state = {persistence: PERSISTENCE_DURABLE}; ${id} }
message Open { option (ego.v1.message).command = {}; ${id} }
`;

const generate = (protos: Protos, files: readonly string[], parameter?: string) =>
  run(request(buildProtos(protos), files, parameter));

describe("the response", () => {
  test("has one file beside that of the state, and the schema json", () => {
    const output = generate({ "a/account.proto": account }, ["a/account.proto"]);
    expect(output.error).toBe("");
    expect([...output.files.keys()]).toEqual(["a/account_ego.ts", "ego.schema.json"]);
  });

  test("has an error that begins with a line break, and no files, when there is one", () => {
    const output = generate({ "a.proto": account.replace("command = {}", 'command = {rejects: "No"}') }, ["a.proto"]);
    expect(output.error).toBe(
      '\na.proto:4:51: error EGO010: "No", which Open rejects, is not known. Write the name of a rejection.\n',
    );
    expect(output.files.size).toBe(0);
  });

  test("says warnings along with errors, in order of places", () => {
    const proto = `${account}
message Money { ${id} }
message Close { option (ego.v1.message).command = {rejects: "No"}; ${id} }
`;
    const output = generate({ "a.proto": proto }, ["a.proto"]);
    expect(output.warnings).toBe("");
    expect(diagnosticsOf(output).map((line) => line.slice(0, 30))).toEqual([
      "a.proto:6:32: warning EGO036: ",
      'a.proto:7:52: error EGO010: "N',
    ]);
  });

  test("hands warnings to standard error, and prints all the same", () => {
    const output = generate({ "a.proto": `${account}\nmessage Money { ${id} }\n` }, ["a.proto"]);
    expect(output.error).toBe("");
    expect(output.warnings).toBe(
      "a.proto:6:32: warning EGO036: Money is not marked, so that this option means nothing. Mark the message, or remove the option.\n",
    );
    expect(output.files.size).toBe(2);
  });

  test("shows 50 diagnostics and counts the rest", () => {
    const rejects = Array.from({ length: 60 }, (_, index) => `rejects: "No${index}"`).join(" ");
    const lines = diagnosticsOf(
      generate({ "a.proto": account.replace("command = {}", `command = {${rejects}}`) }, ["a.proto"]),
    );
    expect(lines).toHaveLength(51);
    expect(lines.at(-1)).toBe("... and 10 more");
  });

  test("cannot be made to write control characters to a terminal", () => {
    const name = "\\033[31m\\342\\200\\256evil";
    const output = generate({ "a.proto": account.replace("command = {}", `command = {rejects: "${name}"}`) }, [
      "a.proto",
    ]);
    expect(diagnosticsOf(output)).toEqual([
      'a.proto:4:51: error EGO010: "\\u{001B}[31m\\u{202E}evil", which Open rejects, is not known. Write the name of a rejection.',
    ]);
  });
});

describe("EGO090: a proto that is newer than the plugin", () => {
  const newer = optionsText()
    .replace("message Rejection {", "message Rejection {\n  optional string since = 9;")
    .replace("PRECONDITION_PRESENT = 2;", "PRECONDITION_PRESENT = 2; PRECONDITION_SINGLE = 7;")
    .replace("optional bool id = 1;", "optional bool id = 1; optional bool secret = 9;")
    .replace("State state = 1;", "State state = 1; Table projection = 12;")
    .replace("optional bool unique = 2;", "optional bool unique = 2; optional bool sparse = 9;")
    .replace("optional bool query = 1;", "optional bool query = 1; optional bool cached = 9;")
    .replace(/(message ServiceOptions \{[^}]*)\}/, "$1  optional bool internal = 9;\n}")
    .concat(
      ...["Enum", "EnumValue", "Oneof"].map(
        (kind) => `
message ${kind}Options { optional string label = 1; }
extend google.protobuf.${kind}Options {
  optional ${kind}Options of_${kind.toLowerCase()} = 50346 [retention = RETENTION_SOURCE];
}
`,
      ),
    );
  const says = (body: string) =>
    diagnosticsOf(generate({ "ego/v1/ego.proto": newer, "a.proto": account + body }, ["a.proto"]));
  const text = (what: string) =>
    `protoc-gen-ego v0.1.0 does not know ${what}: ego/v1/ego.proto is newer. Update @ego/protoc-gen-ego, or remove the option.`;

  test.each([
    [
      'message R { option (ego.v1.message).rejection = {since: "2"}; }',
      `a.proto:5:50: error EGO090: ${text("Rejection.since")}`,
    ],
    [
      "message C { option (ego.v1.message).command = {precondition: PRECONDITION_SINGLE}; }",
      `a.proto:5:48: error EGO090: ${text("Command.precondition = 7")}`,
    ],
    [
      'message M { option (ego.v1.message).projection = {name: "m"}; }',
      `a.proto:5:20: error EGO090: ${text("MessageOptions.projection")}`,
    ],
    [
      "message M { string name = 1 [(ego.v1.field).secret = true]; }",
      `a.proto:5:30: error EGO090: ${text("FieldOptions.secret")}`,
    ],
    [
      "message M { option (ego.v1.message).read_model = {table: {indexes: {unique: true}, indexes: {sparse: true}}}; }",
      `a.proto:5:84: error EGO090: ${text("Index.sparse")}`,
    ],
    [
      "service S { option (ego.v1.service).internal = true; }",
      `a.proto:5:13: error EGO090: ${text("ServiceOptions.internal")}`,
    ],
    [
      "service S { rpc A(Account) returns (Account) { option (ego.v1.method).cached = true; } }",
      `a.proto:5:48: error EGO090: ${text("MethodOptions.cached")}`,
    ],
    [
      'enum E { option (ego.v1.of_enum).label = "e"; E_UNSPECIFIED = 0; }',
      `a.proto:5:10: error EGO090: ${text("(ego.v1.of_enum)")}`,
    ],
    [
      'message M { enum E { E_UNSPECIFIED = 0 [(ego.v1.of_enumvalue).label = "e"]; } }',
      `a.proto:5:41: error EGO090: ${text("(ego.v1.of_enumvalue)")}`,
    ],
    [
      'message M { oneof either { option (ego.v1.of_oneof).label = "e"; string one = 1; } }',
      `a.proto:5:28: error EGO090: ${text("(ego.v1.of_oneof)")}`,
    ],
  ])("%s", (body, line) => {
    expect(says(body)).toEqual([line]);
  });

  test("at the option with protoc, which records nothing in it", () => {
    const body =
      'message R { option (ego.v1.message).rejection = {since: "2"}; string s = 1 [(ego.v1.field).secret = true]; }';
    const set = asProtocRecords(buildProtos({ "ego/v1/ego.proto": newer, "a.proto": account + body }));
    expect(diagnosticsOf(run(request(set, ["a.proto"])))).toEqual([
      `a.proto:5:20: error EGO090: ${text("Rejection.since")}`,
      `a.proto:5:77: error EGO090: ${text("FieldOptions.secret")}`,
    ]);
  });

  test("not EGO090: an option that is not of ego", () => {
    expect(says("enum E { option allow_alias = true; E_UNSPECIFIED = 0; E_NONE = 0; }")).toEqual([]);
  });

  test("not EGO090: a newer proto whose news are not used", () => {
    expect(says("")).toEqual([]);
  });
});

describe("EGO091: options of the plugin", () => {
  const says = (parameter: string) => diagnosticsOf(generate({ "a.proto": account }, ["a.proto"], parameter));
  const advice = 'protoc-gen-ego prints TypeScript only. Set "target=ts" in its "opt", and let tsc make the rest.';

  test.each([
    ["", `error EGO091: no target is set, and the default is js+dts; ${advice}`],
    ["target=js+dts,import_extension=js", `error EGO091: target=js+dts is set; ${advice}`],
    ["target=ts+js", `error EGO091: target=ts+js is set; ${advice}`],
    [
      "target=ts,magic=true",
      'error EGO091: invalid option "magic=true". Mend or remove it in the "opt" of protoc-gen-ego.',
    ],
  ])("%j", (parameter, line) => {
    expect(says(parameter)).toEqual([line]);
  });

  test("not EGO091: target=ts", () => {
    expect(says("target=ts")).toEqual([]);
  });
});

describe("EGO092: files of an entity that were not all given", () => {
  const protos = {
    "a.proto": account,
    "b.proto": `${head("a")} import "a.proto";
message Close { option (ego.v1.message).command = {entity: "account"}; ${id} }
`,
  };

  test("is said of the file with a command and without the state", () => {
    expect(diagnosticsOf(generate(protos, ["b.proto"]))).toEqual([
      'b.proto:2:24: error EGO092: The entity "account" is spread over files that were not all given: a.proto is missing. Set "strategy: all" for protoc-gen-ego, and generate all files of the entity together.',
    ]);
  });

  test("not EGO092: an imported entity that is generated elsewhere", () => {
    const till = account.replaceAll("account", "till").replaceAll("Account", "Till").replace("package a", "package b");
    const other = till.replace(";\noption", '; import "a.proto";\noption');
    expect(diagnosticsOf(generate({ ...protos, "c.proto": other }, ["c.proto"]))).toEqual([]);
  });
});

describe("EGO092: a read model of an entity that was not given", () => {
  const sourced = account
    .replace("{persistence: PERSISTENCE_DURABLE}", "{}")
    .replace("command = {}", 'command = {emits: "Opened"}');
  const protos = (consumed: string) => ({
    "a.proto": `${sourced}message Opened { option (ego.v1.message).event = {}; ${id} }`,
    "b.proto": `${head("b")} import "a.proto";
message Row { option (ego.v1.message).read_model = {${consumed}}; ${id} }
`,
  });

  test("is said where it consumes all events, of which some may not be known", () => {
    expect(diagnosticsOf(generate(protos('entities: "account"'), ["b.proto"]))).toEqual([
      'b.proto:2:53: error EGO092: Row consumes all events of "account", and the file of its state is not given: a.proto. Set "strategy: all" for protoc-gen-ego, and generate the files together; or name the events.',
    ]);
  });

  test("not EGO092: it names events of an entity that is generated elsewhere", () => {
    const output = generate(protos('events: "a.Opened"'), ["b.proto"]);
    expect(diagnosticsOf(output)).toEqual([]);
    expect([...output.files.keys()]).toEqual(["b_ego.ts", "ego.schema.json"]);
    expect(output.files.get("b_ego.ts")).toContain('opened: ["account", OpenedSchema]');
  });

  test("not EGO092: the files are given together", () => {
    const output = generate(protos('entities: "account"'), ["b.proto", "a.proto"]);
    expect(diagnosticsOf(output)).toEqual([]);
    expect([...output.files.keys()].toSorted()).toEqual(["a_ego.ts", "b_ego.ts", "ego.schema.json"]);
  });
});

describe("EGO001: what a saga consumes and sends, of an entity whose state was not given", () => {
  const protos = {
    "state.proto": `${account.replace("persistence: PERSISTENCE_DURABLE", "").split("message Open")[0]}`,
    "rest.proto": `${head("a")} option (ego.v1.file).entity = "account";
message Open { option (ego.v1.message).command = {emits: "Opened"}; ${id} }
message Opened { option (ego.v1.message).event = {}; ${id} }`,
    "saga.proto": `${head("b")} import "rest.proto";
message Opening { option (ego.v1.message).saga = {starts_on: "a.Opened" sends: "a.Open"}; ${id} }`,
  };
  const advice =
    'of "account", whose state is in no file that was given. Import the file of the state, or give all files (strategy: all).';

  test("is said at the names", () => {
    expect(diagnosticsOf(generate(protos, ["saga.proto"]))).toEqual([
      `saga.proto:2:51: error EGO001: Opened, which the saga opening starts on, is an event ${advice}`,
      `saga.proto:2:73: error EGO001: Open, which the saga opening sends, is a command ${advice}`,
    ]);
  });

  test("not EGO001: the state is imported, or given", () => {
    const imported = protos["saga.proto"].replace("import", 'import "state.proto"; import');
    expect(diagnosticsOf(generate({ ...protos, "saga.proto": imported }, ["saga.proto"]))).toEqual([]);
    expect(diagnosticsOf(generate(protos, ["state.proto", "rest.proto", "saga.proto"]))).toEqual([]);
  });
});

describe("EGO093: nothing is marked", () => {
  test("is an error: silence would look like success", () => {
    expect(
      diagnosticsOf(generate({ "a.proto": `${head("a")}\nmessage Account { string id = 1; }` }, ["a.proto"])),
    ).toEqual([
      'a.proto:1:1: error EGO093: No message is marked, so there is nothing to print. Import "ego/v1/ego.proto" and mark a state: option (ego.v1.message).state = {};',
    ]);
  });

  test("not EGO093: a file beside one with marks", () => {
    const output = generate({ "a.proto": account, "b.proto": `${head("b")}\nmessage Money {}` }, [
      "a.proto",
      "b.proto",
    ]);
    expect(diagnosticsOf(output)).toEqual([]);
    expect([...output.files.keys()]).toEqual(["a_ego.ts", "ego.schema.json"]);
  });

  test("not EGO093: the options themselves", () => {
    expect(diagnosticsOf(generate({}, ["ego/v1/ego.proto"]))).toEqual([]);
  });

  test("not EGO093: a file that has a saga only, which is printed, or a service only", () => {
    const saga = `${head("b")} import "a.proto";
message Opening { option (ego.v1.message).saga = {starts_on: "a.Opened" sends: "a.Open"}; ${id} }`;
    const service = `${head("c")} import "a.proto";
service Accounts { option (ego.v1.service).entity = "account"; rpc Open(a.Open) returns (a.Account); }`;
    const events = `message Opened { option (ego.v1.message).event = {}; ${id} }`;
    const protos = {
      "a.proto": `${account.replace("persistence: PERSISTENCE_DURABLE", "")}${events}`.replace(
        "command = {}",
        'command = {emits: "Opened"}',
      ),
      "b.proto": saga,
      "c.proto": service,
    };
    const output = generate(protos, ["b.proto"]);
    expect(diagnosticsOf(output)).toEqual([]);
    expect([...output.files.keys()]).toEqual(["b_ego.ts", "ego.schema.json"]);
    expect(diagnosticsOf(generate(protos, ["c.proto"]))).toEqual([]);
  });

  test("not EGO093: files that have rejections only, to be shared", () => {
    const shared = `${head("b")}\nmessage No { option (ego.v1.message).rejection = {}; }`;
    expect(diagnosticsOf(generate({ "b.proto": shared }, ["b.proto"]))).toEqual([]);
  });
});

describe("positions", () => {
  const proto = account.replace("command = {}", 'command = {\n  rejects: "No"\n  entity: "acount"\n}');
  const places = (change: (input: CodeGeneratorRequest) => void) => {
    const input = request(buildProtos({ "a.proto": proto }), ["a.proto"]);
    change(input);
    return diagnosticsOf(run(input)).flatMap((line) => /^(.*): error/.exec(line)?.[1] ?? []);
  };

  test("are those of elements in a literal, as buf records them", () => {
    expect(places(() => {})).toEqual(["a.proto:5:3", "a.proto:6:3"]);
  });

  test("are those of the option, as protoc records them", () => {
    expect(
      places((input) => {
        const set = create(FileDescriptorSetSchema, { file: input.sourceFileDescriptors });
        input.sourceFileDescriptors = asProtocRecords(set).file;
      }),
    ).toEqual(["a.proto:4:23", "a.proto:4:23"]);
  });

  test("are the beginning of the file without source info", () => {
    expect(
      places(({ sourceFileDescriptors: [file] }) => {
        delete file?.sourceCodeInfo;
      }),
    ).toEqual(["a.proto:1:1", "a.proto:1:1"]);
  });
});
