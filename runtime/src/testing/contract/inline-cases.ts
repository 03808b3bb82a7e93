import type { JournalEvent } from "../../journal/journal-cursor.ts";
import type {
  InlineProjection,
  ProjectionRecord,
  ProjectionStore,
  ProjectionVersion,
} from "../../journal/projection-store.ts";
import { lastPositions } from "../../journal/read-shards.ts";
import { type Bench, positionOf } from "./bench.ts";
import { type ContractCase, casesOf, type Trial } from "./contract-case.ts";
import { expectSame } from "./expectations.ts";
import { letterOf, recordOf, thrownBy } from "./projecting.ts";

/** Projections in the transaction of an append. A store without them says so by having no `append`, and is asked nothing. */
export const inlineCases: readonly ContractCase[] = [
  ...inline({
    "an append with inline versions has stored, written and moved all of it when it is answered": async (bench) => {
      const { record, append, project } = await inlined(bench);
      const [one, two] = [bench.append("a", 0, { count: 2 }), bench.append("b", 0)];
      const { results, projected } = await append([one, two], [project]);
      expectSame(projected, [versionOf(project)], "the versions that were projected");
      const [first, second] = [positionOf(results[0]), positionOf(results[1])];
      expectSame((await bench.load("a")).length + (await bench.load("b")).length, 3, "events");
      const offsets = (await bench.projections.offsets(record)) ?? [];
      const expected = one.shard === two.shard ? [second, second] : [first, second];
      expectSame([offsets[one.shard], offsets[two.shard]], expected, "the offsets");
      expectSame(await bench.projections.countDeadLetters(record), 3, "what was written");
    },

    "what an inline version throws comes out as it is, and neither events nor rows were stored": async (bench) => {
      const { record, append, project, before } = await inlined(bench);
      const failure = new Error("no");
      const fails: InlineProjection = {
        ...project,
        async project(events, transaction) {
          await project.project(events, transaction);
          throw failure;
        },
      };
      const outcome = await thrownBy(append([bench.append("a", 0), bench.append("b", 0)], [fails]));
      expectSame(outcome === failure, true, "whether the same came out");
      expectSame(await bench.load("a"), [], "the events");
      expectSame(await bench.projections.countDeadLetters(record), 0, "what was written");
      const { shard } = bench.append("a", 0);
      expectSame((await bench.projections.offsets(record))?.[shard], before[shard], "the offset");
      // Nothing of it is believed any more.
      const { results } = await append([bench.append("a", 0)], [project]);
      const position = (before[shard] ?? 0) + 1;
      expectSame(results[0], { stored: true, position }, "the answer to the same again");
      expectSame(
        (await bench.load("a")).map((event) => [event.type, event.position]),
        [["bank.v1.Credited", position]],
        "the events",
      );
    },

    "an inline version is given what it has missed in a shard before what is stored": async (bench) => {
      const { record, append, project, seen, before } = await inlined(bench);
      await bench.events.append([bench.append("a", 0, { count: 2 }), bench.append("b", 0)]);
      const { shard } = bench.append("a", 0);
      const from = before[shard] ?? 0;
      // In the middle of a command.
      await bench.projections.advance(record, [{ shard, from, to: from + 1 }], async () => undefined);
      await append([bench.append("a", 2, { count: 2 })], [project]);
      expectSame(
        seen.filter((event) => event.entityId === "a").map(({ revision, commandId }) => [revision, commandId]),
        [
          [2, "a-0"],
          [3, "a-2"],
          [4, "a-2"],
        ],
        "the events that it was given",
      );
      const inShard = seen.filter((event) => event.shard === shard).map(({ position }) => position);
      expectSame(
        inShard,
        Array.from({ length: inShard.length }, (_, n) => from + n + 2),
        "their positions",
      );
      expectSame((await bench.projections.offsets(record))?.[shard], inShard.at(-1), "the offset");
      const [missed] = await bench.load("a", { from: 2, limit: 1 });
      const found = seen.find(({ revision, entityId }) => entityId === "a" && revision === 2);
      expectSame({ ...found, commandId: null }, missed, "an event that it had missed");
    },

    "a version that is not there, or has missed too much, is left out": async (bench) => {
      const { record, append, project, seen, before } = await inlined(bench);
      await bench.events.append([bench.append("a", 0, { count: 1_001 })]);
      const { results, projected } = await append([bench.append("a", 1_001)], [project, { ...project, version: 9 }]);
      expectSame(results.length === 1 && results[0]?.stored, true, "whether it was stored");
      expectSame(seen, [], "what it was given");
      expectSame(projected, [], "the versions that were projected");
      const { shard } = bench.append("a", 0);
      expectSame((await bench.projections.offsets(record))?.[shard], before[shard], "the offset");
    },

    "what is refused is given to no inline version": async (bench) => {
      const { append, project, seen } = await inlined(bench);
      await bench.events.append([bench.append("a", 0)]);
      seen.length = 0;
      const { results, projected } = await append([bench.append("a", 7), bench.append("b", 0)], [project]);
      expectSame(results[0], { stored: false, head: 1 }, "the answer to what is stale");
      expectSame(projected, [versionOf(project)], "the versions that were projected");
      expectSame(
        seen.filter(({ entityId, revision }) => entityId === "b" || revision > 1).map(({ entityId }) => entityId),
        ["b"],
        "what it was given",
      );
      seen.length = 0;
      const stale = await append([bench.append("a", 7), bench.append("b", 1, { count: 0 })], [project]);
      expectSame(stale.results[0], { stored: false, head: 1 }, "the answer to what is stale");
      expectSame(seen, [], "what it was given");
      expectSame(stale.projected, [], "the versions that were projected");
    },
  }),

  ...inline(
    {
      "of stores that append side by side, each event is given to an inline version once": async (bench) => {
        const { record, append, project, before } = await inlined(bench);
        const other = await bench.another();
        const otherAppend = appendOf(other.projections as ProjectionStore);
        const ids = Array.from({ length: 20 }, (_, n) => `e-${n}`);
        await Promise.all(
          ids.map((id, n) => (n % 2 === 0 ? append : otherAppend)([bench.append(id, 0, { count: 2 })], [project])),
        );
        // A letter of each position: what is given twice would be there once all the same, but in another's transaction.
        expectSame(await bench.projections.countDeadLetters(record), 40, "what was written");
        const offsets = (await bench.projections.offsets(record)) ?? [];
        expectSame(
          offsets.reduce((sum, position, shard) => sum + position - (before[shard] ?? 0), 0),
          40,
          "by how much the offsets moved",
        );
      },
    },
    ["sharing"],
  ),
];

type AppendInline = NonNullable<ProjectionStore["append"]>;

function appendOf(projections: ProjectionStore): AppendInline {
  if (!projections.append) throw new Error("looked at before");
  return projections.append.bind(projections);
}

function versionOf({ name, version }: ProjectionVersion): ProjectionVersion {
  return { name, version };
}

/** A version that writes a letter for each event that it is given. */
async function inlined(bench: Bench): Promise<{
  readonly record: ProjectionRecord;
  readonly append: AppendInline;
  readonly project: InlineProjection;
  /** The events that it was given. */
  readonly seen: JournalEvent[];
  /** Where its offsets are: at the end of the journal. */
  readonly before: readonly number[];
}> {
  const before = await lastPositions(bench.events);
  const record = await bench.projections.add(recordOf(bench), before, undefined);
  const seen: JournalEvent[] = [];
  const project: InlineProjection = {
    name: record.name,
    version: record.version,
    async project(events, { bury }) {
      seen.push(...events);
      for (const { shard, position } of events) await bury(letterOf(shard, position));
    },
  };
  return { record, append: appendOf(bench.projections), project, seen, before };
}

/** Cases for stores that have inline projections. */
function inline(
  trials: Readonly<Record<string, Trial>>,
  needs: readonly ["sharing"] | readonly [] = [],
): readonly ContractCase[] {
  const guarded = Object.entries(trials).map(([name, trial]) => [
    name,
    async (bench: Bench) => {
      if (bench.projections.append) await trial(bench);
    },
  ]);
  return casesOf("projections", Object.fromEntries(guarded), { needs: ["projections", ...needs] });
}
