import { expect, test } from "vitest";
import { temporaryFolder } from "../testdata/temporary-folder.ts";
import { bufMessages, modulePathsIn } from "./buf-messages.ts";

const config = "version: v2\nmodules:\n  - path: proto\n  - path: node_modules/@ego/protoc-gen-ego/proto\n";

const messages = (output: string, files: Record<string, string> = {}) =>
  bufMessages({ root: temporaryFolder({ "buf.yaml": config, ...files }) }, output);

test("a plugin's mistakes are shown by file, as seen from the root, without what follows from them", () => {
  const output = `Failure: plugin ./node_modules/.bin/protoc-gen-ego: 
bank/v1/account.proto:14:39: error EGO010: "X" is not known.
bank/v1/account.proto:18:10: warning EGO020: No command emits Y.
plugin ./node_modules/.bin/protoc-gen-es: signal: killed
plugin ./node_modules/.bin/protoc-gen-es: context canceled
`;
  expect(messages(output, { "proto/bank/v1/account.proto": "" })).toBe(
    `proto/bank/v1/account.proto:14:39: error EGO010: "X" is not known.
proto/bank/v1/account.proto:18:10: warning EGO020: No command emits Y.`,
  );
});

test("what buf itself finds has the same form", () => {
  expect(messages("proto/a.proto:3:13:cannot find `strin` in this scope\n", { "proto/a.proto": "" })).toBe(
    "proto/a.proto:3:13: cannot find `strin` in this scope",
  );
});

test("a type that another file declares is said to be there", () => {
  const files = {
    "proto/a/order.proto": "package a;\nmessage Line {}\n",
    "proto/a/saga.proto": "package a;\n",
    "proto/b/saga.proto": 'package b;\nimport "a/order.proto";\n',
  };
  const output = (file: string) => `${file}:3:1:cannot find \`Line\` in this scope\n`;
  expect(messages(output("proto/a/saga.proto"), files)).toBe(
    'proto/a/saga.proto:3:1: cannot find `Line` in this scope. Add import "a/order.proto"; to saga.proto.',
  );
  expect(messages(output("proto/b/saga.proto"), files)).toBe(
    "proto/b/saga.proto:3:1: cannot find `Line` in this scope. Did you mean a.Line?",
  );
});

test("an import that does not exist is shown", () => {
  const proto = 'syntax = "proto3";\r\n\r\n  import "ego/v1/eggo.proto";\r\n';
  expect(messages("proto/a.proto:3:1:imported file does not exist\n", { "proto/a.proto": proto })).toBe(
    'proto/a.proto:3:1: imported file does not exist: import "ego/v1/eggo.proto";',
  );
});

test("a file that is nowhere keeps its name", () => {
  expect(messages("gone/a.proto:3:1:text\n")).toBe("gone/a.proto:3:1: text");
});

test("everything else is passed on", () => {
  expect(messages("Failure: decode buf.gen.yaml: yaml: line 2: did not find it\n\nWARN x\n")).toBe(
    "decode buf.gen.yaml: yaml: line 2: did not find it\nWARN x",
  );
});

test("where codes are explained is said once, at the end, however often the plugin ran", () => {
  const output = `Failure: plugin ./node_modules/.bin/protoc-gen-ego: 
a.proto:14:39: error EGO010: "X" is not known.
Each code is explained in node_modules/x/diagnostics.md: #ego010, #ego020
Failure: plugin ./node_modules/.bin/protoc-gen-ego: 
a.proto:18:10: warning EGO005: No command.
Each code is explained in node_modules/x/diagnostics.md: #ego005, #ego010
`;
  expect(messages(output)).toBe(`a.proto:14:39: error EGO010: "X" is not known.
a.proto:18:10: warning EGO005: No command.
Each code is explained in node_modules/x/diagnostics.md: #ego005, #ego010, #ego020`);
});

test("the modules of a buf.yaml are found, however they are written", () => {
  const list = "version: v2\nmodules:\n  # path: none\n  - path: proto # ours\n  - name: x/y/z\n    path: 'options/'\n";
  expect(modulePathsIn(list)).toEqual(["proto", "options"]);
  expect(modulePathsIn('version: v2\nmodules: [{path: proto}, { "path": "node_modules/x", name: a/b/c }]\n')).toEqual([
    "proto",
    "node_modules/x",
  ]);
  expect(modulePathsIn("version: v1\nlint:\n  use: [STANDARD]\n")).toEqual([]);
});
