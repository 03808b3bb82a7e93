/** A mistake that a splicer could make: what it makes of a text that was spliced rightly. */
export interface Saboteur {
  readonly what: string;
  spoil(spliced: string): string;
}

function replaced(from: string | RegExp, to: string): Saboteur["spoil"] {
  return (text) => {
    const spoilt = text.replace(from, to);
    if (spoilt === text) throw new Error(`there is no ${from} in:\n${text}`);
    return spoilt;
  };
}

/** A proto to add to, with what the saboteurs spoil. */
export function protoToSpoil(scope: string): string {
  return `syntax = "proto3";

package ${scope};

import "ego/v1/ego.proto";
import "google/protobuf/duration.proto";

option (ego.v1.file).entity = "e";
option java_package = "a";

// Of S.
message S {
  option (ego.v1.message).state = {};

  string id = 1 [(ego.v1.field).id = true];
  google.protobuf.Duration how_long = 2; // Of how_long.
  bool flag = 6 [deprecated = true];
  map<string, int64> counts = 7;
  oneof kind {
    string text = 4;
    N.Inner inner = 5;
  }
  reserved 9, 12 to 14;
  enum Size {
    SIZE_UNSPECIFIED = 0;
    SIZE_SMALL = 1;
  }
}

message N {
  message Inner {}
  message Other {}
}

message C {
  option (ego.v1.message).command = {
    emits: [
      "A" // Of A.
    ]
    precondition: PRECONDITION_PRESENT
  };

  string id = 1 [(ego.v1.field).id = true];
  // Of id, still.
}

// Of D.
message D {
  option (ego.v1.message).command = {};
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

/** Mistakes that compile. */
export const saboteurs: readonly Saboteur[] = [
  { what: "loses a comment of a message", spoil: replaced("// Of S.\n", "") },
  { what: "loses a comment of a field", spoil: replaced(" // Of how_long.", "") },
  { what: "loses a comment in an option", spoil: replaced(" // Of A.", "") },
  { what: "takes the comment of a field for the one it adds", spoil: replaced("still.\n\n", "still.\n") },
  {
    what: "puts a message between another and its comment",
    spoil: replaced(/(\n\/\/ Of D\.)(.*)(\nmessage D)/s, "$1\nmessage X {}$2$3"),
  },
  { what: "adds a message twice", spoil: (text) => `${text}\nmessage Twice {}\n` },
  { what: "changes the number of a field", spoil: replaced("how_long = 2", "how_long = 3") },
  { what: "changes the type of a field", spoil: replaced("map<string, int64> counts", "map<string, int32> counts") },
  { what: "makes a field optional", spoil: replaced("  bool flag", "  optional bool flag") },
  { what: "loses the option of a field", spoil: replaced(" [deprecated = true]", "") },
  {
    what: "takes a field out of its oneof",
    spoil: replaced(/ {2}oneof kind \{\n( {4}string text = 4;)\n/, "$1\n  oneof kind {\n"),
  },
  { what: "loses what is reserved", spoil: replaced("reserved 9, 12 to 14;", "reserved 9;") },
  { what: "loses a value of an enum", spoil: replaced("    SIZE_SMALL = 1;\n", "") },
  { what: "changes the answer of a method", spoil: replaced("returns (S)", "returns (C)") },
  { what: "moves a message", spoil: replaced(/(message A \{.*?\n\}\n)\n(message R \{.*?\n\}\n)/s, "$2\n$1") },
  { what: "swaps two fields", spoil: replaced(/( {2}bool flag.*\n)( {2}map.*\n)/, "$2$1") },
  {
    what: "loses what a command emitted",
    spoil: replaced('"A", // Of A.\n      "NewEvent"', '// Of A.\n      "NewEvent"'),
  },
  {
    what: "changes the order of what a command emits",
    spoil: replaced(/"A",( \/\/ Of A\.\n {6})"NewEvent"/, '"NewEvent",$1"A"'),
  },
  { what: "forgets what the command is to emit", spoil: replaced(/"A", \/\/ Of A\.\n {6}"NewEvent"/, '"A" // Of A.') },
  { what: "loses the precondition of a command", spoil: replaced("    precondition: PRECONDITION_PRESENT\n", "") },
  { what: "adds to the wrong list", spoil: replaced(/rejects(: \[\s*"R",\s*"NewLast")/, "emits$1") },
  { what: "gives the new field another number", spoil: replaced("added = 20", "added = 21") },
  { what: "gives the new field another type", spoil: replaced("string added", "bytes added") },
  { what: "forgets that the new field is sensitive", spoil: replaced("(ego.v1.field).sensitive = true,\n    ", "") },
  { what: "forgets the comment of the new field", spoil: replaced("  // Of the field.\n", "") },
  { what: "forgets the new field", spoil: replaced(/ {2}\/\/ Of the field\.\n {2}string added = 20;\n/, "") },
  {
    what: "puts the new field into another message",
    spoil: replaced(
      /(message None \{\n)( {2}\/\/ Of the field\.\n {2}string added = 20;\n)(.*?\n\}\n)/s,
      "$1$3\nmessage Wrong {\n$2}\n",
    ),
  },
  {
    what: "forgets the precondition of the new command",
    spoil: replaced("    precondition: PRECONDITION_ABSENT\n", ""),
  },
  {
    what: "makes the new event derived",
    spoil: replaced(
      "(ego.v1.message).event = {};\n\n  string id",
      "(ego.v1.message).event = {derived: true};\n\n  string id",
    ),
  },
  {
    what: "imports something else",
    spoil: replaced(
      'import "google/protobuf/timestamp.proto";',
      'import "google/protobuf/timestamp.proto";\nimport "google/protobuf/any.proto";',
    ),
  },
  {
    what: "makes an import public",
    spoil: replaced('import "google/protobuf/duration.proto"', 'import public "google/protobuf/duration.proto"'),
  },
  { what: "gives the file another entity", spoil: replaced('entity = "e"', 'entity = "f"') },
  { what: "changes an option of the file", spoil: replaced('java_package = "a"', 'java_package = "b"') },
];
