import type { Message } from "@bufbuild/protobuf";
import { EgoError, type RowBatch } from "@ego/runtime";
import { sql } from "kysely";
import { rowsTogether } from "../../runtime/src/tables/rows-together.ts";
import { type AnyStore, realStores, type Stores } from "./stores.ts";

/** Stores with one fault each. */
export const saboteurs: Readonly<Record<string, Stores>> = {
  "loses the sign of a zero": withStore((store) => ({
    ...store,
    async find(key) {
      const row = await store.find(key);
      return row && mapped(row, (value) => (value === 0 ? 0 : value));
    },
  })),

  "makes a default of what is unset": withStore((store) => ({
    ...store,
    async find(key) {
      const row = await store.find(key);
      return row && ({ label: "", ...row } as Message);
    },
  })),

  "keeps unsigned integers without their zeros in front": {
    ...realStores,
    store(db, table) {
      const store = realStores.store(db, table);
      return {
        ...store,
        async upsert(row) {
          await store.upsert(row);
          if (!("serial" in table.columns)) return;
          await sql`update ${sql.table(table.name)} set serial = ltrim(serial, '0')`.execute(db);
        },
      };
    },
  },

  "pages by counting rows": withStore((store) => ({
    ...store,
    async list({ after, limit = 100, ...query } = {}) {
      const { rows } = await store.list({ ...query, limit: 10_000 });
      const from = Number(after ?? 0);
      const next = from + limit < rows.length ? { next: String(from + limit) } : {};
      return { rows: rows.slice(from, from + limit), ...next };
    },
  })),

  "skips ties between two pages": withStore((store) => ({
    ...store,
    async list({ after, limit = 100, ...query } = {}) {
      const names = Object.keys(query.where ?? {});
      const { rows } = await store.list({ ...query, limit: 10_000 });
      const from = after === undefined ? 0 : rows.findIndex((row) => textOf(row, names) === after) + 1;
      const page = rows.slice(from, from + limit);
      const last = page.at(-1);
      if (from + limit >= rows.length || last === undefined) return { rows: page };
      const ties = rows.slice(from + limit).filter((row) => ownerOf(row) === ownerOf(last)).length;
      return { rows: page, next: textOf(rows[from + limit - 1 + Math.min(ties, 1)] ?? last, names) };
    },
  })),

  "overwrites a state whatever its revision": {
    ...realStores,
    stateStore(db, table) {
      const store = realStores.stateStore(db, table);
      return {
        ...store,
        async upsert(state, options) {
          try {
            return await store.upsert(state, options);
          } catch (failure) {
            if (!(failure instanceof EgoError && failure.code === "conflict")) throw failure;
            return store.upsert(state, { ...options, expectedRevision: Number(failure.details.revision) });
          }
        },
      };
    },
  },

  "overwrites the row that a unique index protects": withStore((store) => ({
    ...store,
    async upsert(row) {
      try {
        await store.upsert(row);
      } catch (failure) {
        if (!(failure instanceof EgoError && failure.code === "already_exists")) throw failure;
      }
    },
  })),

  "reads a number, adds to it, and writes it": {
    ...realStores,
    rows(db, table) {
      const rows = realStores.rows(db, table);
      const reader = realStores.reader(db, table);
      return {
        ...rows,
        async increment(key, numbers) {
          const values = Object.values(key);
          const found = (await reader.find(values.length === 1 ? values[0] : key)) as
            | Record<string, unknown>
            | undefined;
          const sums = Object.entries(numbers).map(([name, amount]) => {
            const now = found?.[name] ?? (typeof amount === "bigint" ? 0n : 0);
            return [name, (now as number) + (amount as number)];
          });
          await rows.upsert(key, Object.fromEntries(sums));
        },
      };
    },
  },

  "lets calls overtake each other": {
    ...realStores,
    rows(db, table) {
      const rows = realStores.rows(db, table);
      return {
        ...rows,
        async increment(key, numbers) {
          await undefined;
          await rows.increment(key, numbers);
        },
      };
    },
  },

  "does what is sent together in an order of its own": withBatch((batch) => {
    const given: (() => void)[] = [];
    return {
      upsert: (...call) => given.unshift(() => batch.upsert(...call)),
      increment: (...call) => given.unshift(() => batch.increment(...call)),
      remove: (...call) => given.unshift(() => batch.remove(...call)),
      send() {
        for (const give of given.splice(0)) give();
        return batch.send();
      },
    };
  }),

  "names the last of those that are sent together": withBatch((batch) => {
    let count = 0;
    const counted =
      <Call extends readonly unknown[]>(give: (...call: Call) => void) =>
      (...call: Call) => {
        count++;
        give(...call);
      };
    return {
      upsert: counted(batch.upsert),
      increment: counted(batch.increment),
      remove: counted(batch.remove),
      async send() {
        const failed = await batch.send();
        return failed && { ...failed, index: count - 1 };
      },
    };
  }),

  "names the first of those that went in one statement": withBatch((batch) => ({
    ...batch,
    async send() {
      const failed = await batch.send();
      const { index } = failed ?? {};
      return index === undefined ? failed : { failure: failed?.failure, index: index - (index % rowsTogether) };
    },
  })),

  "goes on behind the one that failed, and says nothing": withBatch((batch) => ({
    ...batch,
    async send() {
      await batch.send();
      return undefined;
    },
  })),

  "sends together what was asked for later": withBatch((batch) => ({
    ...batch,
    async send() {
      await undefined;
      return batch.send();
    },
  })),

  "keeps what it is given until it is sent": withBatch((batch) => {
    const given: (() => void)[] = [];
    return {
      upsert: (...call) => given.push(() => batch.upsert(...call)),
      increment: (...call) => given.push(() => batch.increment(...call)),
      remove: (...call) => given.push(() => batch.remove(...call)),
      send() {
        for (const give of given.splice(0)) give();
        return batch.send();
      },
    };
  }),

  "overwrites what is not given": {
    ...realStores,
    rows(db, table) {
      const rows = realStores.rows(db, table);
      return {
        ...rows,
        async upsert(key, fields) {
          await rows.remove(key);
          await rows.upsert(key, fields);
        },
      };
    },
  },

  "creates what is missing, and looks at nothing that is there": {
    ...realStores,
    createTables: (db, tables) =>
      realStores.createTables(db, tables).catch((failure: unknown) => {
        if (!(failure instanceof EgoError && failure.code === "unsupported")) throw failure;
      }),
  },
};

function withBatch(change: (batch: RowBatch) => RowBatch): Stores {
  return {
    ...realStores,
    rows(db, table) {
      const rows = realStores.rows(db, table);
      return { ...rows, batch: () => change(rows.batch()) };
    },
  };
}

function withStore(sabotaged: (store: AnyStore) => AnyStore): Stores {
  return { ...realStores, store: (db, table) => sabotaged(realStores.store(db, table)) };
}

function mapped(row: Message, change: (value: unknown) => unknown): Message {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, change(value)])) as unknown as Message;
}

function ownerOf(row: Message): unknown {
  return (row as unknown as { owner: unknown }).owner;
}

function textOf(row: Message, names: readonly string[]): string {
  return JSON.stringify([names, row], (_, value) => (typeof value === "bigint" ? String(value) : value));
}
