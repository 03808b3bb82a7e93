import type { Message } from "@bufbuild/protobuf";
import { EgoError } from "@ego/runtime";
import { sql } from "kysely";
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
