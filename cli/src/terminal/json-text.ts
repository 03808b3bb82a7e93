/**
 * A value as JSON that may stand in a `script` element of HTML and of XHTML, and that a terminal shows as it is: ASCII only,
 * and nothing that could be markup.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]|[<>&]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
