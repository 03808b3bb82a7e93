import { idOf } from "@ego/protoc-gen-ego/model";
import type { ts } from "./compiler.ts";
import type { Member } from "./contract.ts";
import { bare } from "./literal.ts";
import { insertion, type Splice } from "./splice.ts";
import type { World } from "./world.ts";

/** Gives a member another name: the name, and nothing else. Undefined where that is computed. */
export function renamed({ ts }: World, element: ts.ObjectLiteralElementLike, name: string): Splice | undefined {
  const { name: old } = element;
  const file = element.getSourceFile();
  if (old === undefined) return undefined;
  const start = old.getStart(file);
  if (ts.isShorthandPropertyAssignment(element)) return insertion(start, `${name}: `);
  if (ts.isIdentifier(old)) return { at: start, removed: old.end - start, text: name };
  if (ts.isStringLiteralLike(old)) return { at: start + 1, removed: old.end - start - 2, text: name };
  if (!ts.isComputedPropertyName(old) || !ts.isStringLiteralLike(old.expression)) return undefined;
  const inner = old.expression.getStart(file);
  return { at: inner + 1, removed: old.expression.end - inner - 2, text: name };
}

/**
 * Whether a member that is gone is probably the one that is new: their names are alike, or what the method reads of its
 * message is in the other one.
 */
export function isAlike(world: World, element: ts.ObjectLiteralElementLike, name: string, member: Member): boolean {
  if (distance(name.toLowerCase(), member.name.toLowerCase()) <= Math.min(2, Math.floor(name.length / 3))) return true;
  const [a, b] = [wordsOf(name), wordsOf(member.name)];
  const shared = a.filter((word) => b.includes(word)).length;
  if (shared / (a.length + b.length - shared) >= 0.5 && shared > 0) return true;
  const [message] = member.given;
  if (!message || !("desc" in message)) return false;
  // Every message of an entity has its id.
  const id = idOf(message)?.localName;
  const read = fieldsRead(world, element).filter((name) => name !== id);
  const fields = message.desc.members.map(({ localName }) => localName);
  return read.length > 0 && read.every((field) => fields.includes(field));
}

/** `openHTTPAccount` → open, http, account */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[ _$]+/)
    .filter((word) => word !== "");
}

/** The names that a method takes from its first parameter. */
function fieldsRead({ ts }: World, element: ts.ObjectLiteralElementLike): readonly string[] {
  const method = ts.isPropertyAssignment(element) ? bare(ts, element.initializer) : element;
  if (!ts.isMethodDeclaration(method) && !ts.isArrowFunction(method) && !ts.isFunctionExpression(method)) return [];
  const [parameter] = method.parameters;
  if (!parameter) return [];
  if (ts.isObjectBindingPattern(parameter.name)) {
    return parameter.name.elements.flatMap(({ propertyName, name, dotDotDotToken }) =>
      dotDotDotToken ? [] : [(propertyName ?? name).getText()],
    );
  }
  const given = parameter.name.getText();
  const read = new Set<string>();
  function visit(node: ts.Node): void {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === given) {
      read.add(node.name.text);
    }
    ts.forEachChild(node, visit);
  }
  if (method.body) visit(method.body);
  return [...read];
}

/** How many letters have to be changed, added or removed. */
function distance(from: string, to: string): number {
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const now = [row];
    for (let column = 1; column <= to.length; column++) {
      const [left = 0, above = 0, before = 0] = [now[column - 1], last[column], last[column - 1]];
      now.push(Math.min(left + 1, above + 1, before + (from[row - 1] === to[column - 1] ? 0 : 1)));
    }
    last = now;
  }
  return last.at(-1) ?? 0;
}
