import type { DeadLetter, ProjectionStore, ProjectionVersion } from "@ego/runtime";
import { type Saboteur, withProjections } from "./sabotage.ts";

const nothing = async () => undefined;

/** Who has a part; undefined if nobody has. */
async function ownerOf(projections: ProjectionStore, of: ProjectionVersion, part: number): Promise<string | undefined> {
  const { leases } = await projections.heartbeat("looking", 0, 1, []);
  return leases.find((lease) => lease.name === of.name && lease.version === of.version && lease.part === part)?.owner;
}

/** Buries a letter in a transaction of its own, of a shard that is not the letter's. */
async function buryAside(projections: ProjectionStore, of: ProjectionVersion, letter: DeadLetter): Promise<void> {
  const offsets = (await projections.offsets(of)) ?? [];
  const shard = offsets.length - 1 - (letter.shard === offsets.length - 1 ? 1 : 0);
  const at = offsets[shard] ?? 0;
  await projections.advance(of, [{ shard, from: at, to: at }], ({ bury }) => bury(letter));
}

/** Stores whose projections do something twice, not at all, or for the wrong one. */
export const projectionSaboteurs: Readonly<Record<string, Saboteur>> = {
  "moves the offset in a transaction of its own, before the work": {
    subject: withProjections((projections) => ({
      async advance(of, moves, work) {
        if (!(await projections.advance(of, moves, nothing))) return false;
        const again = moves.map(({ shard, to }) => ({ shard, from: to, to }));
        return projections.advance(of, again, work);
      },
    })),
    caughtBy: "what the work throws comes out as it is, and nothing was done",
  },
  "does the work before it has the offsets": {
    subject: withProjections((projections) => ({
      async advance(of, moves, work) {
        const offsets = await projections.offsets(of);
        if (moves.some(({ shard, from }) => offsets?.[shard] !== from)) return false;
        const letters: DeadLetter[] = [];
        const tx = { tx: undefined, tableName: () => "", rows: () => ({}) as never };
        await work({
          ...tx,
          bury: async (letter) => {
            letters.push(letter);
          },
        });
        return projections.advance(of, moves, async ({ bury }) => {
          for (const letter of letters) await bury(letter);
        });
      },
    })),
    caughtBy: "of many that advance one shard at once, one does",
  },
  "moves an offset from wherever it is": {
    subject: withProjections((projections) => ({
      async advance(of, moves, work) {
        const offsets = (await projections.offsets(of)) ?? [];
        return projections.advance(
          of,
          moves.map((move) => ({ ...move, from: offsets[move.shard] ?? 0 })),
          work,
        );
      },
    })),
    caughtBy: "an advance from an offset that is behind, ahead, or not there is declined, and does nothing",
  },
  "does the work before it declines": {
    subject: withProjections((projections) => ({
      async advance(of, moves, work) {
        let worked = false;
        const advanced = await projections.advance(of, moves, async (transaction) => {
          worked = true;
          await work(transaction);
        });
        if (!worked) await work({ tx: undefined, tableName: () => "", rows: () => ({}) as never, bury: nothing });
        return advanced;
      },
    })),
    caughtBy: "an advance from an offset that is behind, ahead, or not there is declined, and does nothing",
  },
  "forgets the offset of a shard": {
    subject: withProjections((projections) => ({
      advance: (of, moves, work) => projections.advance(of, moves.slice(0, 1), work),
    })),
    caughtBy: "an advance does the work once, and moves the offsets of its shards",
  },
  "moves the offsets of the first sixteen shards": {
    subject: withProjections((projections) => ({
      advance: (of, moves, work) => projections.advance(of, moves.slice(0, 16), work),
    })),
    caughtBy: "many shards advance at once",
  },
  "wraps what the work throws": {
    subject: withProjections((projections) => ({
      advance: (of, moves, work) =>
        projections.advance(of, moves, async (transaction) => {
          await work(transaction).catch((cause: unknown) => Promise.reject(new Error("failed", { cause })));
        }),
    })),
    caughtBy: "what the work throws comes out as it is, and nothing was done",
  },
  "buries outside of the transaction": {
    subject: withProjections((projections) => ({
      advance: (of, moves, work) =>
        projections.advance(of, moves, (transaction) =>
          work({ ...transaction, bury: (letter) => buryAside(projections, of, letter) }),
        ),
    })),
    caughtBy: "what the work throws comes out as it is, and nothing was done",
  },
  "adds no offsets to a version that is there": {
    subject: withProjections((projections) => ({
      async add(record, offsets, table) {
        const known = await projections.offsets(record);
        return projections.add(record, known ? [] : offsets, table);
      },
    })),
    caughtBy: "one that is there gets the offsets of shards that it has none of, and keeps the others",
  },
  "begins a version again that is added again": {
    subject: withProjections((projections) => ({
      async add(record, offsets, table) {
        await projections.remove(record, table);
        return projections.add(record, offsets, table);
      },
    })),
    caughtBy: "one that is there stays as it is when it is added again",
  },
  "changes the first version of a projection": {
    subject: withProjections((projections) => ({
      change: (of, change) => projections.change({ ...of, version: 1 }, change),
    })),
    caughtBy: "versions have offsets and changes of their own",
  },
  "takes a failure that is taken back for one that was not given": {
    subject: withProjections((projections) => ({
      change: (of, { failure, ...change }) =>
        projections.change(of, failure === null || failure === undefined ? change : { ...change, failure }),
    })),
    caughtBy: "a change changes what it names, and a failure can be taken back",
  },
  "keeps the letters of a version that begins again": {
    subject: withProjections((projections) => ({
      async reset(of, offsets, table, at) {
        const letters = await projections.deadLetters(of, 1_000);
        const done = await projections.reset(of, offsets, table, at);
        for (const letter of letters) await buryAside(projections, of, letter);
        return done;
      },
    })),
    caughtBy: "a reset begins again at other offsets, without dead letters",
  },
  "leaves the live version live when another is promoted": {
    subject: withProjections((projections) => ({
      list: async () =>
        (await projections.list()).map((record) => (record.role === "previous" ? { ...record, role: "live" } : record)),
    })),
    caughtBy: "a version is promoted once: it is live, and the live one the previous",
  },
  "promotes without waiting for an advance that is under way": {
    subject: withProjections((projections) => ({
      async promote(to, table) {
        void projections.promote(to, table);
        return true;
      },
    })),
    caughtBy: "a promotion waits for an advance that is under way",
  },
  "tells everybody that the promotion was theirs": {
    subject: withProjections((projections) => ({
      async promote(to, table) {
        await projections.promote(to, table);
        return true;
      },
    })),
    caughtBy: "a version is promoted once: it is live, and the live one the previous",
  },
  "shows the first page of letters again and again": {
    subject: withProjections((projections) => ({ deadLetters: (of, limit) => projections.deadLetters(of, limit) })),
    caughtBy: "letters come back as they were, by shard and position, page by page",
  },
  "sorts letters by position alone": {
    subject: withProjections((projections) => ({
      deadLetters: async (of, limit, after) =>
        (await projections.deadLetters(of, limit, after)).toSorted((a, b) => a.position - b.position),
    })),
    caughtBy: "letters come back as they were, by shard and position, page by page",
  },
  "counts the letters of all versions": {
    subject: withProjections((projections) => ({
      async countDeadLetters({ name }) {
        const versions = (await projections.list()).filter((record) => record.name === name);
        const counts = await Promise.all(versions.map((version) => projections.countDeadLetters(version)));
        return counts.reduce((sum, count) => sum + count, 0);
      },
    })),
    caughtBy: "letters are those of one version",
  },
  "keeps the first letter of a position": {
    subject: withProjections((projections) => ({
      advance: (of, moves, work) =>
        projections.advance(of, moves, async (transaction) => {
          const kept = await projections.deadLetters(of, 1_000);
          const there = ({ shard, position }: DeadLetter) =>
            kept.some((letter) => letter.shard === shard && letter.position === position);
          await work({
            ...transaction,
            bury: async (letter) => (there(letter) ? undefined : transaction.bury(letter)),
          });
        }),
    })),
    caughtBy: "a letter takes the place of one of the same position",
  },
  "takes a letter out before the work": {
    subject: withProjections((projections) => ({
      async unbury(of, letter, work) {
        if (!(await projections.unbury(of, letter, nothing))) return false;
        const at = (await projections.offsets(of))?.[letter.shard] ?? 0;
        return projections.advance(of, [{ shard: letter.shard, from: at, to: at }], work);
      },
    })),
    caughtBy: "a letter stays whose work throws, and the failure comes out as it is",
  },
  "does the work of a letter that is not there": {
    subject: withProjections((projections) => ({
      async unbury(of, { shard }, work) {
        const at = (await projections.offsets(of))?.[shard] ?? 0;
        return projections.advance(of, [{ shard, from: at, to: at }], work);
      },
    })),
    caughtBy: "a letter is taken out once, with the work, and the offset stays",
  },
  "lets two take a part": {
    subject: withProjections((projections) => ({
      take: async (part, from) =>
        (await projections.take(part, from)) || projections.take(part, await ownerOf(projections, part, part.part)),
    })),
    caughtBy: "a part that nobody has is taken by one of many, and prolonged by its heartbeat alone",
  },
  "gives a part to whoever names an owner": {
    subject: withProjections((projections) => ({
      take: async (part, from) =>
        projections.take(part, from === undefined ? from : await ownerOf(projections, part, part.part)),
    })),
    caughtBy: "a part is taken from the owner that one names, and from no other",
  },
  "forgets what a node has handlers for": {
    subject: withProjections((projections) => ({
      heartbeat: (node, now, expiresAt) => projections.heartbeat(node, now, expiresAt, []),
    })),
    caughtBy: "nodes say what they have handlers for",
  },
  "never forgets a node": {
    subject: withProjections((projections) => ({
      heartbeat: (node, _, expiresAt, handles) => projections.heartbeat(node, 0, expiresAt, handles),
    })),
    caughtBy: "nodes are there until their time is over",
  },
  "forgets nodes when somebody looks": {
    subject: withProjections((projections) => ({
      view: (now) => projections.heartbeat("looking", now, now, []),
    })),
    caughtBy: "whoever is no node sees what a node sees, and stays none",
  },
  "shows nodes whose time is over": {
    subject: withProjections((projections) => ({ view: () => projections.view(0) })),
    caughtBy: "whoever is no node sees what a node sees, and stays none",
  },
  "lets a heartbeat prolong what others have": {
    subject: withProjections((projections) => ({
      async heartbeat(node, now, expiresAt, handles) {
        const view = await projections.heartbeat(node, now, expiresAt, handles);
        return { ...view, leases: view.leases.map((lease) => ({ ...lease, expiresAt })) };
      },
    })),
    caughtBy: "a part that nobody has is taken by one of many, and prolonged by its heartbeat alone",
  },
  "gives up parts whoever has them": {
    subject: withProjections((projections) => ({
      async release(node, parts) {
        if (parts === undefined) return projections.release(node);
        for (const part of parts) {
          const owner = await ownerOf(projections, part, part.part);
          if (owner !== undefined) await projections.release(owner, [part]);
        }
      },
    })),
    caughtBy: "what is given up is free at once: some parts, or all and the node itself",
  },
};
