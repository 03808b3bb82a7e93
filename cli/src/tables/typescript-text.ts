import { printableName } from "../terminal/printable.ts";

// Untrusted text gets into a migration through one of these, and no other way.

/** Text as a string literal of TypeScript: nothing in it ends the literal, is not seen, or changes the order of a line. */
export function stringLiteral(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const width = 120;

/** Text as comments of whole lines, broken where they get too long. */
export function lineComments(text: string, indent = "  "): readonly string[] {
  const most = width - indent.length - "// ".length;
  const lines: string[] = [];
  for (const word of printableName(text).split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => `${indent}// ${line}`);
}
