import type { Finding, Place } from "../project/finding.ts";
import { printableName } from "../terminal/printable.ts";
import type { Contract, Member, Section } from "./contract.ts";
import { memberLines } from "./member-text.ts";
import type { Misfit } from "./misfits.ts";
import { constantOf } from "./new-file.ts";
import { defaultStyle } from "./style.ts";

/** Codes of what is refused: nothing is done, and the exit code is 2. */
const refusals = new Set(["EGO101", "EGO104", "EGO105", "EGO106", "EGO107", "EGO108", "EGO109", "EGO114"]);

/** Whether a finding says that something was refused. */
export function isRefusal({ code }: Finding): boolean {
  return refusals.has(code);
}

/** Whether a finding says that something cannot be told. */
export function isUntold({ code }: Finding): boolean {
  return code === "EGO107";
}

/** `command of account` */
export function roleOf(contract: Contract, section: Section | undefined, member?: Member): string {
  const role = member?.role ?? section?.members[0]?.role ?? "member";
  const noun = contract.kind === "entity" ? contract.name : `the ${contract.kind} ${contract.name}`;
  return `${role} of ${noun}`;
}

/** What a contract is called in a text. */
export function nameOf({ kind, name }: Contract): string {
  return kind === "entity" ? `"${name}"` : `the ${kind} "${name}"`;
}

export function several(contract: Contract, places: readonly Place[]): Finding {
  const [at, ...others] = places;
  const list = others.map(({ file, line, column }) => `${printableName(file)}:${line}:${column}`).join(", ");
  return {
    code: "EGO104",
    severity: "error",
    ...(at ? { at } : {}),
    text: `${contract.type} is implemented ${places.length} times, also at ${list}: it is not clear which is meant`,
    help: "Keep one. What only tests need belongs in a test: those are not looked at.",
  };
}

export function unusable(contract: Contract, at: Place, why: string, members: readonly Member[] = []): Finding {
  return {
    code: "EGO105",
    severity: "error",
    at,
    text: `${contract.type} is not synced: ${why}`,
    ...help(members.length > 0 ? toAdd(members) : undefined),
  };
}

export function uneditable(contract: Contract, at: Place, why: string, members: readonly Member[]): Finding {
  return {
    code: "EGO106",
    severity: "error",
    at,
    text: `${contract.type} lacks ${namesOf(members)}, and nothing can be inserted: ${why}`,
    help: toAdd(members),
  };
}

export function isClass(contract: Contract, at: Place, lacking: readonly Member[]): Finding {
  return {
    code: "EGO106",
    severity: "error",
    at,
    text: `${contract.type} lacks ${namesOf(lacking)}, and is implemented by a class, for which TypeScript infers no parameters: write an object literal`,
    help: `Write \`export const …: ${contract.type} = { … }\`, or a function that returns one: \`(services): ${contract.type} => ({ … })\`.\n${toAdd(lacking)}`,
  };
}

export function untold(contract: Contract, at: Place, members: readonly Member[]): Finding {
  return {
    code: "EGO107",
    severity: "error",
    at,
    text: `it cannot be told which members of ${contract.type} this has: ${namesOf(members)} may be missing`,
    help: "Give it a type that names its members, or write them here one by one.",
  };
}

export function inTheWay(contract: Contract, file: string): Finding {
  const members = contract.sections.flatMap(({ key }) => key ?? []).map((key) => `${key}: {}`);
  return {
    code: "EGO108",
    severity: "error",
    at: { file, line: 1, column: 1 },
    text: `${nameOf(contract)} has no ${contract.type} yet, and the file for it is there already`,
    help: `Write \`export const ${constantOf(contract)}: ${contract.type} = { ${members.join(", ")} };\` where you want it, and run \`ego sync\` again.`,
  };
}

export function unresolved(contract: Contract, at: Place, generated: string): Finding {
  return {
    code: "EGO109",
    severity: "error",
    at,
    text: `this ${contract.type} is not the one of the generated code`,
    help: `Import it from ${printableName(generated)}.`,
  };
}

export function gone(
  contract: Contract,
  section: Section | undefined,
  name: string,
  at: Place,
  suggested?: Member,
): Finding {
  const event = contract.kind === "entity" && (section?.key === "events" || section?.key === "upcasts");
  const what =
    section === undefined
      ? `${name} is no part of ${contract.type}`
      : `${printableName(name)} is no ${roleOf(contract, section)}`;
  const loss = event ? ": if it was one, stored events of it can no longer be replayed" : "";
  const alias = event ? " give the new event the old name as an alias, and" : "";
  const rename = suggested
    ? `Has it become ${suggested.name}? Then${alias} run \`ego sync --rename ${printableName(name)}=${suggested.name}\`; else remove it, and run \`ego sync\` again.`
    : event
      ? "If it was one, keep the event in the proto, or let a new one upcast it. Else remove it."
      : "Remove it if it is not needed any more.";
  return {
    code: event ? "EGO111" : "EGO110",
    severity: event || suggested ? "error" : "warning",
    at,
    text: what + loss,
    help: rename,
  };
}

export function sometimes(contract: Contract, member: Member, at: Place): Finding {
  return {
    code: "EGO112",
    severity: "error",
    at,
    text: `${member.name} is missing in ${contract.type} where this does not have it`,
    help: "Write it beside what is spread.",
  };
}

export function misfit({ name, of, has }: Misfit, at: Place): Finding {
  return {
    code: "EGO113",
    severity: "error",
    at,
    text: `${of} has no ${printableName(name)}${has.length > 0 ? `, only ${has.join(", ")}` : ""}`,
    help: "The protos say so. If they have changed, change this method with them.",
  };
}

export function unverified(file: string, why: string, patch: string): Finding {
  return {
    code: "EGO114",
    severity: "error",
    at: { file, line: 1, column: 1 },
    text: `the file stays as it is: ${why}. Please report this`,
    help: `This was to be changed:\n${patch.trimEnd()}`,
  };
}

/** `openAccount, closeAccount` */
export function namesOf(members: readonly Member[]): string {
  return members.map(({ name }) => name).join(", ");
}

function help(text: string | undefined): { readonly help?: string } {
  return text === undefined ? {} : { help: text };
}

/** What somebody has to add by hand. */
function toAdd(members: readonly Member[]): string {
  const lines = members.flatMap((member) =>
    memberLines(member, defaultStyle, "NotImplemented").map(
      ({ level, text }, line, all) => `${"  ".repeat(level)}${text}${line === all.length - 1 ? "," : ""}`,
    ),
  );
  return ["Add by hand:", ...lines].join("\n");
}
