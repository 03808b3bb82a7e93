import type { Compiler, ts } from "./compiler.ts";
import type { World } from "./world.ts";

/** What is known of a member of an object literal. */
export type Found =
  /** It is written there, or in a literal that is spread there. */
  | { readonly kind: "element"; readonly element: ts.ObjectLiteralElementLike }
  /** What is spread has it, as its type says; perhaps only sometimes. */
  | { readonly kind: "spread"; readonly sometimes: boolean; readonly at: ts.Node }
  /** It cannot be told: a key is computed, or what is spread has no type that says. */
  | { readonly kind: "unknown"; readonly at: ts.Node };

/**
 * The object literal that an expression is, through parentheses, assertions, constants, members of constants, functions
 * that return one, and `Object.freeze`.
 */
export function literalOf(world: World, expression: ts.Node, depth = 0): ts.ObjectLiteralExpression | undefined {
  const { ts, checker } = world;
  if (depth > 12) return undefined;
  const next = (node: ts.Node | undefined) => node && literalOf(world, node, depth + 1);
  const inner = bare(ts, expression);
  if (ts.isObjectLiteralExpression(inner)) return inner;
  if (ts.isIdentifier(inner)) {
    const shorthand = ts.isShorthandPropertyAssignment(inner.parent);
    const symbol = shorthand
      ? checker.getShorthandAssignmentValueSymbol(inner.parent)
      : checker.getSymbolAtLocation(inner);
    return next(initializerOf(world, symbol));
  }
  if (ts.isPropertyAccessExpression(inner)) return next(initializerOf(world, checker.getSymbolAtLocation(inner.name)));
  if (ts.isCallExpression(inner)) {
    const { expression: callee, arguments: given } = inner;
    if (callee.getText() === "Object.freeze" && given.length === 1) return next(given[0]);
    const declaration = functionOf(world, callee, depth);
    const returned = declaration && returnedBy(world, declaration);
    return returned?.length === 1 ? next(returned[0]) : undefined;
  }
  return undefined;
}

/** An expression without parentheses, assertions, `satisfies` and `!` around it. */
export function bare(ts: Compiler, node: ts.Node): ts.Node {
  return ts.isParenthesizedExpression(node) ||
    ts.isAssertionExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node)
    ? bare(ts, node.expression)
    : node;
}

/** What a constant, or a property, was given where it is declared. Not what may be assigned to it later. */
function initializerOf({ ts, checker }: World, symbol: ts.Symbol | undefined): ts.Node | undefined {
  if (!symbol) return undefined;
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const { valueDeclaration: declaration } = target;
  if (!declaration) return undefined;
  if (ts.isVariableDeclaration(declaration)) {
    return declaration.parent.flags & ts.NodeFlags.Const ? declaration.initializer : undefined;
  }
  if (ts.isPropertyAssignment(declaration)) return declaration.initializer;
  if (ts.isShorthandPropertyAssignment(declaration)) return declaration.name;
  if (ts.isExportAssignment(declaration)) return declaration.expression;
  return undefined;
}

function functionOf(world: World, callee: ts.Expression, depth: number): ts.FunctionLikeDeclaration | undefined {
  const { ts, checker } = world;
  const inner = bare(ts, callee);
  if (ts.isFunctionExpression(inner) || ts.isArrowFunction(inner)) return inner;
  if (!ts.isIdentifier(inner) && !ts.isPropertyAccessExpression(inner)) return undefined;
  if (depth > 12) return undefined;
  const symbol = checker.getSymbolAtLocation(ts.isIdentifier(inner) ? inner : inner.name);
  const target = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const { valueDeclaration: declaration } = target ?? {};
  if (declaration && (ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration))) return declaration;
  const initializer = initializerOf(world, symbol);
  return initializer && ts.isExpression(initializer) ? functionOf(world, initializer, depth + 1) : undefined;
}

/** All that a function returns, not what functions in it do. */
export function returnedBy({ ts }: World, { body }: ts.FunctionLikeDeclaration): readonly ts.Expression[] {
  if (!body) return [];
  if (!ts.isBlock(body)) return [body];
  const returned: ts.Expression[] = [];
  function visit(node: ts.Node): void {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isReturnStatement(node) && node.expression) returned.push(node.expression);
    ts.forEachChild(node, visit);
  }
  visit(body);
  return returned;
}

/** Looks for a member of an object literal: what stands behind hides what stands before. */
export function memberOf(
  world: World,
  literal: ts.ObjectLiteralExpression,
  name: string,
  depth = 0,
): Found | undefined {
  const { ts } = world;
  for (const element of literal.properties.toReversed()) {
    if (ts.isSpreadAssignment(element)) {
      const found = spreadMember(world, element, name, depth);
      if (found) return found;
      continue;
    }
    const key = keyOf(world, element);
    if (key === undefined) return { kind: "unknown", at: element };
    if (key === name) return { kind: "element", element };
  }
  return undefined;
}

function spreadMember(
  world: World,
  { expression }: ts.SpreadAssignment,
  name: string,
  depth: number,
): Found | undefined {
  const { ts, checker } = world;
  const literal = depth < 12 ? literalOf(world, expression) : undefined;
  if (literal) return memberOf(world, literal, name, depth + 1);
  const type = checker.getTypeAtLocation(expression);
  if (!saysMembers(world, type)) return { kind: "unknown", at: expression };
  const parts = type.isUnion() ? type.types : [type];
  const having = parts.filter((part) => isSpread(world, checker.getPropertyOfType(part, name)));
  if (having.length === 0) return undefined;
  const sometimes =
    having.length < parts.length ||
    having.some((part) => ((checker.getPropertyOfType(part, name)?.flags ?? 0) & ts.SymbolFlags.Optional) !== 0);
  return { kind: "spread", sometimes, at: expression };
}

/** Whether a type tells all members of a value. `false`, `null` and `undefined` have none, and may be spread. */
function saysMembers({ ts, checker }: World, type: ts.Type): boolean {
  const parts = type.isUnion() ? type.types : [type];
  return parts.every(
    (part) =>
      (part.flags &
        (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.TypeParameter | ts.TypeFlags.NonPrimitive)) ===
        0 && checker.getIndexInfosOfType(part).length === 0,
  );
}

/** Members of classes that are not fields stay behind when an instance is spread. */
function isSpread({ ts }: World, property: ts.Symbol | undefined): boolean {
  if (!property) return false;
  return !property.declarations?.some(
    (one) => ts.isClassLike(one.parent) && (ts.isMethodDeclaration(one) || ts.isAccessor(one)),
  );
}

/** The name of a member; undefined for a spread, and for a key that is computed. */
export function keyOf({ ts, checker }: World, element: ts.ObjectLiteralElementLike): string | undefined {
  const { name } = element;
  if (name === undefined) return undefined;
  if (ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)) return name.text;
  if (!ts.isComputedPropertyName(name)) return undefined;
  const { expression } = name;
  if (ts.isStringLiteralLike(expression)) return expression.text;
  const type = checker.getTypeAtLocation(expression);
  return type.isStringLiteral() ? type.value : undefined;
}
