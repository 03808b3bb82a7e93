import { appendMembers, bracesOf } from "./braces.ts";
import type { Compiler, ts } from "./compiler.ts";
import type { Member, Section } from "./contract.ts";
import { importValue } from "./imports.ts";
import { memberLines, sectionLines } from "./member-text.ts";
import type { Source } from "./sources.ts";
import type { Splice } from "./splice.ts";
import { styleOf } from "./style.ts";

/** What is added to an object literal: a member of a section, or all of a section. */
export type Addition =
  | { readonly kind: "member"; readonly member: Member }
  | { readonly kind: "section"; readonly section: Section };

/** What is changed in one file. */
export interface FileChange {
  readonly source: Source;
  readonly file: ts.SourceFile;
  /** By the place of the literal. */
  readonly additions: Map<number, { readonly literal: ts.ObjectLiteralExpression; readonly list: Addition[] }>;
  readonly renames: Splice[];
}

/** A file in which nothing is changed yet. */
export function fileChange(source: Source, file: ts.SourceFile): FileChange {
  return { source, file, additions: new Map(), renames: [] };
}

/** Adds something to a literal, behind what was added before. */
export function addTo(
  { additions }: FileChange,
  literal: ts.ObjectLiteralExpression,
  ...list: readonly Addition[]
): void {
  const at = literal.getStart();
  const known = additions.get(at);
  if (known) known.list.push(...list);
  else additions.set(at, { literal, list: [...list] });
}

/** What becomes of the file's text. */
export function splicesOf(ts: Compiler, { file, additions, renames }: FileChange): readonly Splice[] {
  const style = styleOf(ts, file);
  const all = [...additions.values()];
  const imported = all.some(({ list }) => list.some(throws))
    ? importValue(ts, file, "NotImplemented", "@ego/runtime", style)
    : { local: "", splices: [] };
  const inserted = all.flatMap(({ literal, list }) => {
    const members = list.map((addition) =>
      addition.kind === "member"
        ? memberLines(addition.member, style, imported.local)
        : sectionLines(addition.section, style, imported.local),
    );
    return appendMembers(bracesOf(literal), members, style);
  });
  return [...imported.splices, ...renames, ...inserted];
}

function throws(addition: Addition): boolean {
  return addition.kind === "member" || addition.section.members.some(({ optional }) => !optional);
}
