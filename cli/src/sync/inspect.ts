import type { ts } from "./compiler.ts";
import type { Contract, Member, Section } from "./contract.ts";
import type { Implementations } from "./implementations.ts";
import { keyOf, literalOf, memberOf } from "./literal.ts";
import { type Misfit, misfitsIn } from "./misfits.ts";
import type { World } from "./world.ts";

/** What is wrong with an implementation. */
export type Problem =
  /** A member, or a section, is not there, and goes into this literal. */
  | {
      readonly kind: "missing";
      readonly into: ts.ObjectLiteralExpression;
      readonly section: Section;
      readonly members: readonly Member[];
      readonly whole: boolean;
    }
  /** It is not there, and cannot be added. */
  | {
      readonly kind: "stuck";
      readonly at: ts.Node;
      readonly section: Section;
      readonly members: readonly Member[];
      readonly why: Stuck;
    }
  /** It is there only sometimes. */
  | { readonly kind: "sometimes"; readonly at: ts.Node; readonly section: Section; readonly member: Member }
  /** It is there, and uses what it is not given. */
  | { readonly kind: "misfit"; readonly section: Section; readonly member: Member; readonly misfit: Misfit }
  /** It is there, and the contract does not know it. */
  | {
      readonly kind: "unknown";
      readonly element: ts.ObjectLiteralElementLike;
      readonly name: string;
      readonly section: Section | undefined;
    };

/** Why nothing can be added: the members cannot be told, or there is no literal of their own to add them to. */
export type Stuck = "cannot be told" | "spread only" | "not a literal";

/** Compares an implementation with its contract. */
export function inspect(
  world: World,
  implementations: Implementations,
  contract: Contract,
  root: ts.ObjectLiteralExpression,
): readonly Problem[] {
  const { ts } = world;
  const problems: Problem[] = [];
  const seen = new Set<ts.ObjectLiteralExpression>();

  function inspectMembers(literal: ts.ObjectLiteralExpression, section: Section): void {
    if (seen.has(literal)) return;
    seen.add(literal);
    for (const element of literal.properties) {
      const name = keyOf(world, element);
      const member = section.members.find((one) => one.name === name);
      if (member) {
        for (const misfit of misfitsIn(world, element, member))
          problems.push({ kind: "misfit", section, member, misfit });
      } else if (name !== undefined && !isWanted(literal, name)) {
        problems.push({ kind: "unknown", element, name, section });
      }
      if (!ts.isSpreadAssignment(element)) continue;
      // What has the type of the whole section has to have all of it, by itself.
      const spread = literalOf(world, element.expression);
      if (spread && implementations.isComplete(spread, section)) inspectMembers(spread, section);
    }
    const missing: Member[] = [];
    const complete = literal.properties.some(
      (element) => ts.isSpreadAssignment(element) && isWhole(literalOf(world, element.expression), section),
    );
    for (const member of section.members) {
      if (member.optional || complete) continue;
      const found = memberOf(world, literal, member.name);
      if (!found) missing.push(member);
      else if (found.kind === "unknown") {
        problems.push({ kind: "stuck", at: found.at, section, members: [member], why: "cannot be told" });
      } else if (found.kind === "spread" && found.sometimes) {
        problems.push({ kind: "sometimes", at: found.at, section, member });
      }
    }
    if (missing.length > 0) add(literal, section, missing, false);
  }

  /** Whether the type of a literal has a member that the contract does not know: a type of one's own may have more. */
  function isWanted(literal: ts.ObjectLiteralExpression, name: string): boolean {
    const type = world.checker.getContextualType(literal);
    return type !== undefined && world.checker.getPropertyOfType(type, name) !== undefined;
  }

  function isWhole(literal: ts.ObjectLiteralExpression | undefined, section: Section): boolean {
    return literal !== undefined && implementations.isComplete(literal, section);
  }

  function add(into: ts.ObjectLiteralExpression, section: Section, members: readonly Member[], whole: boolean): void {
    const only = into.properties.length > 0 && into.properties.every(ts.isSpreadAssignment);
    if (only) problems.push({ kind: "stuck", at: into, section, members, why: "spread only" });
    else problems.push({ kind: "missing", into, section, members, whole });
  }

  function inspectSection(section: Section, key: string): void {
    const found = memberOf(world, root, key);
    const needed = section.members.filter(({ optional }) => !optional);
    if (!found) {
      add(root, section, needed, true);
    } else if (found.kind === "spread") {
      const property = world.checker.getPropertyOfType(world.checker.getTypeAtLocation(found.at), key);
      inspectType(section, found.at, property && world.checker.getTypeOfSymbol(property));
    } else if (found.kind === "unknown") {
      problems.push({ kind: "stuck", at: found.at, section, members: needed, why: "cannot be told" });
    } else if (found.kind === "element") {
      const value = givenTo(world, found.element);
      const literal = value && literalOf(world, value);
      const [only, ...more] = implementations.sectionLiterals(section);
      if (literal) inspectMembers(literal, section);
      else if (only && more.length === 0) inspectMembers(only, section);
      else inspectType(section, found.element, value && world.checker.getTypeAtLocation(value));
    }
  }

  /** A section that is made somewhere: what its type lacks can be said, and not be added. */
  function inspectType(section: Section, element: ts.Node, type: ts.Type | undefined): void {
    if (!type || type.flags & ts.TypeFlags.Any) {
      problems.push({
        kind: "stuck",
        at: element,
        section,
        members: section.members.filter(({ optional }) => !optional),
        why: "cannot be told",
      });
      return;
    }
    const missing = section.members.filter(
      ({ optional, name }) => !optional && !world.checker.getPropertyOfType(type, name),
    );
    if (missing.length > 0)
      problems.push({ kind: "stuck", at: element, section, members: missing, why: "not a literal" });
  }

  const [first] = contract.sections;
  if (first && first.key === undefined) {
    inspectMembers(root, first);
    return problems;
  }
  for (const section of contract.sections) inspectSection(section, section.key ?? "");
  for (const element of root.properties) {
    const name = keyOf(world, element);
    if (name === undefined || !contract.sectionKeys.includes(name)) continue;
    if (!contract.sections.some(({ key }) => key === name) && !isWanted(root, name)) {
      problems.push({ kind: "unknown", element, name, section: undefined });
    }
  }
  return problems;
}

/** The expression that a member of a literal is given. */
function givenTo({ ts }: World, element: ts.ObjectLiteralElementLike): ts.Node | undefined {
  if (ts.isPropertyAssignment(element)) return element.initializer;
  if (ts.isShorthandPropertyAssignment(element)) return element.name;
  if (ts.isGetAccessor(element)) {
    const [last] = element.body?.statements.slice(-1) ?? [];
    return last && ts.isReturnStatement(last) ? last.expression : undefined;
  }
  return undefined;
}
