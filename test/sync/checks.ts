import { ts } from "@ts-morph/common";
import type { Variant } from "./variant.ts";

/**
 * Whether a text is what remains of another one if some pieces of it are taken out, at most so many, and only such as may be
 * there. Knows nothing of how they were put in: it looks for them.
 */
export function remains(before: string, after: string, most: number, may: (piece: string) => boolean): boolean {
  const dead = new Set<number>();

  function search(i: number, j: number, left: number): boolean {
    let [at, to] = [i, j];
    while (at < before.length && before[at] === after[to]) {
      at++;
      to++;
    }
    if (at === before.length) {
      const rest = after.slice(to);
      return rest === "" || (left > 0 && may(rest));
    }
    const key = (at * (after.length + 1) + to) * (most + 1) + left;
    if (left === 0 || dead.has(key)) return false;
    // A piece that begins earlier can be moved to where the texts part. Where it ends, most of what follows is the same.
    const ends: { readonly end: number; readonly same: number }[] = [];
    for (let end = to + 1; end < after.length; end++) {
      if (after[end] !== before[at]) continue;
      let same = 1;
      while (at + same < before.length && before[at + same] === after[end + same]) same++;
      ends.push({ end, same });
    }
    ends.sort((a, b) => b.same - a.same);
    if (ends.slice(0, 20).some(({ end }) => may(after.slice(to, end)) && search(at, end, left - 1))) return true;
    dead.add(key);
    return false;
  }
  return search(0, 0, most);
}

/** What is wrong with what became of a variant; empty if nothing is. */
export function faultsOf({ text, missing }: Variant, after: string): readonly string[] {
  return [...insertionFaults(text, after), ...lineFaults(text, after), ...structuralFaults(missing, after)];
}

/** The promise: what was there is what remains. A comma for each braces, members for each, and an import. */
function insertionFaults(text: string, after: string): readonly string[] {
  const isOurs = (piece: string) => piece.trim() === "," || /NotImplemented|Todo/.test(piece);
  return remains(text, after, 6, isOurs) ? [] : ["what was there is not what remains"];
}

function lineFaults(text: string, after: string): readonly string[] {
  const endings = (all: string) => new Set(all.match(/\r\n|\n|\r/g));
  const before = endings(text);
  const faults: string[] = [];
  if (before.size > 0 && [...endings(after)].some((eol) => !before.has(eol))) faults.push("other line endings came in");
  const blank = (all: string) => all.match(/[\t ](?=\r?\n|$)/g)?.length ?? 0;
  if (blank(after) > blank(text)) faults.push("blanks came to the end of a line");
  return faults;
}

/** Where what was inserted stands: last in its braces, with nothing but blanks behind it. */
function structuralFaults(missing: readonly string[], after: string): readonly string[] {
  const file = ts.createSourceFile("x.ts", after, ts.ScriptTarget.Latest, true);
  const errors = (file as unknown as { readonly parseDiagnostics: readonly unknown[] }).parseDiagnostics;
  if (errors.length > 0) return ["it does not parse"];
  const found: string[] = [];
  const faults: string[] = [];
  function visit(node: ts.Node): void {
    if (ts.isObjectLiteralExpression(node)) {
      const own = node.properties.filter((property) => ts.isMethodDeclaration(property) && isInserted(property));
      found.push(...own.map((property) => (property.name as ts.Identifier).text));
      const first = node.properties.findIndex((property) => own.includes(property));
      if (first !== -1 && node.properties.slice(first).some((property) => !own.includes(property))) {
        faults.push("it is not behind all others");
      }
      const last = node.properties.at(-1);
      if (first !== -1 && last && /[^\s,]/.test(after.slice(last.end, node.end - 1))) {
        faults.push("a comment is behind it");
      }
    }
    ts.forEachChild(node, visit);
  }
  visit(file);
  const expected = missing.toSorted().join();
  if (found.toSorted().join() !== expected) faults.push(`it inserted ${found.join()}, not ${expected}`);
  return faults;
}

function isInserted(method: ts.MethodDeclaration): boolean {
  return /\bthrow new \w+\(["']golden\.bank\.v1\.\w+["']\)/.test(method.getText());
}
