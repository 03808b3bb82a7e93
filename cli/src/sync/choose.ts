import { relative, sep } from "node:path";
import type { Finding } from "../project/finding.ts";
import type { ts } from "./compiler.ts";
import type { Contract, Member } from "./contract.ts";
import type { Implementations, Other } from "./implementations.ts";
import { inspect } from "./inspect.ts";
import { fileNameOf } from "./new-file.ts";
import { placeOf } from "./place.ts";
import * as say from "./say.ts";
import type { Source } from "./sources.ts";
import type { PlanInput } from "./sync-plan.ts";
import { isOptedOut, syntaxProblem } from "./usable.ts";
import type { World } from "./world.ts";

/** What is done for a contract. */
export type Choice =
  | { readonly kind: "literal"; readonly literal: ts.ObjectLiteralExpression; readonly source: Source }
  | { readonly kind: "create" }
  | { readonly kind: "nothing"; readonly findings: readonly Finding[] };

/** Chooses the implementation of a contract: the one that there is. */
export function choose(
  { project, sources, contracts, generated }: PlanInput,
  world: World,
  implementations: Implementations,
  contract: Contract,
): Choice {
  const byPath = new Map(sources.own.map((source) => [source.path, source]));
  const inProject = (path: string) => relative(project.root, path).replaceAll(sep, "/");
  const nameOf = (node: ts.Node) => inProject(node.getSourceFile().fileName);
  const others = implementations.others(contract);
  const literals = literalsOf(implementations, contract);
  const [literal] = literals;
  if (literals.length > 1) {
    // Each is whole: it does not matter which is meant.
    if (literals.every((one) => isWhole(world, implementations, contract, one))) return nothing();
    return nothing(
      say.several(
        contract,
        literals.map((one) => placeOf(nameOf(one), one)),
      ),
    );
  }
  if (literal) {
    const source = byPath.get(literal.getSourceFile().fileName);
    if (source) return { kind: "literal", literal, source };
    return nothing(
      say.unusable(contract, placeOf(nameOf(literal), literal), "it is in a file that is not yours to edit"),
    );
  }
  if (others.length > 0) {
    return {
      kind: "nothing",
      findings: others.flatMap((other) => {
        const names = { file: nameOf(other.node), generated: inProject(generated(contract)) };
        return otherFindings({ world, contract, ...names }, other);
      }),
    };
  }
  return unreadable() ?? { kind: "create" };

  /** A file that cannot be understood may hold the implementation: then there is not to be a second one. */
  function unreadable(): Choice | undefined {
    for (const source of sources.own) {
      if (!source.text.includes(contract.type)) continue;
      const file = world.file(source.path);
      const problem = file && syntaxProblem(world, source, file);
      if (problem) return nothing(say.unusable(contract, problem.at, problem.why));
    }
    for (const { file, text } of sources.outside) {
      if (!text.includes(contract.type)) continue;
      return nothing(
        say.unusable(contract, { file, line: 1, column: 1 }, "the file is a link to one outside of the project"),
      );
    }
    for (const [file, why] of sources.unreadable) {
      // It may be anywhere: what cannot be read cannot be looked through.
      if (file.endsWith(fileNameOf(contract, contracts)))
        return nothing(say.unusable(contract, { file, line: 1, column: 1 }, why));
    }
    return undefined;
  }
}

function isWhole(
  world: World,
  implementations: Implementations,
  contract: Contract,
  literal: ts.ObjectLiteralExpression,
): boolean {
  const lacks = ["missing", "stuck", "sometimes"];
  return !inspect(world, implementations, contract, literal).some(({ kind }) => lacks.includes(kind));
}

/** The object literals that are meant by a contract: those that have its type, else those that are returned where it is needed. Of several, those in files that opted out do not count. */
export function literalsOf(
  implementations: Implementations,
  contract: Contract,
): readonly ts.ObjectLiteralExpression[] {
  const typed = implementations.literals(contract);
  if (typed.length > 1) return typed.filter((one) => !isOptedOut(one.getSourceFile()));
  if (typed.length > 0) return typed;
  return [...new Set(implementations.others(contract).flatMap(({ literal }) => literal ?? []))];
}

function nothing(...findings: readonly Finding[]): Choice {
  return { kind: "nothing", findings };
}

interface Where {
  readonly world: World;
  readonly contract: Contract;
  /** The name of the file from the root of the project. */
  readonly file: string;
  /** That of the generated file. */
  readonly generated: string;
}

function otherFindings({ world, contract, file, generated }: Where, { node, why }: Other): readonly Finding[] {
  const { checker, ts } = world;
  const at = placeOf(file, node);
  switch (why) {
    case "unresolved":
      return [say.unresolved(contract, at, generated)];
    case "class": {
      const symbol = checker.getSymbolAtLocation(node);
      const lacking = symbol ? lackingIn(world, contract, checker.getDeclaredTypeOfSymbol(symbol)) : neededOf(contract);
      return lacking.length === 0 ? [] : [say.isClass(contract, at, lacking)];
    }
    case "expression": {
      const type = checker.getTypeAtLocation(node);
      if (type.flags & ts.TypeFlags.Any) return [say.untold(contract, at, neededOf(contract))];
      const lacking = lackingIn(world, contract, type);
      return lacking.length === 0 ? [] : [say.uneditable(contract, at, "it is not an object literal", lacking)];
    }
  }
}

function neededOf({ sections }: Contract): readonly Member[] {
  return sections.flatMap(({ members }) => members.filter(({ optional }) => !optional));
}

/** What a type lacks of a contract. */
function lackingIn({ checker }: World, { sections }: Contract, type: ts.Type): readonly Member[] {
  return sections.flatMap(({ key, members }) => {
    const property = key === undefined ? undefined : checker.getPropertyOfType(type, key);
    const part = key === undefined ? type : property && checker.getTypeOfSymbol(property);
    return members.filter(({ optional, name }) => !optional && !(part && checker.getPropertyOfType(part, name)));
  });
}
