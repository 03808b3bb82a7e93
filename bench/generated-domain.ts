import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** How big a made-up domain is. */
export interface DomainSize {
  /** Each in a file of its own. */
  readonly entities: number;
  /** Of each entity. There are as many events. */
  readonly commands: number;
  /** All files in one directory, or each in its own. */
  readonly directories: "one" | "many";
}

/** Proto files of a made-up domain, by path. */
export function domainProtos({ entities, commands, directories }: DomainSize): ReadonlyMap<string, string> {
  return new Map(
    Array.from({ length: entities }, (_, index) => {
      const name = `Thing${index}`;
      const pack = directories === "one" ? "made.v1" : `made.part${index}.v1`;
      return [`${pack.replaceAll(".", "/")}/thing${index}.proto`, proto(name, pack, commands)];
    }),
  );
}

/** What a user writes for the entities of a domain in one directory, by path: every handler, every applier, every command sent. */
export function domainBehaviors({ entities, commands }: Omit<DomainSize, "directories">): ReadonlyMap<string, string> {
  return new Map(Array.from({ length: entities }, (_, index) => [`thing${index}.ts`, behavior(index, commands)]));
}

/** Writes files below a folder. */
export function writeAll(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

// The bank's account, with as many commands and events as are wanted: every third command may emit two events, every
// second may be rejected.
function proto(name: string, pack: string, commands: number): string {
  const id = "string thing_id = 1 [(ego.v1.field).id = true];";
  const numbers = Array.from({ length: commands }, (_, index) => index);
  const made = numbers.map((n) => {
    const emits = n % 3 === 0 ? [n, (n + 1) % commands] : [n];
    const rejects = n % 2 === 0 ? [`${name}IsClosed`] : [`${name}IsClosed`, `${name}IsEmpty`];
    return `
// Does the ${n}th thing.
message Do${n}To${name} {
  option (ego.v1.message).command = {
    emits: [${emits.map((event) => `"${name}Did${event}"`).join(", ")}]
    rejects: [${rejects.map((rejection) => `"${rejection}"`).join(", ")}]
  };
  ${id}
  int64 amount = 2;
  string text = 3;
}
message ${name}Did${n} {
  option (ego.v1.message).event = {};
  ${id}
  int64 amount = 2;
  string text = 3;
}`;
  });
  return `syntax = "proto3";
package ${pack};
import "ego/v1/ego.proto";
option (ego.v1.file).entity = "${name.toLowerCase()}";
// What it is, at one moment.
message ${name} {
  option (ego.v1.message).state = {};
  ${id}
  int64 amount = 2;
  repeated string texts = 3;
  bool closed = 4;
}
${made.join("\n")}
// Nothing is done to it any more.
message ${name}IsClosed {
  option (ego.v1.message).rejection = {};
}
message ${name}IsEmpty {
  option (ego.v1.message).rejection = {};
  int64 missing = 1;
}
`;
}

function behavior(index: number, commands: number): string {
  const numbers = Array.from({ length: commands }, (_, number) => number);
  const handlers = numbers.map(
    (n) => `    do${n}ToThing${index}(command, { state, emit, reject }) {
      if (state.closed) return reject.thing${index}IsClosed();
      return emit.thing${index}Did${n}({ amount: command.amount, text: command.text });
    },`,
  );
  const appliers = numbers.map(
    (n) => `    thing${index}Did${n}(event, state) {
      state.amount += event.amount;
      state.texts.push(event.text);
    },`,
  );
  const sent = numbers.map((n) => `  await client.do${n}ToThing${index}({ amount: ${n}n, text: "x" });`);
  return `import {
  thing${index},
  type Thing${index}Behavior,
  type Thing${index}Client,
} from "../gen/made/v1/thing${index}_ego.ts";

const behavior: Thing${index}Behavior = {
  commands: {
${handlers.join("\n")}
  },
  events: {
${appliers.join("\n")}
  },
};
export async function use(client: Thing${index}Client): Promise<void> {
  thing${index}.implement(behavior);
${sent.join("\n")}
}
`;
}
