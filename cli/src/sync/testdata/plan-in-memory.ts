import { join } from "node:path";
import type { Contract, Member, Role, Section } from "../contract.ts";
import { planOf } from "../plan.ts";
import type { SyncPlan } from "../sync-plan.ts";

/** A folder that is not there: plans are made of texts alone. */
const root = "/nowhere";

/** The members of one section, by name; derived events end with `?`. */
export type Names = readonly string[];

/** A contract of an entity of these commands and events, which is generated into `src/gen/<name>_ego.ts`. */
export function entityContract(name: string, commands: Names, events?: Names): Contract {
  const type = name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const section = (key: string, role: Role, suffix: string, names: Names): Section => ({
    key,
    type: `${type}${suffix}`,
    members: names.map((name) => member(name, role)),
  });
  return {
    kind: "entity",
    name,
    constant: type.slice(0, 1).toLowerCase() + type.slice(1),
    type: `${type}Behavior`,
    generated: `${name}_ego`,
    at: { file: `${name}.proto`, line: 1, column: 1 },
    sections: [
      section("commands", "command", "Handlers", commands),
      ...(events ? [section("events", "event", "Appliers", events)] : []),
    ],
    sectionKeys: ["commands", "events", "upcasts"],
  };
}

function member(text: string, role: Role): Member {
  const name = text.replace("?", "");
  return {
    name,
    optional: text.endsWith("?"),
    role,
    fullName: `bank.v1.${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
    comment: "",
    parameters: role === "command" ? ["command", "{ state, emit }"] : ["event", "state"],
    uses: [],
    given: [undefined, undefined],
  };
}

/** Plans for sources that are texts, by name from the root. */
export function planFor(
  contracts: readonly Contract[],
  files: Readonly<Record<string, string>>,
  rename: Readonly<Record<string, string>> = {},
): SyncPlan {
  const own = Object.entries(files).map(([file, text]) => ({ file, path: join(root, file), text }));
  return planOf({
    project: { root },
    contracts,
    sources: { own, foreign: new Set(), outside: [], unreadable: new Map() },
    generated: ({ generated }) => join(root, "src/gen", `${generated}.ts`),
    extension: ".ts",
    rename: new Map(Object.entries(rename)),
  });
}
