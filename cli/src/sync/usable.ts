import type { Place } from "../project/finding.ts";
import type { ts } from "./compiler.ts";
import { placeAt } from "./place.ts";
import type { Source } from "./sources.ts";
import type { World } from "./world.ts";

/** Why a file is not edited. */
export interface Unusable {
  readonly at: Place;
  readonly why: string;
}

/** The code of the compiler for a line that a merge left behind. */
const mergeMarker = 1185;

/** Whether a file can be understood: one with a mistake in its syntax may mean anything. */
export function syntaxProblem(world: World, source: Source, file: ts.SourceFile): Unusable | undefined {
  const errors = world.syntaxErrors(file);
  const error = errors.find(({ code }) => code === mergeMarker) ?? errors[0];
  if (!error) return undefined;
  const at = placeAt(source.file, file, error.start ?? 0);
  if (error.code === mergeMarker) return { at, why: "there is a merge conflict in the file. Resolve it first" };
  const text = world.ts.flattenDiagnosticMessageText(error.messageText, " ");
  return { at, why: `the file has a mistake in its syntax: ${text} Mend it first` };
}

/** Whether the comments above all code say `ego:no-sync`. */
export function isOptedOut(file: ts.SourceFile): boolean {
  return optOut(file) !== undefined;
}

/** The same, as the reason why the file is not edited. */
export function optedOut(source: Source, file: ts.SourceFile): Unusable | undefined {
  const match = optOut(file);
  if (!match) return undefined;
  return { at: placeAt(source.file, file, match.index + match[0].indexOf("/")), why: "the file says ego:no-sync" };
}

function optOut(file: ts.SourceFile): RegExpExecArray | undefined {
  const head = file.text.slice(0, file.statements[0]?.getStart(file) ?? file.text.length);
  return /^\ufeff?[\t ]*(?:\/\/|\/?\*+)[\t ]*ego:no-sync\b/m.exec(head) ?? undefined;
}
