import type { ts } from "./compiler.ts";
import { contextMembers, type Member } from "./contract.ts";
import { bare } from "./literal.ts";
import { stubPrefix } from "./stub.ts";
import type { World } from "./world.ts";

/** A name that a method uses, and that what it is given does not have: of a field, an event, a rejection, a context. */
export interface Misfit {
  readonly at: ts.Node;
  readonly name: string;
  /** What does not have it: `emit`, `bank.v1.OpenAccount`. */
  readonly of: string;
  /** What it has instead, where that is a short list. */
  readonly has: readonly string[];
}

/**
 * What the signature of a method does not have any more, and the method still uses. Names only: whether types fit, the
 * compiler says, which knows them.
 */
export function misfitsIn(world: World, element: ts.ObjectLiteralElementLike, member: Member): readonly Misfit[] {
  const { ts, checker, isStub } = world;
  const method = ts.isPropertyAssignment(element) ? bare(ts, element.initializer) : element;
  if (!ts.isMethodDeclaration(method) && !ts.isArrowFunction(method) && !ts.isFunctionExpression(method)) return [];
  const misfits: Misfit[] = [];

  function check(of: ts.Node, type: ts.Type, name: ts.Node, text: string): void {
    const symbol = type.getSymbol();
    const declaration = symbol?.declarations?.[0];
    if (!symbol || !declaration || !isStub(declaration.getSourceFile())) return;
    if (checker.getPropertyOfType(type, text) || text in Object.prototype) return;
    const isContext = checker.getPropertyOfType(type, "$typeName") === undefined && isContextType(type);
    // A newer runtime may give more to every method.
    if (isContext && !contextMembers.includes(text)) return;
    misfits.push({ at: name, name: text, of: nameOf(of, type), has: isContext ? [] : namesIn(type) });
  }

  function isContextType(type: ts.Type): boolean {
    return contextMembers.some((name) => checker.getPropertyOfType(type, name) !== undefined);
  }

  function nameOf(of: ts.Node, type: ts.Type): string {
    const typeName = checker.getPropertyOfType(type, "$typeName");
    const message = typeName && checker.getTypeOfSymbol(typeName);
    if (message?.isStringLiteral()) return message.value;
    if (isContextType(type)) return `what ${member.name} is given`;
    return ts.isPropertyAccessExpression(of) ? of.name.text : of.getText();
  }

  function namesIn(type: ts.Type): readonly string[] {
    const names = checker.getPropertiesOfType(type).flatMap(({ name }) => (name === stubPrefix ? [] : name));
    return names.includes("$typeName") ? [] : names;
  }

  function visit(node: ts.Node): void {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.name)) {
      check(node.expression, checker.getTypeAtLocation(node.expression), node.name, node.name.text);
    } else if (ts.isObjectBindingPattern(node)) {
      const { parent } = node;
      const whole = ts.isVariableDeclaration(parent) ? (parent.initializer ?? parent) : parent;
      const type = checker.getTypeAtLocation(whole);
      for (const { propertyName, name, dotDotDotToken } of node.elements) {
        const key = propertyName ?? name;
        if (dotDotDotToken || !ts.isIdentifier(key)) continue;
        check(keyOfPattern(node), type, key, key.text);
      }
    }
    ts.forEachChild(node, visit);
  }

  /** What a pattern takes apart: `emit` in `{ emit: { accountOpened } }`. */
  function keyOfPattern(node: ts.ObjectBindingPattern): ts.Node {
    const { parent } = node;
    if (ts.isBindingElement(parent)) return parent.propertyName ?? parent.name;
    return (ts.isVariableDeclaration(parent) && parent.initializer) || node;
  }

  for (const parameter of method.parameters) visit(parameter);
  if (method.body) visit(method.body);
  return misfits;
}
