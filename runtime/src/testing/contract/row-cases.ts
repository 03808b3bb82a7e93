import type { TableData } from "../../codegen/table.ts";
import type { ProjectionRecord, ProjectionStore, ProjectionVersion } from "../../journal/projection-store.ts";
import type { Bench } from "./bench.ts";
import { type ContractCase, casesOf, type Trial } from "./contract-case.ts";
import { expectFailure, expectSame } from "./expectations.ts";
import { noteTable } from "./note.ts";
import { anotherOf, recordOf, thrownBy } from "./projecting.ts";

/** Rows that handlers write. A store without tables says so, and is asked nothing more. */
export const rowCases: readonly ContractCase[] = [
  ...casesOf(
    "projections",
    {
      "a store without tables refuses rows, one with them has what is written": async (bench) => {
        const { projections } = bench;
        const table = noteTable(`${bench.type}_rows`);
        if (!projections.exactlyOnce) {
          await expectFailure(projections.add(recordOf(bench), [0], table), "unsupported", "a version with a table");
          expectSame(await projections.offsets(recordOf(bench)), undefined, "its offsets");
        }
        const own = projections.exactlyOnce ? table : undefined;
        const record = await projections.add(recordOf(bench), [0], own);
        const wrote = projections.advance(record, [{ shard: 0, from: 0, to: 1 }], async ({ rows }) => {
          await rows(table).upsert({ id: "a" }, { text: "one" });
        });
        if (projections.exactlyOnce) {
          expectSame(await wrote, true, "the answer");
          expectSame(await textsIn(projections, record, table), { a: "one" }, "the rows");
        } else {
          await expectFailure(wrote, "unsupported", "rows");
          expectSame(await projections.offsets(record), [0], "the offsets");
        }
      },
    },
    { needs: ["projections"] },
  ),

  ...withTables(
    {
      "what is written by rows and by statements goes with the offset when the work throws": async (bench) => {
        const { projections, record, table } = await tabled(bench);
        const failure = new Error("no");
        const outcome = await thrownBy(
          projections.advance(record, [{ shard: 0, from: 0, to: 1 }], async ({ rows, tx, tableName }) => {
            await rows(table).upsert({ id: "a" }, { text: "one" });
            await queries(tx).updateTable(tableName(table)).set({ text: "two" }).execute();
            throw failure;
          }),
        );
        expectSame(outcome === failure, true, "whether the same came out");
        expectSame(await textsIn(projections, record, table), {}, "the rows");
        expectSame(await projections.offsets(record), [0, 0], "the offsets");
      },

      "rows and statements are done in the order in which they were asked for": async (bench) => {
        const { projections, record, table } = await tabled(bench);
        await projections.advance(record, [{ shard: 0, from: 0, to: 1 }], async ({ rows, tx, tableName }) => {
          const own = rows(table);
          const all = queries(tx);
          const calls: Promise<unknown>[] = [];
          for (const text of ["one", "two", "three"]) {
            calls.push(own.upsert({ id: "a" }, { text }), own.upsert({ id: text }, { text }));
            calls.push(
              all
                .updateTable(tableName(table))
                .set({ text: `all ${text}` })
                .execute(),
            );
          }
          calls.push(own.remove({ id: "two" }));
          await Promise.all(calls);
        });
        const texts = { a: "all three", one: "all three", three: "all three" };
        expectSame(await textsIn(projections, record, table), texts, "the rows");
      },

      "a failure that the handler catches leaves all that it did with the offset, or nothing": async (bench) => {
        const { projections, record, table } = await tabled(bench);
        const advanced = projections.advance(record, [{ shard: 0, from: 0, to: 1 }], async ({ rows, tx }) => {
          await rows(table).upsert({ id: "a" }, { text: "before" });
          await queries(tx)
            .selectFrom(`${bench.type}_none`)
            .selectAll()
            .execute()
            .catch(() => undefined);
          await rows(table)
            .upsert({ id: "b" }, { text: "after" })
            .catch(() => undefined);
        });
        const done = await advanced.catch(() => false);
        const texts = done ? { a: "before", b: "after" } : {};
        expectSame(await textsIn(projections, record, table), texts, "the rows");
        expectSame(await projections.offsets(record), [done ? 1 : 0, 0], "the offsets");
      },

      "statements that are sent after the work has ended are refused, and do nothing": async (bench) => {
        const { projections, record, table } = await tabled(bench);
        let late = async (): Promise<unknown> => undefined;
        const work = (ends: boolean) =>
          projections.advance(record, [{ shard: 0, from: 0, to: 1 }], async ({ tx, tableName, rows }) => {
            late = async () => {
              await rows(table).upsert({ id: "late" }, {});
              await queries(tx).updateTable(tableName(table)).set({ text: "late" }).execute();
            };
            if (!ends) throw new Error("no");
          });
        for (const ends of [false, true]) {
          await work(ends).catch(() => undefined);
          const outcome = await late().then(
            () => "taken",
            () => "refused",
          );
          expectSame(outcome, "refused", "what became of it");
        }
        expectSame(await textsIn(projections, record, table), {}, "the rows");
      },

      "a reset takes the rows, and a removal the table": async (bench) => {
        const { projections, record, table } = await tabled(bench);
        const write = (from: number) =>
          projections.advance(record, [{ shard: 0, from, to: from + 1 }], ({ rows }) =>
            rows(table).upsert({ id: "a" }, { text: `${from}` }),
          );
        await write(0);
        await projections.reset(record, [5, 0], undefined, 9);
        expectSame(await textsIn(projections, record, table), { a: "0" }, "the rows that a reset was not to take");
        await projections.reset(record, [7, 0], table, 9);
        expectSame(await textsIn(projections, record, table), {}, "the rows");
        await write(7);
        await projections.remove(record, table);
        await projections.add(record, [0], table);
        expectSame(await textsIn(projections, record, table), {}, "the rows of one that is added again");
      },

      "versions fill tables of their own, which change their names when one is promoted, and back": async (bench) => {
        const { projections, record, table } = await tabled(bench);
        const two = await projections.add({ ...record, version: 2, role: "building" }, [0, 0], table);
        const names: string[] = [];
        const write = (of: ProjectionVersion, from: number, text: string) =>
          projections.advance(of, [{ shard: 0, from, to: from + 1 }], async ({ rows, tableName }) => {
            names.push(tableName(table));
            await rows(table).upsert({ id: `${from}` }, { text });
          });
        await write(record, 0, "one");
        await write(two, 0, "two");
        expectSame(await projections.promote(two, table), true, "the answer");
        await write(record, 1, "one");
        await write(two, 1, "two");
        expectSame(await textsIn(projections, two, table), { 0: "two", 1: "two" }, "the rows of version 2");
        expectSame(await textsIn(projections, record, table), { 0: "one", 1: "one" }, "the rows of version 1");
        expectSame(await projections.promote(record, table), true, "the answer to the way back");
        await write(record, 2, "one");
        await write(two, 2, "two");
        const [live, v1, v2] = [table.name, `${table.name}__v1`, `${table.name}__v2`];
        expectSame(names, [live, v2, v1, live, live, v2], "the tables");
        expectSame(Object.values(await textsIn(projections, record, table)), ["one", "one", "one"], "of version 1");
        expectSame(Object.values(await textsIn(projections, two, table)), ["two", "two", "two"], "of version 2");
      },
    },
    ["projections"],
  ),

  ...withTables(
    {
      "each version writes to its own table while they are promoted over and over": async (bench) => {
        const { projections, record, table } = await tabled(bench);
        const other = await anotherOf(bench);
        const two = await projections.add({ ...record, version: 2, role: "building" }, [0, 0], table);
        const rounds = 6;
        const fill = async (of: ProjectionVersion, text: string) => {
          for (let from = 0; from < rounds * 4; from++) {
            await projections.advance(of, [{ shard: 1, from, to: from + 1 }], ({ rows }) =>
              rows(table).upsert({ id: `${from}` }, { text }),
            );
          }
        };
        const promote = async () => {
          for (let round = 0; round < rounds; round++) {
            expectSame(await other.promote(round % 2 === 0 ? two : record, table), true, `promotion ${round}`);
          }
        };
        await Promise.all([fill(record, "one"), fill(two, "two"), promote()]);
        for (const [of, text] of [
          [record, "one"],
          [two, "two"],
        ] as const) {
          const texts = Object.values(await textsIn(projections, of, table));
          expectSame([texts.length, ...new Set(texts)], [rounds * 4, text], `rows of version ${of.version}`);
        }
      },
    },
    ["projections", "sharing"],
  ),
];

/** Cases that a store without tables passes without being asked. */
function withTables(
  trials: Readonly<Record<string, Trial>>,
  needs: readonly ("projections" | "sharing")[],
): readonly ContractCase[] {
  const asked = Object.entries(trials).map(([name, trial]): [string, Trial] => [
    `${name}, if the store has tables`,
    async (bench) => {
      if (bench.projections.exactlyOnce) await trial(bench);
    },
  ]);
  return casesOf("projections", Object.fromEntries(asked), { needs });
}

interface Tabled {
  readonly projections: ProjectionStore;
  readonly record: ProjectionRecord;
  readonly table: TableData;
}

/** The projection of a case, with a table. */
async function tabled(bench: Bench): Promise<Tabled> {
  const table = noteTable(`${bench.type}_rows`);
  const record = await bench.projections.add(recordOf(bench), [0, 0], table);
  return { projections: bench.projections, record, table };
}

/** As much of a Kysely transaction as the cases need. */
interface Queries {
  selectFrom(table: string): { selectAll(): { execute(): Promise<readonly Readonly<Record<string, unknown>>[]> } };
  updateTable(table: string): { set(values: Readonly<Record<string, unknown>>): { execute(): Promise<unknown> } };
}

function queries(tx: unknown): Queries {
  return tx as Queries;
}

/** The texts of the rows that a version has written, by id: read in a transaction of it that does nothing else. */
async function textsIn(
  projections: ProjectionStore,
  of: ProjectionVersion,
  table: TableData,
): Promise<Readonly<Record<string, string>>> {
  const at = (await projections.offsets(of))?.[0] ?? 0;
  let texts: Readonly<Record<string, string>> = {};
  await projections.advance(of, [{ shard: 0, from: at, to: at }], async ({ tx, tableName }) => {
    const rows = await queries(tx).selectFrom(tableName(table)).selectAll().execute();
    texts = Object.fromEntries(rows.map(({ id, text }) => [String(id), String(text)]));
  });
  return texts;
}
