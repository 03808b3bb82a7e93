import { create, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import type { StateChange, StoredState } from "../journal/state-store.ts";
import { bytesEntity, Kinds, tableEntity } from "./testdata/kinds.ts";
import { describeStores } from "./testdata/stores.ts";

const entities = [tableEntity(Kinds, "article"), bytesEntity(Kinds, "note")];

describeStores("states in", ({ journal }) => {
  // One that has a table, and one that has none.
  describe.each(entities.map(({ name }) => name))("of the entity %s", (entity) => {
    test("an entity without a history has no state", async () => {
      await using journaled = journal(entities);
      const { states } = await journaled.open();
      expect(await states.load(entity, "a")).toBeUndefined();
      expect(await states.receipts(entity, "a", 10)).toEqual([]);
      expect(await states.save([])).toEqual([]);
    });

    test("the latest version is the state, and its revision counts all of them", async () => {
      await using journaled = journal(entities);
      const { states } = await journaled.open();
      for (const [revision, text] of ["one", "two", "three"].entries()) {
        expect(await states.save([changeOf(entity, "a", revision, text)])).toEqual([{ stored: true }]);
        expect(await states.load(entity, "a")).toEqual({ revision: revision + 1, state: expect.anything() });
        expect(await textOf(states.load(entity, "a"))).toBe(text);
      }
    });

    test("a removed entity has no state, its revision goes on, and it can come back", async () => {
      await using journaled = journal(entities);
      const { states } = await journaled.open();
      await states.save([changeOf(entity, "a", 0, "one"), changeOf(entity, "a", 1, null)]);
      expect(await states.load(entity, "a")).toEqual({ revision: 2, state: null });
      expect(await states.save([changeOf(entity, "a", 0, "new")])).toEqual([{ stored: false, head: 2 }]);
      expect(await states.save([changeOf(entity, "a", 2, "back")])).toEqual([{ stored: true }]);
      expect((await states.load(entity, "a"))?.revision).toBe(3);
      expect(await textOf(states.load(entity, "a"))).toBe("back");
    });

    test("a stale change and one ahead are refused with the head, the others of the batch are stored", async () => {
      await using journaled = journal(entities);
      const { states } = await journaled.open();
      await states.save([changeOf(entity, "a", 0, "one"), changeOf(entity, "a", 1, "two")]);
      const results = await states.save([
        changeOf(entity, "b", 0, "b"),
        changeOf(entity, "a", 1, "stale"),
        changeOf(entity, "c", 3, "ahead"),
        changeOf(entity, "a", 2, "fits, but too late"),
        changeOf(entity, "d", 0, "d"),
      ]);
      expect(results).toEqual([
        { stored: true },
        { stored: false, head: 2 },
        { stored: false, head: 0 },
        { stored: false, head: 2 },
        { stored: true },
      ]);
      expect(await textOf(states.load(entity, "a"))).toBe("two");
      expect(await states.load(entity, "c")).toBeUndefined();
      expect(await textOf(states.load(entity, "d"))).toBe("d");
    });

    test("receipts tell who made the latest versions, newest first", async () => {
      await using journaled = journal(entities);
      const { states } = await journaled.open();
      await states.save([0, 1, 2, 3].map((revision) => changeOf(entity, "a", revision, revision === 3 ? null : "x")));
      await states.save([changeOf(entity, "b", 0, "x")]);
      const receipts = [4, 3, 2, 1].map((revision) => ({
        revision,
        commandId: `a-${revision - 1}`,
        metadata: Uint8Array.of(revision - 1),
        recordedAt: 1_700_000_000_000 + revision - 1,
      }));
      expect(await states.receipts(entity, "a", 100)).toEqual(receipts);
      expect(await states.receipts(entity, "a", 2)).toEqual(receipts.slice(0, 2));
      expect(await states.receipts(entity, "a", 0)).toEqual([]);
    });

    test("ids that differ in little are different entities, and nothing in an id is special", async () => {
      await using journaled = journal(entities);
      const { states } = await journaled.open();
      const ids = ["ann", "Ann", "ann ", "änn", "a\u0308nn", "__proto__", "'; drop table articles; --", '"', "😀"];
      await states.save(ids.map((id) => changeOf(entity, id, 0, `text of ${id}`)));
      for (const id of ids) expect(await textOf(states.load(entity, id))).toBe(`text of ${id}`);
      await states.save([changeOf(entity, "ann", 1, null)]);
      expect((await states.load(entity, "ann"))?.state).toBeNull();
      for (const id of ids.slice(1)) expect(await textOf(states.load(entity, id))).toBe(`text of ${id}`);
    });

    test("of two stores on one journal exactly one stores a version", async () => {
      await using journaled = journal(entities);
      const [one, two] = [await journaled.open(), await journaled.open()];
      await one.states.save([changeOf(entity, "a", 0, "one")]);
      await two.states.save([changeOf(entity, "a", 1, "two")]);
      for (let revision = 2; revision < 20; revision++) {
        const results = await Promise.all([
          one.states.save([changeOf(entity, "a", revision, `one ${revision}`)]),
          two.states.save([changeOf(entity, "a", revision, `two ${revision}`)]),
        ]);
        const winner = results[0][0]?.stored ? "one" : "two";
        expect(results.flat().toSorted((a, b) => Number(a.stored) - Number(b.stored))).toEqual([
          { stored: false, head: revision + 1 },
          { stored: true },
        ]);
        expect(await textOf(two.states.load(entity, "a"))).toBe(`${winner} ${revision}`);
      }
    });

    test("a journal opened again has its states", async () => {
      await using journaled = journal(entities);
      const first = await journaled.open();
      await first.states.save([
        changeOf(entity, "a", 0, "one"),
        changeOf(entity, "b", 0, "x"),
        changeOf(entity, "b", 1, null),
      ]);
      await first.close?.();
      const { states } = await journaled.open();
      expect(await textOf(states.load(entity, "a"))).toBe("one");
      expect(await states.load(entity, "b")).toEqual({ revision: 2, state: null });
      expect(await states.save([changeOf(entity, "a", 0, "again")])).toEqual([{ stored: false, head: 1 }]);
    });
  });
});

function changeOf(entityType: string, entityId: string, expectedRevision: number, text: string | null): StateChange {
  const state = text === null ? null : (create(Kinds, { id: entityId, string: text } as never) as Message);
  return {
    entityType,
    entityId,
    expectedRevision,
    state,
    payload: state === null ? new Uint8Array(0) : toBinary(Kinds, state),
    metadata: Uint8Array.of(expectedRevision),
    commandId: `${entityId}-${expectedRevision}`,
    recordedAt: 1_700_000_000_000 + expectedRevision,
  };
}

async function textOf(loaded: Promise<StoredState | undefined>): Promise<unknown> {
  const stored = await loaded;
  if (stored === undefined || stored.state === null) return stored;
  const message = stored.state instanceof Uint8Array ? fromBinary(Kinds, stored.state) : stored.state;
  return (message as Message & { string: string }).string;
}
