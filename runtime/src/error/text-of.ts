/** What was thrown, as text: the message of an error, or whatever it is. */
export function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
