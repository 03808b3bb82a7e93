import type { ProjectionTransaction, Store } from "@ego/runtime";
import { storedOf } from "../../runtime/src/stores/sql/sql-inline.ts";
import type { Saboteur } from "./orders.ts";
import { type Advance, type AppendInline, withAdvance, withAppend } from "./with-advance.ts";

const nothing = async () => undefined;

/** Breaks the projections of a store in one way. */
export function sabotaged(store: Store, saboteur: Saboteur): Store {
  return saboteur === "projects inline in a transaction of its own"
    ? withAppend(store, behind)
    : withAdvance(store, advances[saboteur]);
}

/** Stores first, and projects then. */
const behind = (append: AppendInline, advance: Advance): AppendInline => {
  return async (batch, inline) => {
    const { results } = await append(batch, []);
    for (const [index, { shard, events }] of batch.entries()) {
      const result = results[index];
      if (!result?.stored) continue;
      const stored = storedOf(batch.slice(index, index + 1), [result]);
      const moves = [{ shard, from: result.position - events.length, to: result.position }];
      // It is too late for the command to fail.
      const ignored = () => undefined;
      for (const { project, ...of } of inline) {
        await advance(of, moves, (transaction) => project(stored, transaction)).catch(ignored);
      }
    }
    return { results, projected: inline };
  };
};

const advances: Readonly<
  Record<Exclude<Saboteur, "projects inline in a transaction of its own">, (advance: Advance) => Advance>
> = {
  "moves the offset in a transaction of its own, before the work": (advance) => async (of, moves, work) => {
    if (!(await advance(of, moves, nothing))) return false;
    const there = moves.map(({ shard, to }) => ({ shard, from: to, to }));
    return advance(of, there, work);
  },

  "moves the offset in a transaction of its own, after the work": (advance) => async (of, moves, work) => {
    const here = moves.map(({ shard, from }) => ({ shard, from, to: from }));
    return (await advance(of, here, work)) && (await advance(of, moves, nothing));
  },

  "commits rows of failed work": (advance) => async (of, moves, work) => {
    const writes: ((transaction: ProjectionTransaction) => Promise<void>)[] = [];
    try {
      return await advance(of, moves, (transaction) => work(noting(transaction, writes)));
    } catch (failure) {
      const here = moves.map(({ shard, from }) => ({ shard, from, to: from }));
      await advance(of, here, async (transaction) => {
        for (const write of writes) await write(transaction);
      });
      throw failure;
    }
  },
};

/** A transaction whose writes of rows are noted. */
function noting(
  transaction: ProjectionTransaction,
  writes: ((transaction: ProjectionTransaction) => Promise<void>)[],
): ProjectionTransaction {
  return {
    ...transaction,
    rows(table) {
      const rows = transaction.rows(table);
      return {
        ...rows,
        batch() {
          const batch = rows.batch();
          return {
            ...batch,
            upsert(key, fields) {
              writes.push((later) => later.rows(table).upsert(key, fields));
              batch.upsert(key, fields);
            },
            increment(key, numbers) {
              writes.push((later) => later.rows(table).increment(key, numbers));
              batch.increment(key, numbers);
            },
          };
        },
      };
    },
  };
}
