/** Untrusted text as one line, for a `//` comment, a terminal or an error: control characters become visible. */
export function escapeControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]|\p{Bidi_Control}|[\u2028\u2029\ufeff\u200b]|\p{Cs}/gu, visible);
}

function visible(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}}`;
}
