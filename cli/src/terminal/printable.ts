// C0 without tab and newline, DEL, C1; then what reorders or breaks a line: bidi controls, line and paragraph
// separator; then what is not seen at all.
const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/**
 * Makes untrusted text fit for a terminal: control characters, escape sequences and invisible characters are shown
 * as `\x1b` or `\u{202e}` and have no effect. Lines and tabs stay.
 */
export function printable(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(unprintable, visible);
}

/** As {@link printable}, for what has to stay within a line: names, paths. */
export function printableName(text: string): string {
  return text.replace(unprintable, visible).replace(/[\t\n]/g, visible);
}

function visible(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}
