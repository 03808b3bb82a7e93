import type { GeneratedFile, Printable } from "@bufbuild/protoplugin";
import { docComment } from "./comment.ts";
import { joined } from "./printing.ts";
import { maxWidth, widthOf } from "./width.ts";

/** A member of an interface that is a function. */
export interface Signature {
  /** What the proto says of it; may be empty. */
  readonly comment: string;
  /** What stands before the parameters: `readonly openAccount: `. */
  readonly head: string;
  readonly parameters: readonly Printable[];
  /** Between the parameters and the result: `: ` of a method, ` => ` of a property. */
  readonly arrow: ": " | " => ";
  readonly result: Printable;
}

/** Prints a member of an interface: in one line if it is no longer than 120, else with one for each parameter. */
export function printSignature(file: GeneratedFile, signature: Signature): void {
  const { comment, head, parameters, arrow, result } = signature;
  const end: Printable[] = [`)${arrow}`, result, ";"];
  const oneLine: Printable[] = [`  ${head}(`, joined(parameters, ", "), end];
  file.print(docComment(comment, "  "), ...(widthOf(oneLine) <= maxWidth ? oneLine : [`  ${head}(`]));
  if (widthOf(oneLine) <= maxWidth) return;
  for (const parameter of parameters) file.print("    ", parameter, ",");
  file.print("  ", end);
}
