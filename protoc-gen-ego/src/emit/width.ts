import type { Printable } from "@bufbuild/protoplugin";

/** How long a line of generated code may be, where it can be broken. */
export const maxWidth = 120;

/** How many characters something takes. */
export function widthOf(printable: Printable): number {
  if (Array.isArray(printable)) return printable.reduce<number>((sum, part) => sum + widthOf(part), 0);
  if (typeof printable === "object" && "name" in printable) return printable.name.length;
  return String(printable).length;
}
