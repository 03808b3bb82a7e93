import fc from "fast-check";
import { tokensOf } from "../../cli/src/proto/tokens.ts";

/** Ways to write one and the same option: a command that emits A, and asks for its entity to be there. */
const commandForms = [
  `option (ego.v1.message).command = {
    emits: ["A"]
    precondition: PRECONDITION_PRESENT
  };`,
  `option (ego.v1.message).command = {
    emits: [
      "A"
    ],
    precondition: PRECONDITION_PRESENT,
  };`,
  `option (ego.v1.message).command = { emits: "A" precondition: PRECONDITION_PRESENT };`,
  `option (.ego.v1.message) = { command { precondition: PRECONDITION_PRESENT; emits: ["A"]; } };`,
  `option (ego.v1.message) = { command: < precondition: PRECONDITION_PRESENT, emits: 'A' > };`,
  `option (ego.v1.message).command.emits = "A";
  option (ego.v1.message).command.precondition = PRECONDITION_PRESENT;`,
  `option (ego.v1.message).command.precondition = PRECONDITION_PRESENT;
  option deprecated = false;
  option (ego.v1.message).command.emits = "A";`,
];

/** Ways to write a command that emits nothing. */
const emptyForms = [
  "option (ego.v1.message).command = {};",
  "option (ego.v1.message).command = {emits: []};",
  "option (ego.v1.message) = { command {} };",
  `option (ego.v1.message).command = {
  };`,
];

/** Ways to begin a file. */
const heads = ['syntax = "proto3";', "syntax = 'proto3';", 'edition = "2023";', 'syntax = "proto2";'];

/** A proto with all that can be in one, in the way in which buf writes it, but for the options of the commands. */
function protoText(scope: string, head: string, command: string, empty: string): string {
  const label = head.includes("proto2") ? "optional " : "";
  return `${head}

package ${scope};

import "google/protobuf/duration.proto";
import "ego/v1/ego.proto";

option (ego.v1.file).entity = "e";

message S {
  option (ego.v1.message).state = {};

  ${label}string id = 1 [(ego.v1.field).id = true];
  ${label}google.protobuf.Duration how_long = 2;
  map<string, int64> counts = 7;
  oneof kind {
    string text = 4;
    N.Inner inner = 5;
  }
  reserved 9, 12 to 14;
  reserved ${head.includes("edition") ? "gone" : '"gone"'};
  enum Size {
    SIZE_UNSPECIFIED = 0;
  }
}

message N {
  message Inner {
    ${label}string a = 1;
  }
  message Other {}
}

message C {
  ${command}

  ${label}string id = 1 [(ego.v1.field).id = true];
}

message D {
  ${empty}
}

message A {
  option (ego.v1.message).event = {};
}

message R {
  option (ego.v1.message).rejection = {code: CODE_NOT_FOUND};
}

message None {}

service Api {
  rpc Do(C) returns (S) {}
}
`;
}

/** What can stand between two pieces of a proto, instead of what does. */
const fillers = [
  " ",
  "\n",
  "\n\n",
  "\t",
  " /* c */ ",
  " // c\n",
  "\n// c\n",
  "\n\n// c\n\n",
  "\n\n// c\n",
  "\n// c\n\n",
  "\n/* c\n   c */\n",
  " // c }\n// { c\n\n// c ];\n",
];

/** Something to go into a gap of a proto: which gap, in ten thousandths of all, and what. */
interface Fill {
  readonly gap: number;
  readonly text: string;
}

/** Where comments are. */
export type Wildness = "between statements" | "anywhere";

/** Protos that all say the same, each in its own way and in the package of its number. */
export function protoVariant(wildness: Wildness): fc.Arbitrary<(scope: string) => string> {
  return fc
    .record({
      head: fc.constantFrom(...heads),
      command: fc.constantFrom(...commandForms),
      empty: fc.constantFrom(...emptyForms),
      fills: fc.array(fc.record({ gap: fc.noBias(fc.nat(9999)), text: fc.constantFrom(...fillers) }), {
        maxLength: 12,
      }),
      indent: fc.constantFrom("  ", "    ", "\t", ""),
      lineEnd: fc.constantFrom("\n", "\r\n"),
      finalBreak: fc.boolean(),
      mark: fc.boolean(),
    })
    .map(({ head, command, empty, fills, indent, lineEnd, finalBreak, mark }) => (scope: string) => {
      const filled = withFills(protoText(scope, head, command, empty), fills, wildness);
      const text = filled.replace(/^(?: {2})+/gm, (blanks) => indent.repeat(blanks.length / 2));
      return (mark ? "\ufeff" : "") + (finalBreak ? text : text.trimEnd()).replaceAll("\n", lineEnd);
    });
}

function withFills(text: string, fills: readonly Fill[], wildness: Wildness): string {
  const tokens = tokensOf(text);
  const gaps = tokens.slice(1).flatMap((token, index) => {
    const before = tokens[index];
    if (before === undefined || (token.start === before.end && !/^[{}[\]()<>;=,:]$/.test(token.text + before.text)))
      return [];
    const isEnd = before.text === ";" || before.text === "}" || before.text === "{";
    return wildness === "anywhere" || (isEnd && token.start > before.end) ? [[before.end, token.start] as const] : [];
  });
  const chosen = new Map(fills.map(({ gap, text: fill }) => [gaps[Math.floor((gap / 10_000) * gaps.length)], fill]));
  let done = "";
  let from = 0;
  for (const gap of gaps) {
    const fill = chosen.get(gap);
    if (fill === undefined) continue;
    done += text.slice(from, gap[0]) + fill;
    from = gap[1];
  }
  return done + text.slice(from);
}
