import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProjectionStore, ProjectionVersion } from "@ego/runtime";
import { sqliteStore } from "@ego/runtime/sqlite";
import { type StoreSubject, storeContract } from "@ego/runtime/testing";
import { expect, test } from "vitest";

type Append = NonNullable<ProjectionStore["append"]>;

/** A store in a file whose inline appends are not what they should be: the store in memory has none. */
function withAppend(change: (append: Append, projections: ProjectionStore) => Append): StoreSubject {
  return {
    name: "sqlite",
    journal(entities) {
      const folder = mkdtempSync(join(tmpdir(), "ego-inline-"));
      const closing: (() => Promise<void>)[] = [];
      return {
        async open() {
          const store = sqliteStore({ filename: join(folder, "journal.db") });
          await store.open?.(entities);
          closing.push(async () => store.close?.());
          const { projections } = store;
          const append = change(projections.append as Append, projections);
          return { ...store, events: store.events, projections: { ...projections, append } };
        },
        async [Symbol.asyncDispose]() {
          for (const close of closing) await close();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    },
  };
}

async function broken(subject: StoreSubject, name: string): Promise<unknown> {
  const found = storeContract.find((entry) => entry.name === name);
  if (!found) throw new Error(`There is no case "${name}"`);
  return found.run(subject).then(
    () => undefined,
    (failure: unknown) => failure,
  );
}

const nothingElse = "what an inline version throws comes out as it is, and neither events nor rows were stored";

const saboteurs: Readonly<Record<string, { readonly subject: StoreSubject; readonly caughtBy: string }>> = {
  "projects behind the commit": {
    subject: withAppend((append) => async (batch, inline) => {
      const results = await append(batch, []);
      for (const { project } of inline) await project([], { bury: async () => undefined } as never);
      return results;
    }),
    caughtBy: nothingElse,
  },
  "hides what is thrown": {
    subject: withAppend(
      (append) => (batch, inline) =>
        append(
          batch,
          inline.map((one) => ({
            ...one,
            project: (events, transaction) => one.project(events, transaction).catch(() => undefined),
          })),
        ),
    ),
    caughtBy: nothingElse,
  },
  "gives another failure than it was thrown": {
    subject: withAppend(
      (append) => (batch, inline) =>
        append(batch, inline).catch((cause: unknown) => {
          throw new Error("something failed", { cause });
        }),
    ),
    caughtBy: nothingElse,
  },
  "gives what is stored alone": {
    subject: withAppend(
      (append) => (batch, inline) =>
        append(
          batch,
          inline.map((one) => ({
            ...one,
            project: (events, transaction) =>
              one.project(
                events.filter(({ entityId, revision }) =>
                  batch.some((own) => own.entityId === entityId && revision > own.expectedRevision),
                ),
                transaction,
              ),
          })),
        ),
    ),
    caughtBy: "an inline version is given what it has missed in a shard before what is stored",
  },
  "moves no offset": {
    subject: withAppend((append, { reset, offsets }) => async (batch, inline) => {
      const before = await Promise.all(inline.map((of) => offsets(of)));
      const results = await append(batch, inline);
      for (const [at, of] of inline.entries()) await reset(of, before[at] ?? [], undefined, 1);
      return results;
    }),
    caughtBy: "an append with inline versions has stored, written and moved all of it when it is answered",
  },
  "projects what is refused": {
    subject: withAppend((append) => async (batch, inline) => {
      const appended = await append(batch, inline);
      const refused = batch.filter((_, index) => appended.results[index]?.stored === false);
      for (const { entityId, expectedRevision } of refused) {
        const event = { entityId, revision: expectedRevision + 1, shard: 0, position: 1 };
        for (const { project } of inline) await project([event as never], { bury: async () => undefined } as never);
      }
      return appended;
    }),
    caughtBy: "what is refused is given to no inline version",
  },
  "waits for whoever has missed however much": {
    subject: withAppend((append, { advance, offsets }) => async (batch, inline) => {
      const appended = await append(batch, inline);
      for (const of of inline) {
        for (const [at, { shard }] of batch.entries()) {
          const from = (await offsets(of))?.[shard];
          const result = appended.results[at];
          if (from === undefined || !result?.stored || from === result.position) continue;
          await advance(of, [{ shard, from, to: result.position }], async () => undefined);
        }
      }
      return appended;
    }),
    caughtBy: "a version that is not there, or has missed too much, is left out",
  },
  "says that all were projected that it was given": {
    subject: withAppend((append) => async (batch, inline) => {
      const { results } = await append(batch, inline);
      const isStored = results.some((result) => result.stored && result.position > 0);
      return { results, projected: isStored ? inline.map(({ name, version }) => ({ name, version })) : [] };
    }),
    caughtBy: "a version that is not there, or has missed too much, is left out",
  },
  "says that what was called was committed, though nothing was": {
    subject: withAppend((append) => {
      let last: readonly ProjectionVersion[] = [];
      return async (batch, inline) => {
        const { results, projected } = await append(batch, inline);
        if (projected.length > 0) last = projected;
        return { results, projected: last };
      };
    }),
    caughtBy: "what is refused is given to no inline version",
  },
  "does not say what was projected": {
    subject: withAppend((append) => async (batch, inline) => ({ ...(await append(batch, inline)), projected: [] })),
    caughtBy: "an append with inline versions has stored, written and moved all of it when it is answered",
  },
};

test("a store that does as it is told keeps what is promised of inline projections", async () => {
  const subject = withAppend((append) => append);
  for (const name of new Set(Object.values(saboteurs).map(({ caughtBy }) => caughtBy))) {
    expect(await broken(subject, name), name).toBeUndefined();
  }
});

test.each(Object.entries(saboteurs))("a store that %s is caught", async (_, { subject, caughtBy }) => {
  expect(await broken(subject, caughtBy)).toMatchObject({ name: "AssertionError" });
});
