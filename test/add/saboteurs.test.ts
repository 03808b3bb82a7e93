import { expect, test } from "vitest";
import { differences } from "../../cli/src/add/same-but.ts";
import { isWithin } from "../../cli/src/proto/tokens.ts";
import { editsOf, everyAddition, onlyOf } from "./additions.ts";
import { protoBatch } from "./proto-batch.ts";
import { protoToSpoil, saboteurs } from "./saboteurs.ts";

test("a splicer that makes any mistake is found out", () => {
  const spoilt = saboteurs.map((saboteur, index) => ({ ...saboteur, scope: `s${index}` }));
  const all = ["right", ...spoilt.map(({ scope }) => scope)];
  const batch = protoBatch(Object.fromEntries(all.map((scope) => [`${scope}.proto`, protoToSpoil(scope)])));
  const before = batch.compile();
  const spliced = (scope: string) => editsOf(batch, onlyOf(before, scope), scope).edit;
  batch.writeEdits([
    spliced("right"),
    ...spoilt.map(({ scope, spoil }) => ({ ...spliced(scope), after: spoil(spliced(scope).after) })),
  ]);
  const after = batch.compile();
  const found = (scope: string) => {
    const was = onlyOf(before, scope);
    const text = isWithin(protoToSpoil(scope), batch.read(`proto/${scope}.proto`)) ? [] : ["something is gone"];
    return [...text, ...differences(was, onlyOf(after, scope), everyAddition(was, scope))];
  };

  expect(found("right")).toEqual([]);
  expect(spoilt.filter(({ scope }) => found(scope).length === 0).map(({ what }) => what)).toEqual([]);
});
