import type { Message } from "@ego/protoc-gen-ego/model";
import type { Context, Contract, Given, Member } from "./contract.ts";

/**
 * What stands for a generated file while sources are read: its contracts, with the names of everything and the types of
 * nothing. The compiler takes a fiftieth of the time for it that the generated code, its messages and the libraries cost,
 * and says the same about who implements what, and with which members.
 */
export function stubOf(contracts: readonly Contract[]): string {
  const messages = new Map<Message, string>();
  const printed = contracts.map((contract) => printContract(contract, messages));
  return [...[...messages].map(([message, name]) => printMessage(name, message)), ...printed].join("\n");
}

/** The beginning of the names of all interfaces in a stub that are not in the generated file. */
export const stubPrefix = "ego$";

function printContract(contract: Contract, messages: Map<Message, string>): string {
  const { constant, kind, type, sections } = contract;
  const parameter = kind === "read model" ? "<Database = any>" : "";
  const lines: string[] = [];
  for (const section of sections) {
    const members = section.members.map((member) => printMember(member, messages));
    const generic = section.key === undefined ? parameter : "";
    lines.push(`export interface ${section.type}${generic} {`, ...members, "}");
  }
  if (sections.every(({ key }) => key !== undefined)) {
    lines.push(`export interface ${type} {`, ...sections.map(({ key, type }) => `  readonly ${key}: ${type};`), "}");
  }
  const takes =
    kind === "read model" ? `<Database = any>(projection: ${type}<Database>)` : `(behavior: ${type}, ...more: any)`;
  lines.push(
    `export interface ${stubPrefix}${type} { implement${takes}: any; readonly table: any; readonly events: any; readonly rejections: any }`,
    `export declare const ${constant}: ${stubPrefix}${type};`,
  );
  return lines.join("\n");
}

function printMember({ name, optional, given }: Member, messages: Map<Message, string>): string {
  const parameters = given.map((one, index) => `p${index}: ${typeOf(one, messages)}`);
  // More parameters than are known here are no mistake: the third one of an outcome.
  return `  readonly ${JSON.stringify(name)}${optional ? "?" : ""}: (${[...parameters, "...more: any"].join(", ")}) => any;`;
}

function typeOf(given: Given, messages: Map<Message, string>): string {
  if (given === undefined) return "any";
  return "desc" in given ? messageType(given, messages) : contextType(given, messages);
}

function messageType(message: Message, messages: Map<Message, string>): string {
  const known = messages.get(message);
  if (known !== undefined) return known;
  const name = `${stubPrefix}message${messages.size}`;
  messages.set(message, name);
  return name;
}

function contextType({ state, has, makers }: Context, messages: Map<Message, string>): string {
  const members = Object.entries(makers).map(
    // Never empty: the compiler has one type for all that are, wherever they stand.
    ([name, made]) =>
      `readonly ${name}: { ${[stubPrefix, ...made].map((one) => `readonly ${JSON.stringify(one)}: any`).join("; ")} }`,
  );
  if (state !== undefined) members.push(`readonly state: ${messageType(state, messages)}`);
  members.push(...has.map((name) => `readonly ${name}: any`));
  return `{ ${members.join("; ")} }`;
}

function printMessage(name: string, { desc }: Message): string {
  const fields = desc.members.map(({ localName }) => `${JSON.stringify(localName)}: any`);
  return `export interface ${name} { readonly $typeName: ${JSON.stringify(desc.typeName)}; $unknown?: any; ${fields.join("; ")} }`;
}
