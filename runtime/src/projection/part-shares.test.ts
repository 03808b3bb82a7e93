import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PartLease, ProjectionRecord } from "../journal/projection-store.ts";
import { keyOf, type Part, sharesOf } from "./part-shares.ts";

const projection = (name: string, parts: number): ProjectionRecord => ({
  name,
  version: 1,
  role: "live",
  wanted: "running",
  failure: undefined,
  parts,
  begunAt: 0,
});
const lease = (name: string, part: number, owner: string | undefined, expiresAt = 100): PartLease => ({
  name,
  version: 1,
  part,
  owner,
  expiresAt,
});
const nobodyDead = () => false;
/** Nodes that have handlers for everything. */
const seenBy = (leases: readonly PartLease[], nodes: readonly string[]) => ({
  leases,
  nodes,
  handles: new Map(nodes.map((node) => [node, ["p", "p0", "p1", "p2"]])),
});
const partsOf = (parts: readonly Part[]) => parts.map(({ name, part }) => `${name}/${part}`);

describe("the share of a node", () => {
  test("is all parts if it is alone", () => {
    const shares = sharesOf("a", [projection("p", 3)], seenBy([], ["a"]), 50, nobodyDead);
    expect(partsOf(shares.take)).toEqual(["p/0", "p/1", "p/2"]);
    expect(shares.keep).toEqual([]);
    expect(shares.release).toEqual([]);
  });

  test("is half of them beside another node, and what is more is given up", () => {
    const leases = [0, 1, 2, 3].map((part) => lease("p", part, "a"));
    const shares = sharesOf("a", [projection("p", 4)], seenBy(leases, ["a", "b"]), 50, nobodyDead);
    expect(partsOf(shares.keep)).toEqual(["p/0", "p/1"]);
    expect(partsOf(shares.release)).toEqual(["p/2", "p/3"]);
  });

  test("takes what nobody has, what is over, and what the dead had, with the owner that it had", () => {
    const leases = [lease("p", 0, "b", 49), lease("p", 1, "gone"), lease("p", 2, "dead"), lease("p", 3, undefined)];
    const view = seenBy(leases, ["a", "b", "dead"]);
    const shares = sharesOf("a", [projection("p", 4)], view, 50, (node) => node === "dead");
    expect(shares.take).toEqual([
      { name: "p", version: 1, part: 0, from: "b" },
      { name: "p", version: 1, part: 1, from: "gone" },
    ]);
  });

  test("gives up parts of what is not wanted any more", () => {
    const view = seenBy([lease("old", 0, "a"), lease("p", 0, "a")], ["a"]);
    const shares = sharesOf("a", [projection("p", 1)], view, 50, nobodyDead);
    expect(partsOf(shares.keep)).toEqual(["p/0"]);
    expect(partsOf(shares.release)).toEqual(["old/0"]);
  });

  test("leaves what another node has, whose time is not over", () => {
    const view = seenBy([lease("p", 0, "b")], ["a", "b"]);
    expect(sharesOf("a", [projection("p", 1)], view, 50, nobodyDead)).toEqual({ keep: [], take: [], release: [] });
  });
});

test("what another node has no handler for is not left to it, and is not given up for it", () => {
  const handles = new Map([
    ["a", ["p"]],
    ["b", ["q"]],
    ["c", ["p", "q"]],
  ]);
  const wanted = [projection("p", 4)];
  const alone = { leases: [], nodes: ["a", "b"], handles };
  expect(partsOf(sharesOf("a", wanted, alone, 50, nobodyDead).take)).toEqual(["p/0", "p/1", "p/2", "p/3"]);
  const leases = [0, 1, 2, 3].map((part) => lease("p", part, "a"));
  expect(sharesOf("a", wanted, { leases, nodes: ["a", "b"], handles }, 50, nobodyDead).release).toEqual([]);
  const shared = sharesOf("a", wanted, { leases, nodes: ["a", "b", "c"], handles }, 50, nobodyDead);
  expect(partsOf(shared.release)).toEqual(["p/2", "p/3"]);
});

test("whatever nodes come and go: in a few rounds each part has one owner that is there, and no node is left without", () => {
  const step = fc.record({ node: fc.integer({ min: 0, max: 4 }), joins: fc.boolean() });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
      (steps, counts) => {
        const wanted = counts.map((parts, index) => projection(`p${index}`, parts));
        const owners = new Map<string, PartLease>();
        const nodes = new Set(["n0"]);
        const round = () => {
          for (const node of nodes) {
            const view = seenBy([...owners.values()], [...nodes]);
            const shares = sharesOf(node, wanted, view, 0, nobodyDead);
            for (const part of shares.release) owners.set(keyOf(part), { ...part, owner: undefined, expiresAt: 0 });
            for (const { from, ...part } of shares.take) {
              expect(owners.get(keyOf(part))?.owner).toBe(from);
              owners.set(keyOf(part), { ...part, owner: node, expiresAt: 100 });
            }
          }
        };
        for (const { node, joins } of steps) {
          if (joins) nodes.add(`n${node}`);
          else if (nodes.size > 1) nodes.delete(`n${node}`);
          round();
        }
        for (let n = 0; n < 6; n++) round();

        const total = counts.reduce((sum, count) => sum + count, 0);
        const having = [...owners.values()].filter(({ owner }) => owner !== undefined && nodes.has(owner));
        expect(having).toHaveLength(total);
        const share = Math.ceil(total / nodes.size);
        for (const node of nodes) {
          expect(having.filter(({ owner }) => owner === node).length).toBeLessThanOrEqual(share);
        }
      },
    ),
  );
});
