import type { Message } from "@ego/protoc-gen-ego/model";
import type { ts } from "./compiler.ts";
import { type Context, contextMembers, type Given, type Member } from "./contract.ts";
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
  const { names, patterns: plainPatterns } = plainNames(world, method.parameters, member.given);

  /** Whether it needs no compiler to see that this is there: most of what is used of parameters is. */
  function isPlain(of: ts.Expression, name: string): boolean {
    return ts.isIdentifier(of) && (names.get(of.text)?.(name) ?? false);
  }

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
    if (
      ts.isPropertyAccessExpression(node) &&
      ts.isIdentifier(node.name) &&
      !isPlain(node.expression, node.name.text)
    ) {
      check(node.expression, checker.getTypeAtLocation(node.expression), node.name, node.name.text);
    } else if (ts.isObjectBindingPattern(node) && !plainPatterns.has(node)) {
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

/** What is known to be there by the names of the parameters. */
interface PlainNames {
  /** By the name of a parameter, or of what is taken out of one: whether it has a name. */
  readonly names: ReadonlyMap<string, (name: string) => boolean>;
  /** Patterns of which all names are there. */
  readonly patterns: ReadonlySet<ts.Node>;
}

function plainNames(
  { ts }: World,
  parameters: readonly ts.ParameterDeclaration[],
  given: readonly Given[],
): PlainNames {
  const names = new Map<string, (name: string) => boolean>();
  const patterns = new Set<ts.Node>();
  for (const [index, { name }] of parameters.entries()) {
    const what = given[index];
    if (what === undefined) continue;
    if (ts.isIdentifier(name)) names.set(name.text, (one) => isIn(what, one));
    if (!ts.isObjectBindingPattern(name)) continue;
    const keys = name.elements.map((element) => [element, element.propertyName ?? element.name] as const);
    if (keys.every(([, key]) => ts.isIdentifier(key) && isIn(what, key.text))) patterns.add(name);
    for (const [element, key] of keys) {
      const local = element.name;
      const part = ts.isIdentifier(key) ? partOf(what, key.text) : undefined;
      if (ts.isIdentifier(local) && part) names.set(local.text, part);
    }
  }
  return { names, patterns };
}

function isIn(given: Message | Context, name: string): boolean {
  if ("desc" in given) return isFieldOf(given, name);
  return !contextMembers.includes(name) || given.has.includes(name) || Object.hasOwn(given.makers, name);
}

/** What a member of a context has itself. */
function partOf(given: Message | Context, name: string): ((name: string) => boolean) | undefined {
  if ("desc" in given) return undefined;
  const { state, makers } = given;
  if (name === "state" && state) return (field) => isFieldOf(state, field);
  return Object.hasOwn(makers, name) ? (made) => makers[name]?.includes(made) ?? false : undefined;
}

function isFieldOf({ desc }: Message, name: string): boolean {
  return desc.members.some(({ localName }) => localName === name);
}
