import { printable } from "./printable.ts";

/** A part of a line that has a colour where there are colours. */
export interface Painted {
  readonly text: string;
  readonly colour: Colour;
}

export type Colour = keyof typeof codes;

/** What is printed as a line: text, or parts of it. Not made printable yet. */
export type Line = string | readonly (string | Painted)[];

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;

/** The text of a line, made printable: what colours it may be in are ours alone. */
export function lineText(line: Line, colours: boolean): string {
  if (typeof line === "string") return printable(line);
  return line
    .map((part) => {
      if (typeof part === "string") return printable(part);
      const text = printable(part.text);
      return colours ? `\u001b[${codes[part.colour]}m${text}\u001b[0m` : text;
    })
    .join("");
}
