import { EgoError } from "../../error/ego-error.ts";
import { type ContractCase, casesOf, type Trial } from "./contract-case.ts";
import { expectSame } from "./expectations.ts";
import { changeOf, noteEntities, noteIn, withoutPlace } from "./note.ts";

/** Durable states: each promise for an entity that has a SQL table, and for one that is kept as bytes. */
export const stateCases: readonly ContractCase[] = noteEntities.flatMap(({ name }) => casesFor(name));

function casesFor(entity: string): readonly ContractCase[] {
  const trials: Readonly<Record<string, Trial>> = {
    "an entity without a history has no state, and no receipts": async ({ states, type }) => {
      expectSame(await states.load(entity, type), undefined, "the state");
      expectSame(await states.receipts(entity, type, 10), [], "receipts");
    },

    "nothing is saved of a batch without changes": async ({ states }) => {
      expectSame(await states.save([]), [], "the answer");
    },

    "the latest version is the state, and its revision counts all of them": async ({ states, type }) => {
      for (const [revision, text] of ["one", "two", "three"].entries()) {
        expectSame(withoutPlace(await states.save([changeOf(entity, type, revision, text)])), [{ stored: true }], text);
        const stored = await states.load(entity, type);
        expectSame([stored?.revision, noteIn(stored)?.text], [revision + 1, text], "revision and text");
      }
    },

    "every field comes back as it was": async ({ states, type }) => {
      for (const [revision, note] of [
        { text: "", label: "", count: 0n, raw: new Uint8Array(0) },
        { text: "'; drop table contract_rows; --", label: "ä😀\n", count: 2n ** 63n - 1n, raw: Uint8Array.of(0, 255) },
        { text: "x".repeat(70_000), label: "a\u0308", count: -(2n ** 63n), raw: new Uint8Array(70_000).fill(0xa5) },
      ].entries()) {
        await states.save([changeOf(entity, type, revision, note)]);
        const { id, text, label, count, raw } = noteIn(await states.load(entity, type)) ?? {};
        expectSame({ id, text, label, count, raw }, { id: type, ...note }, "the state");
      }
    },

    "a removed entity has no state, and its revision goes on": async ({ states, type }) => {
      await states.save([changeOf(entity, type, 0, "one"), changeOf(entity, type, 1, null)]);
      expectSame(await states.load(entity, type), { revision: 2, state: null }, "the state");
      expectSame(
        withoutPlace(await states.save([changeOf(entity, type, 0, "new")])),
        [{ stored: false, head: 2 }],
        "a new start",
      );
    },

    "a removed entity can come back": async ({ states, type }) => {
      await states.save([changeOf(entity, type, 0, "one"), changeOf(entity, type, 1, null)]);
      expectSame(
        withoutPlace(await states.save([changeOf(entity, type, 2, "back")])),
        [{ stored: true }],
        "the answer",
      );
      const stored = await states.load(entity, type);
      expectSame([stored?.revision, noteIn(stored)?.text], [3, "back"], "revision and text");
    },

    "an entity can be removed that never was, and twice": async ({ states, type }) => {
      for (const revision of [0, 1]) {
        expectSame(
          withoutPlace(await states.save([changeOf(entity, type, revision, null)])),
          [{ stored: true }],
          "the answer",
        );
        expectSame(await states.load(entity, type), { revision: revision + 1, state: null }, "the state");
      }
    },

    "a stale change is refused with the head, and changes nothing": async ({ states, type }) => {
      await states.save([changeOf(entity, type, 0, "one"), changeOf(entity, type, 1, "two")]);
      for (const revision of [0, 1]) {
        const results = await states.save([changeOf(entity, type, revision, "stale")]);
        expectSame(results, [{ stored: false, head: 2 }], `at revision ${revision}`);
      }
      expectSame(noteIn(await states.load(entity, type))?.text, "two", "the state");
      expectSame((await states.receipts(entity, type, 9)).length, 2, "receipts");
    },

    "a change ahead of the head is refused with the head": async ({ states, type }) => {
      expectSame(
        withoutPlace(await states.save([changeOf(entity, type, 3, "ahead")])),
        [{ stored: false, head: 0 }],
        "the answer",
      );
      expectSame(await states.load(entity, type), undefined, "the state");
    },

    "a stale removal is refused": async ({ states, type }) => {
      await states.save([changeOf(entity, type, 0, "one"), changeOf(entity, type, 1, "two")]);
      expectSame(
        withoutPlace(await states.save([changeOf(entity, type, 1, null)])),
        [{ stored: false, head: 2 }],
        "the answer",
      );
      expectSame(noteIn(await states.load(entity, type))?.text, "two", "the state");
    },

    "refused changes leave the others of their batch": async ({ states, type }) => {
      const ids = ["a", "b", "c", "d"].map((id) => `${type}-${id}`);
      const [a = "", b = "", c = "", d = ""] = ids;
      await states.save([changeOf(entity, a, 0, "one"), changeOf(entity, a, 1, "two")]);
      const results = await states.save([
        changeOf(entity, b, 0, "b"),
        changeOf(entity, a, 1, "stale"),
        changeOf(entity, c, 3, "ahead"),
        changeOf(entity, a, 2, "fits, but too late"),
        changeOf(entity, d, 0, "d"),
      ]);
      const stored = { stored: true };
      const expected = [stored, { stored: false, head: 2 }, { stored: false, head: 0 }, { stored: false, head: 2 }];
      expectSame(withoutPlace(results), [...expected, stored], "the answers");
      const texts = await Promise.all([a, b, d].map(async (id) => noteIn(await states.load(entity, id))?.text));
      expectSame(texts, ["two", "b", "d"], "the states");
      expectSame(await states.load(entity, c), undefined, "the state of c");
    },

    "a state that a unique index of its table refuses fails alone, if the store has tables": async ({
      states,
      type,
    }) => {
      const ids = ["first", "same", "last"].map((id) => `${type}-${id}`);
      const [first = "", same = "", last = ""] = ids;
      const labels = [type, type, last];
      const results = await states.save(ids.map((id, n) => changeOf(entity, id, 0, { label: labels[n] ?? "" })));
      expectSame([results[0]?.stored, results[2]?.stored], [true, true], "the answers to the others");
      for (const id of [first, last]) expectSame((await states.load(entity, id))?.revision, 1, `the revision of ${id}`);
      if (results[1]?.stored) return;
      const failed = results[1] !== undefined && "failure" in results[1] && results[1].failure instanceof EgoError;
      expectSame(failed, true, "the answer to the one refused has an EgoError as its failure");
      expectSame(await states.load(entity, same), undefined, "the state of the one refused");
      expectSame(withoutPlace(await states.save([changeOf(entity, same, 0, "other")])), [{ stored: true }], "then");
    },

    "a hundred entities are saved in one batch": async ({ states, type }) => {
      const ids = Array.from({ length: 100 }, (_, n) => `${type}-${n}`);
      const results = await states.save(ids.map((id) => changeOf(entity, id, 0, `text of ${id}`)));
      expectSame(results.filter((result) => result.stored).length, 100, "stored");
      for (const id of ids) expectSame(noteIn(await states.load(entity, id))?.text, `text of ${id}`, id);
    },

    "of changes to one version, sent at once, exactly one is stored": async ({ states, type }) => {
      const texts = Array.from({ length: 8 }, (_, n) => `text ${n}`);
      const results = await Promise.all(texts.map((text) => states.save([changeOf(entity, type, 0, text)])));
      const won = results.flatMap(([result], n) => (result?.stored ? [texts[n]] : []));
      expectSame(won.length, 1, "winners");
      expectSame(noteIn(await states.load(entity, type))?.text, won[0], "the state");
    },

    "receipts tell who made the latest versions, newest first": async ({ states, type }) => {
      await states.save([0, 1, 2, 3].map((n) => changeOf(entity, type, n, n === 3 ? null : "x")));
      await states.save([changeOf(entity, `${type}-other`, 0, "x")]);
      const receipts = [4, 3, 2, 1].map((revision) => ({
        revision,
        commandId: `${type}-${revision - 1}`,
        metadata: Uint8Array.of(revision - 1),
        recordedAt: 1_700_000_000_000 + revision - 1,
      }));
      const latest = async (limit: number) =>
        (await states.receipts(entity, type, limit)).map(({ position: _, ...receipt }) => receipt);
      expectSame(await latest(100), receipts, "all");
      expectSame(await latest(2), receipts.slice(0, 2), "two");
      expectSame(await states.receipts(entity, type, 0), [], "none");
    },

    "nobody changes what is stored by the bytes that were given or got": async ({ states, type }) => {
      const change = changeOf(entity, type, 0, { text: "kept", raw: Uint8Array.of(1, 2) });
      await states.save([change]);
      change.payload.fill(0);
      change.metadata.fill(9);
      const stored = await states.load(entity, type);
      if (stored?.state instanceof Uint8Array) stored.state.fill(0);
      (await states.receipts(entity, type, 1))[0]?.metadata.fill(9);
      const { text, raw } = noteIn(await states.load(entity, type)) ?? {};
      expectSame({ text, raw }, { text: "kept", raw: Uint8Array.of(1, 2) }, "the state");
      expectSame((await states.receipts(entity, type, 1))[0]?.metadata, Uint8Array.of(0), "metadata");
    },

    "ids that differ in little are different entities, and nothing in an id is special": async ({ states, type }) => {
      const likes = ["ann", "Ann", "ann ", "änn", "a\u0308nn", "'; drop table contract_rows; --", '"', "😀", "%"];
      const ids = likes.map((id) => `${type} ${id}`);
      await states.save(ids.map((id) => changeOf(entity, id, 0, `text of ${id}`)));
      for (const id of ids) expectSame(noteIn(await states.load(entity, id))?.text, `text of ${id}`, id);
      const [first = "", ...rest] = ids;
      await states.save([changeOf(entity, first, 1, null)]);
      expectSame((await states.load(entity, first))?.state, null, "the removed state");
      for (const id of rest) expectSame(noteIn(await states.load(entity, id))?.text, `text of ${id}`, id);
    },
  };
  const own: typeof trials = {
    "names of properties are ids as any other": async ({ states }) => {
      for (const id of ["__proto__", "constructor", "toString", "x".repeat(255)]) {
        expectSame(await states.load(entity, id), undefined, `the state of ${id} before`);
        expectSame(withoutPlace(await states.save([changeOf(entity, id, 0, id)])), [{ stored: true }], id);
        expectSame(noteIn(await states.load(entity, id))?.text, id, `the state of ${id}`);
      }
    },
  };
  return [
    ...casesOf("states", named(trials, entity), { needs: ["states"] }),
    ...casesOf("states", named(own, entity), { needs: ["states"], ownJournal: true }),
  ];
}

function named<T>(trials: Readonly<Record<string, T>>, entity: string): Record<string, T> {
  return Object.fromEntries(Object.entries(trials).map(([name, trial]) => [`${name} (${entity})`, trial]));
}
