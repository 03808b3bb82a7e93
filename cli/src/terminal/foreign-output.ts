import type { Readable, Writable } from "node:stream";
import { printable } from "./printable.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
const colour = /(\u001b\[[\d;]*m)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
const cutOff = /(?:\u001b(?:\[[\d;]*)?|\r)$/;

/**
 * Hands on what another program prints, as it comes, made printable: colours stay, and all else that would speak to the
 * terminal is shown.
 */
export function handOn(from: Readable, to: Writable): void {
  let rest = "";
  from.setEncoding("utf8");
  from.on("data", (chunk: string) => {
    const text = rest + chunk;
    // Part of it may come with the next chunk.
    rest = cutOff.exec(text)?.[0] ?? "";
    to.write(printableOutput(text.slice(0, text.length - rest.length)));
  });
  from.on("end", () => void to.write(printableOutput(rest)));
}

/** What another program printed, made printable; colours stay. */
export function printableOutput(text: string): string {
  return text
    .split(colour)
    .map((part, index) => (index % 2 === 1 ? part : printable(part)))
    .join("");
}
