import { type ContractCase, casesOf } from "./contract-case.ts";
import { expectSame } from "./expectations.ts";
import { changeOf, noteEntities } from "./note.ts";

/** Revisions of entities, from a store that tells them. One that does not is asked for events, or receipts. */
export const headCases: readonly ContractCase[] = [
  ...casesOf("load", {
    "heads are the revisions of entities, each in its place, and 0 where there are no events": async (bench) => {
      const { events, type } = bench;
      if (!events.heads) return;
      expectSame(await events.heads([]), [], "heads of none");
      await events.append([
        bench.append("a", 0, { count: 3 }),
        bench.append("b", 0),
        bench.append("B", 0, { count: 2 }),
      ]);
      const names = ["b", "nobody", "a", "B", "a"].map((entityId) => ({ entityType: type, entityId }));
      const unknown = { entityType: `${type}_unknown`, entityId: "a" };
      expectSame(await events.heads([...names, unknown]), [1, 0, 3, 2, 3, 0], "heads");
      await events.append([bench.append("b", 1)]);
      expectSame(await events.heads(names.slice(0, 1)), [2], "the head after another event");
    },

    "heads of a thousand entities are told at once": async (bench) => {
      const { events, type } = bench;
      if (!events.heads) return;
      const ids = Array.from({ length: 1_000 }, (_, n) => `e-${n}`);
      await events.append(ids.map((id, n) => bench.append(id, 0, { count: 1 + (n % 2) })));
      const heads = await events.heads(ids.map((entityId) => ({ entityType: type, entityId })));
      expectSame(
        heads,
        ids.map((_, n) => 1 + (n % 2)),
        "heads",
      );
    },
  }),
  ...noteEntities.flatMap(({ name: entity }) =>
    casesOf(
      "states",
      {
        [`heads count all versions, removals included, each in its place (${entity})`]: async ({ states, type }) => {
          if (!states.heads) return;
          await states.save([changeOf(entity, type, 0, "one"), changeOf(entity, type, 1, null)]);
          await states.save([changeOf(entity, `${type}-b`, 0, "one")]);
          const names = [`${type}-b`, "nobody", type].map((entityId) => ({ entityType: entity, entityId }));
          expectSame(await states.heads(names), [1, 0, 2], "heads");
          expectSame(await states.heads([]), [], "heads of none");
        },
      },
      { needs: ["states"] },
    ),
  ),
];
