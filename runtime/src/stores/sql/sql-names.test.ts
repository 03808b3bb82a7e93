import { expect, test } from "vitest";
import { openSqlNames } from "./sql-names.ts";

const connection = { lost: false, close: async () => undefined };
const slow = { ...connection, answered: Promise.withResolvers<void>() };

/** A dictionary in memory, and what was asked of it. */
function dictionary(...stored: string[]) {
  const asked: string[] = [];
  const rowsOf = (names: readonly string[]) =>
    names.filter((name) => stored.includes(name)).map((name) => ({ id: String(stored.indexOf(name) + 1), name }));
  const names = openSqlNames({
    async findNames(_, wanted) {
      asked.push(`find ${wanted}`);
      return rowsOf(wanted);
    },
    async findIds(_, ids) {
      asked.push(`find ${ids}`);
      return rowsOf(ids.flatMap((id) => stored[id - 1] ?? []));
    },
    async addNames(on, wanted) {
      asked.push(`add ${wanted}`);
      stored.push(...wanted.filter((name) => !stored.includes(name)));
      if (on === slow) await slow.answered.promise;
    },
  });
  return { names, asked };
}

test("names get ids when they are first used, and are asked for once", async () => {
  const { names, asked } = dictionary("old");
  const ids = await names.idsOf(connection, new Set(["old", "new"]));
  expect([ids.get("old"), ids.get("new")]).toEqual([1, 2]);
  await names.idsOf(connection, new Set(["new"]));
  expect(await names.find(connection, "old")).toBe(1);
  expect((await names.namesOf(connection, new Set([2]))).get(2)).toBe("new");
  expect(asked).toEqual(["find new,old", "add new", "find new"]);
});

test("of two connections that add a name at once both get it, and no statement has an empty list", async () => {
  const { names, asked } = dictionary();
  const second = names.idsOf(slow, new Set(["a"]));
  const first = await names.idsOf(connection, new Set(["a"]));
  slow.answered.resolve();
  expect([first.get("a"), (await second).get("a")]).toEqual([1, 1]);
  expect(asked.filter((question) => /^(find|add) $/.test(question))).toEqual([]);
});

test("an unknown name is looked for, not added; an id without a name is a lost one", async () => {
  const { names, asked } = dictionary();
  expect(await names.find(connection, "a")).toBeUndefined();
  await expect(names.namesOf(connection, new Set([7]))).rejects.toMatchObject({ code: "data_loss" });
  expect(asked).toEqual(["find a", "find 7"]);
});
