import { printable, printableName } from "../terminal/printable.ts";

// Untrusted text gets into a picture or a document through one of these, and no other way.

/** Text in which all can be seen that is in it: what has no shape, or what XML forbids, is written by its number. */
export function visibleText(text: string, lines: "one line" | "lines" = "one line"): string {
  return (lines === "lines" ? printable(text) : printableName(text)).replace(
    /[\ufffe\uffff]|\p{Cs}/gu,
    (character) => `\\u{${character.charCodeAt(0).toString(16)}}`,
  );
}

/**
 * Text as content or as quoted attribute of XML and of HTML. Nothing in it is markup, ends an element or a script, or is a
 * character that XML forbids. Lines stay where `lines` says so.
 */
export function xmlText(text: string, lines: "one line" | "lines" = "one line"): string {
  return visibleText(text, lines).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Text within the quotes of a label of Mermaid: all but letters, digits and what has no meaning is a number. */
export function mermaidText(text: string): string {
  return printableName(text).replace(/[^A-Za-z0-9 .,_]/gu, (character) => `#${character.codePointAt(0)};`);
}

/**
 * Text within a line of Markdown, at any place of it, in a cell of a table too: it is a text and nothing else. What would be
 * structure is a numbered character, which never is; what renderers look for in the finished text, as for addresses,
 * formulas and emoji, is parted.
 */
export function markdownText(text: string): string {
  return visibleText(text)
    .trim()
    .replace(
      /([@$]|:(?=[\w+-]+:)|(?<=www)\.)|[\\`*{}[\]<>#|~&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|\/(?=\/)|^[-+=:]|(?<=^\d+)[.)]/gi,
      (character, parted?: string) => (parted ? `<span>${character}</span>` : `&#${character.charCodeAt(0)};`),
    );
}

/** Text as code within a line of Markdown, as {@link markdownText}. */
export function markdownCode(text: string): string {
  return /^[\w.,:;/<>()=+-]+(?: [\w.,:;/<>()=+-]+)*$/.test(text) ? `\`${text}\`` : `<code>${markdownText(text)}</code>`;
}

/** An address as the goal of a link of Markdown, in a cell of a table too. */
export function markdownLink(address: string): string {
  return address.replace(/[^A-Za-z0-9\-._~:/?#%@+,;=]/gu, (character) =>
    character.charCodeAt(0) < 128
      ? `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`
      : encodeURIComponent(character.toWellFormed()),
  );
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
