import { nearest } from "../terminal/nearest.ts";
import { word } from "./event-text.ts";
import type { AppEntity } from "./open-journal.ts";

/** That the application has no entity of a name that was typed; which it has, and which was probably meant. */
export function unknownEntity(entities: readonly AppEntity[], typed: string): string {
  const names = entities.map(({ name }) => name);
  const meant = nearest(typed, names);
  const hint = meant === undefined ? "" : ` Did you mean ${word(meant)}?`;
  return `The application has no entity ${word(typed)}; it has ${names.map(word).join(", ") || "none"}.${hint}`;
}
