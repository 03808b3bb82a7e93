import { docComment } from "@ego/protoc-gen-ego/model";
import type { Line } from "./braces.ts";
import type { Member, Section } from "./contract.ts";
import type { Style } from "./style.ts";

/** How wide the line of a hint gets. */
const hintWidth = 100;

/**
 * The method that is inserted for a member: it throws. It has no parameters, which would be unused; a comment says which
 * there are, and what they are there for.
 */
export function memberLines(member: Member, style: Style, notImplemented: string): readonly Line[] {
  const { name, fullName, comment } = member;
  const end = style.semicolons ? ";" : "";
  return [
    ...commentLines(comment),
    { level: 0, text: `${propertyName(name, style)}() {` },
    ...hintLines(member).map((text) => ({ level: 1, text })),
    { level: 1, text: `throw new ${notImplemented}(${quoted(fullName, style)})${end}` },
    { level: 0, text: "}" },
  ];
}

/** A whole section, as a member of the contract's literal. */
export function sectionLines(section: Section, style: Style, notImplemented: string): readonly Line[] {
  const members = section.members.filter(({ optional }) => !optional);
  const { key = "" } = section;
  if (members.length === 0) return [{ level: 0, text: `${key}: {}` }];
  const lines = members.flatMap((member, index) => {
    const separator = index < members.length - 1 || style.trailingCommas ? "," : "";
    return memberLines(member, style, notImplemented).map(({ level, text }, line, all) => ({
      level: level + 1,
      text: line === all.length - 1 ? text + separator : text,
    }));
  });
  return [{ level: 0, text: `${key}: {` }, ...lines, { level: 0, text: "}" }];
}

/** A name as that of a property: as it is, or in quotes. */
export function propertyName(name: string, style: Style): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : quoted(name, style);
}

/** A string literal of untrusted text. */
export function quoted(text: string, { quote }: Pick<Style, "quote">): string {
  const inner = JSON.stringify(text)
    .slice(1, -1)
    .replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return quote === '"' ? `"${inner}"` : `'${inner.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function commentLines(comment: string): Line[] {
  const text = docComment(comment);
  return text === ""
    ? []
    : text
        .trimEnd()
        .split("\n")
        .map((line) => ({ level: 0, text: line }));
}

/** `// (command, { state, emit }): emit.accountOpened, emit.accountCredited` */
function hintLines({ parameters, uses }: Member): string[] {
  const lines: string[] = [];
  let line = `// (${parameters.join(", ")})${uses.length > 0 ? ":" : ""}`;
  for (const [index, use] of uses.entries()) {
    const text = `${use}${index < uses.length - 1 ? "," : ""}`;
    if (line.length + 1 + text.length > hintWidth) {
      lines.push(line);
      line = `//   ${text}`;
    } else {
      line = `${line} ${text}`;
    }
  }
  return [...lines, line];
}
