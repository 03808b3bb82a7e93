import type { GeneratedFile, Printable } from "@bufbuild/protoplugin";
import type { Entity } from "../model/domain.ts";
import { type EntityType, entityTypeName } from "../model/exported-names.ts";
import { docComment } from "./comment.ts";
import { globalType } from "./seam.ts";

/** What every part of a generated file needs: where it goes. */
export interface FilePrinting {
  readonly file: GeneratedFile;
  /** How the file would import itself. */
  readonly self: string;
}

/** What the parts about an entity need. */
export interface Printing extends FilePrinting {
  readonly entity: Entity;
}

/** Name of a type of the entity. */
export function nameOf({ entity }: Printing, type: EntityType): string {
  return entityTypeName(entity, type);
}

/** Items with something between them. */
export function joined(items: readonly Printable[], between: string): Printable[] {
  return items.flatMap((item, index) => (index === 0 ? [item] : [between, item]));
}

/** `Pick<AccountEvents, "accountOpened" | "accountCredited">` */
export function picked({ file, self }: FilePrinting, from: Printable, names: readonly string[]): Printable[] {
  return [globalType(file, "Pick", self), "<", from, ", ", names.map(quoted).join(" | "), ">"];
}

/** A string literal. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** An array of string literals. */
export function texts(values: readonly string[]): string {
  return `[${values.map(quoted).join(", ")}]`;
}

/** The first line of an interface, with its doc comment, and an empty line above it. */
export function openInterface(printing: Printing, type: EntityType, text: string): void {
  const { file } = printing;
  file.print();
  file.print(docComment(text), file.export("interface", nameOf(printing, type)), " {");
}
