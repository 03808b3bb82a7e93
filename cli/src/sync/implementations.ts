import type { ts } from "./compiler.ts";
import type { Contract, Section } from "./contract.ts";
import { bare, literalOf, returnedBy } from "./literal.ts";
import type { World } from "./world.ts";

/** Where implementations of contracts are. */
export interface Implementations {
  /** The object literals that have the type of a contract. */
  literals(contract: Contract): readonly ts.ObjectLiteralExpression[];
  /** The object literals that have the type of a section. */
  sectionLiterals(section: Section): readonly ts.ObjectLiteralExpression[];
  /** What has the type of a contract, and is no object literal that could be found. */
  others(contract: Contract): readonly Other[];
  /** Whether a literal has the type of this section, and so has to have all of its members. */
  isComplete(literal: ts.ObjectLiteralExpression, section: Section): boolean;
}

/** An implementation that cannot be edited. */
export interface Other {
  readonly node: ts.Node;
  readonly why: "class" | "expression" | "unresolved";
  /** The literal that a function returns which is called here, if nothing else says that it is the implementation. */
  readonly literal?: ts.ObjectLiteralExpression;
}

type Subject = Contract | Section;

/** Finds all implementations in some files. */
export function findImplementations(
  world: World,
  files: readonly ts.SourceFile[],
  contracts: readonly Contract[],
  stubPath: (contract: Contract) => string,
): Implementations {
  const { ts, checker } = world;
  const subjects = subjectsOf(world, contracts, stubPath);
  const names = new Set(contracts.map(({ type }) => type));
  const keys = new Set(
    contracts.flatMap(({ sections }) =>
      sections.flatMap(({ key, members }) => [key ?? "", ...members.map(({ name }) => name)]),
    ),
  );
  const literals = new Map<Subject, Set<ts.ObjectLiteralExpression>>();
  const others = new Map<Subject, Other[]>();

  function subjectOf(type: ts.Type | undefined): Subject | undefined {
    if (!type) return undefined;
    if (type.isUnionOrIntersection()) {
      for (const part of type.types) {
        const found = subjectOf(part);
        if (found) return found;
      }
      return undefined;
    }
    if (type.aliasSymbol?.name === "Readonly") return subjectOf(type.aliasTypeArguments?.[0]);
    const symbol = type.getSymbol();
    const own = symbol && subjects.get(symbol);
    if (own || !symbol || !(symbol.flags & ts.SymbolFlags.Interface)) return own;
    for (const base of checker.getBaseTypes(type as ts.InterfaceType)) {
      const found = subjectOf(base);
      if (found) return found;
    }
    return undefined;
  }

  function add(subject: Subject | undefined, expression: ts.Expression): void {
    if (!subject) return;
    const literal = literalOf(world, expression);
    if (literal && !ts.isCallExpression(bare(ts, expression))) {
      literals.set(subject, (literals.get(subject) ?? new Set()).add(literal));
    } else {
      addOther(subject, { node: expression, why: "expression", ...(literal ? { literal } : {}) });
    }
  }

  function addOther(subject: Subject, other: Other): void {
    others.set(subject, [...(others.get(subject) ?? []), other]);
  }

  function addTyped(type: ts.TypeNode, expressions: readonly ts.Expression[]): void {
    const resolved = checker.getTypeFromTypeNode(type);
    const [argument] = ts.isTypeReferenceNode(type) ? (type.typeArguments ?? []) : [];
    const awaited = argument && nameOf(type) === "Promise" ? checker.getTypeFromTypeNode(argument) : undefined;
    const subject = subjectOf(resolved) ?? subjectOf(awaited);
    for (const expression of expressions) add(subject, expression);
    if (subject || !(resolved.flags & ts.TypeFlags.Any) || expressions.length === 0) return;
    const name = nameOf(type);
    if (name === undefined || !names.has(name)) return;
    const contract = contracts.find((one) => one.type === name);
    if (contract) addOther(contract, { node: type, why: "unresolved" });
  }

  function nameOf(type: ts.TypeNode): string | undefined {
    if (!ts.isTypeReferenceNode(type)) return undefined;
    return ts.isIdentifier(type.typeName) ? type.typeName.text : type.typeName.right.text;
  }

  function visit(node: ts.Node): void {
    if (ts.isObjectLiteralExpression(node)) {
      if (isLikely(node)) add(subjectOf(checker.getContextualType(node)), node);
    } else if (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isParameter(node)) {
      if (node.type && node.initializer) addTyped(node.type, [node.initializer]);
    } else if (ts.isSatisfiesExpression(node) || ts.isAssertionExpression(node)) {
      addTyped(node.type, [node.expression]);
    } else if (ts.isFunctionLike(node)) {
      if (node.type && "body" in node) addTyped(node.type, returnedBy(world, node as ts.FunctionLikeDeclaration));
    } else if (ts.isCallExpression(node)) {
      const [given] = node.arguments;
      if (given && ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === "implement") {
        add(subjectOf(checker.getContextualType(given)), given);
      }
    } else if (ts.isClassLike(node)) {
      for (const clause of node.heritageClauses ?? []) {
        if (clause.token !== ts.SyntaxKind.ImplementsKeyword) continue;
        for (const type of clause.types) {
          const subject = subjectOf(checker.getTypeAtLocation(type));
          if (subject) addOther(subject, { node: node.name ?? node, why: "class" });
        }
      }
    }
    ts.forEachChild(node, visit);
  }

  /** Only those that may be one: asking for the type of all others would cost more than all the rest. */
  function isLikely({ properties }: ts.ObjectLiteralExpression): boolean {
    return properties.every(ts.isSpreadAssignment) || properties.some(({ name }) => name && keys.has(textOf(name)));
  }

  function textOf(name: ts.PropertyName): string {
    if (ts.isIdentifier(name) || ts.isStringLiteralLike(name)) return name.text;
    return ts.isComputedPropertyName(name) && ts.isStringLiteralLike(name.expression) ? name.expression.text : "";
  }

  for (const file of files) visit(file);
  return {
    literals: (contract) => [...(literals.get(contract) ?? [])],
    sectionLiterals: (section) => [...(literals.get(section) ?? [])],
    others: (contract) => others.get(contract) ?? [],
    isComplete: (literal, section) => literals.get(section)?.has(literal) ?? false,
  };
}

/** The symbols of contracts and sections. The contract of a read model is its own section. */
function subjectsOf(
  { checker, ts, file }: World,
  contracts: readonly Contract[],
  stubPath: (contract: Contract) => string,
): ReadonlyMap<ts.Symbol, Subject> {
  const subjects = new Map<ts.Symbol, Subject>();
  for (const contract of contracts) {
    const stub = file(stubPath(contract));
    const byName = new Map<string, Subject>([
      ...contract.sections.map((section): [string, Subject] => [section.type, section]),
      [contract.type, contract],
    ]);
    for (const statement of stub?.statements ?? []) {
      if (!ts.isInterfaceDeclaration(statement)) continue;
      const subject = byName.get(statement.name.text);
      const symbol = subject && checker.getSymbolAtLocation(statement.name);
      if (subject && symbol) subjects.set(symbol, subject);
    }
  }
  return subjects;
}
