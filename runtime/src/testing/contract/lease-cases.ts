import type { ProjectionView } from "../../journal/projection-store.ts";
import type { Bench } from "./bench.ts";
import { type ContractCase, casesOf } from "./contract-case.ts";
import { expectSame } from "./expectations.ts";
import { added, anotherOf } from "./projecting.ts";

// Beyond the times of all other cases, whose nodes are in the same journal.
const start = 1_900_000_000_000;

/** Nodes, and the parts that they run. */
export const leaseCases: readonly ContractCase[] = [
  ...casesOf(
    "leases",
    {
      "a node that says that it is there learns what there is": async (bench) => {
        const one = await added(bench);
        const two = await added(bench, { version: 2, role: "building", wanted: "paused", failure: "no", parts: 1 });
        const view = viewOf(bench, await bench.projections.heartbeat(`${bench.type}-a`, start, start + 10, []));
        expectSame(view.projections, [one, two], "the projections");
        expectSame(view.nodes, ["a"], "the nodes");
        const free = view.leases.map(({ version, part, owner }) => ({ version, part, owner }));
        const all = [1, 1, 2].map((version, at) => ({ version, part: at % 2, owner: undefined }));
        // Those that nobody has ever had may be left out.
        if (free.length > 0) expectSame(free, all, "the leases");
      },

      "nodes say what they have handlers for": async (bench) => {
        const node = (name: string) => `${bench.type}-${name}`;
        const names = ["balances", 'a "quoted" one, ß'];
        await bench.projections.heartbeat(node("a"), start, start + 10, names);
        const { handles } = viewOf(bench, await bench.projections.heartbeat(node("b"), start, start + 10, []));
        expectSame(
          [...handles].sort(),
          [
            ["a", names],
            ["b", []],
          ],
          "what the nodes have handlers for",
        );
        const later = viewOf(bench, await bench.projections.heartbeat(node("a"), start + 1, start + 20, ["mails"]));
        expectSame(later.handles.get("a"), ["mails"], "what the first has later");
        const over = viewOf(bench, await bench.projections.view(start + 15));
        expectSame([...over.handles.keys()], ["a"], "the nodes whose time is not over");
      },

      "nodes are there until their time is over": async (bench) => {
        const node = (name: string) => `${bench.type}-${name}`;
        await bench.projections.heartbeat(node("a"), start, start + 10, []);
        const seen = viewOf(bench, await bench.projections.heartbeat(node("b"), start + 5, start + 15, []));
        expectSame(seen.nodes, ["a", "b"], "the nodes");
        const later = viewOf(bench, await bench.projections.heartbeat(node("b"), start + 12, start + 22, []));
        expectSame(later.nodes, ["b"], "the nodes, later");
        const back = viewOf(bench, await bench.projections.heartbeat(node("a"), start + 13, start + 23, []));
        expectSame(back.nodes, ["a", "b"], "the nodes, when the first is back");
      },

      "whoever is no node sees what a node sees, and stays none": async (bench) => {
        const record = await added(bench);
        const [a, b] = ["a", "b"].map((name) => `${bench.type}-${name}`) as [string, string];
        await bench.projections.heartbeat(a, start, start + 10, []);
        await bench.projections.heartbeat(b, start, start + 20, []);
        await bench.projections.take({ ...record, part: 1, owner: b, expiresAt: start + 20 }, undefined);
        const { projections, leases, nodes } = viewOf(bench, await bench.projections.view(start + 15));
        expectSame(projections, [record], "the projections");
        expectSame(nodes, ["b"], "the nodes");
        const lease = leases.find(({ part }) => part === 1);
        expectSame([lease?.owner, lease?.expiresAt], [b, start + 20], "the lease");
        const before = viewOf(bench, await bench.projections.view(start));
        expectSame(before.nodes, ["a", "b"], "the nodes, of before, which nobody forgot");
      },

      "a part that nobody has is taken by one of many, and prolonged by its heartbeat alone": async (bench) => {
        const record = await added(bench);
        const names = ["a", "b", "c", "d"].map((name) => `${bench.type}-${name}`);
        const taken = await Promise.all(
          names.map((owner) => bench.projections.take({ ...record, part: 1, owner, expiresAt: start + 10 }, undefined)),
        );
        expectSame(taken.filter((answer) => answer).length, 1, "those that took it");
        const owner = names[taken.indexOf(true)] ?? "";
        const other = names[taken.indexOf(false)] ?? "";
        const leaseIn = async (node: string, until: number) => {
          const { leases } = viewOf(bench, await bench.projections.heartbeat(node, start, until, []));
          const lease = leases.find(({ part, version }) => part === 1 && version === 1);
          return [lease?.owner, lease?.expiresAt];
        };
        expectSame(await leaseIn(other, start + 99), [owner, start + 10], "the lease, after another's heartbeat");
        expectSame(await leaseIn(owner, start + 50), [owner, start + 50], "the lease, after its owner's heartbeat");
        expectSame(await leaseIn(other, start + 99), [owner, start + 50], "the lease, as another sees it");
      },

      "a part is taken from the owner that one names, and from no other": async (bench) => {
        const record = await added(bench);
        const [a, b, c] = ["a", "b", "c"].map((name) => `${bench.type}-${name}`);
        const take = (owner: string | undefined, from: string | undefined) =>
          bench.projections.take({ ...record, part: 0, owner, expiresAt: start + 10 }, from);
        expectSame(await take(a, undefined), true, "the first");
        expectSame(await take(b, undefined), false, "who believes that nobody has it");
        expectSame(await take(b, c), false, "who believes that another has it");
        const both = await Promise.all([take(b, a), take(c, a)]);
        expectSame(both.filter((answer) => answer).length, 1, "those that took it from the first");
        const unknown = { ...record, part: 7, owner: a, expiresAt: start };
        expectSame(await bench.projections.take(unknown, undefined), false, "a part that is none");
        const other = { ...record, version: 9, part: 0, owner: a, expiresAt: start };
        expectSame(await bench.projections.take(other, undefined), false, "a version that is none");
      },

      "what is given up is free at once: some parts, or all and the node itself": async (bench) => {
        const record = await added(bench, { parts: 3 });
        const [a, b] = ["a", "b"].map((name) => `${bench.type}-${name}`) as [string, string];
        const take = (part: number, owner: string) =>
          bench.projections.take({ ...record, part, owner, expiresAt: start + 10 }, undefined);
        await bench.projections.heartbeat(a, start, start + 10, []);
        for (const part of [0, 1]) await take(part, a);
        await take(2, b);
        await bench.projections.release(a, [
          { ...record, part: 1 },
          { ...record, part: 2 },
        ]);
        expectSame(await Promise.all([0, 1, 2].map((part) => take(part, b))), [false, true, false], "what b can take");
        await bench.projections.release(a);
        expectSame(
          await Promise.all([0, 1, 2].map((part) => take(part, b))),
          [true, false, false],
          "what b takes then",
        );
        const { nodes, leases } = viewOf(bench, await bench.projections.heartbeat(b, start, start + 10, []));
        expectSame(nodes, ["b"], "the nodes");
        expectSame(
          leases.map(({ owner }) => owner),
          [b, b, b],
          "the owners",
        );
      },
    },
    { needs: ["projections"], ownJournal: true },
  ),

  ...casesOf(
    "leases",
    {
      "of two stores, one takes a part": async (bench) => {
        const other = await anotherOf(bench);
        const record = await added(bench, { parts: 8 });
        for (let part = 0; part < 8; part++) {
          const taken = await Promise.all(
            [bench.projections, other].map((projections, n) =>
              projections.take({ ...record, part, owner: `${bench.type}-${n}`, expiresAt: start }, undefined),
            ),
          );
          expectSame(taken.filter((answer) => answer).length, 1, `those that took part ${part}`);
        }
      },
    },
    { needs: ["projections", "sharing"] },
  ),
];

/** What of a view is of this case, nodes by the ends of their names. */
function viewOf({ type }: Bench, { projections, leases, nodes, handles }: ProjectionView): ProjectionView {
  return {
    projections: projections.filter(({ name }) => name === type),
    leases: leases.filter(({ name }) => name === type),
    nodes: nodes.flatMap((node) => (node.startsWith(`${type}-`) ? [node.slice(type.length + 1)] : [])),
    handles: new Map(
      [...handles].flatMap(([node, names]) =>
        node.startsWith(`${type}-`) ? [[node.slice(type.length + 1), names] as const] : [],
      ),
    ),
  };
}
