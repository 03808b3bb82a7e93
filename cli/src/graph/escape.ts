import { printable, printableName } from "../terminal/printable.ts";

// Untrusted text gets into a picture or a document through one of these, and no other way.

/**
 * Text as content or as quoted attribute of XML and of HTML. Nothing in it is markup, ends an element or a script, or is a
 * character that XML forbids. Lines stay where `lines` says so.
 */
export function xmlText(text: string, lines: "one line" | "lines" = "one line"): string {
  return (lines === "lines" ? printable(text) : printableName(text))
    .replace(/[\ufffe\uffff]|\p{Cs}/gu, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`)
    .replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Text within the quotes of a label of Mermaid: all but letters, digits and what has no meaning is a number. */
export function mermaidText(text: string): string {
  return printableName(text).replace(/[^A-Za-z0-9 .,_]/gu, (character) => `#${character.codePointAt(0)};`);
}

/** A path from here to there as part of a link: no character of it is more than a name or a slash. */
export function linkPath(path: string): string {
  return path
    .split("/")
    .map((part) =>
      encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
    )
    .join("/");
}
