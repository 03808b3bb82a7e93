import { type Saboteur, withSnapshots } from "./sabotage.ts";

/** Stores that keep snapshots wrongly. */
export const snapshotSaboteurs: Readonly<Record<string, Saboteur>> = {
  "gives the snapshot that was saved last for the newest": {
    subject: withSnapshots((snapshots) => {
      const last = new Map<string, number>();
      return {
        async save(batch) {
          for (const { entityType, entityId, revision } of batch) last.set(`${entityType} ${entityId}`, revision);
          await snapshots.save(batch);
        },
        load: (type, id, { to = last.get(`${type} ${id}`) ?? 0, ...choice } = {}) =>
          snapshots.load(type, id, { ...choice, to }),
      };
    }),
    caughtBy: "the newest snapshot is loaded, whenever it was saved",
  },
  "takes the bound of a snapshot for excluded": {
    subject: withSnapshots((snapshots) => ({
      load: (type, id, { to, ...choice } = {}) =>
        snapshots.load(type, id, to === undefined ? choice : { ...choice, to: to - 1 }),
    })),
    caughtBy: "the newest snapshot up to a revision is loaded",
  },
  "gives snapshots of any schema": {
    subject: withSnapshots((snapshots) => ({
      load: (type, id, { schemaHash: _, ...choice } = {}) => snapshots.load(type, id, choice),
    })),
    caughtBy: "snapshots of another schema are passed over",
  },
  "looks at the schema of the newest snapshot only": {
    subject: withSnapshots((snapshots) => ({
      async load(type, id, { schemaHash, ...choice } = {}) {
        const found = await snapshots.load(type, id, choice);
        return schemaHash === undefined || found?.schemaHash === schemaHash ? found : undefined;
      },
    })),
    caughtBy: "snapshots of another schema are passed over",
  },
  "keeps the first snapshot of a revision": {
    subject: withSnapshots((snapshots) => ({
      async save(batch) {
        for (const snapshot of batch) {
          const { entityType, entityId, revision, schemaHash } = snapshot;
          const found = await snapshots.load(entityType, entityId, { to: revision, schemaHash });
          if (found?.revision !== revision) await snapshots.save([snapshot]);
        }
      },
    })),
    caughtBy: "a snapshot takes the place of one of the same revision",
  },
  "keeps one snapshot of a revision, whatever its schema": {
    subject: withSnapshots((snapshots) => ({
      async save(batch) {
        for (const snapshot of batch) {
          const { entityType, entityId, revision } = snapshot;
          await snapshots.delete(entityType, entityId, { from: revision, to: revision });
          await snapshots.save([snapshot]);
        }
      },
    })),
    caughtBy: "a snapshot of another schema stands beside that of the same revision",
  },
  "saves a part of a batch": {
    subject: withSnapshots((snapshots) => ({ save: (batch) => snapshots.save(batch.slice(0, 256)) })),
    caughtBy: "the snapshots of a batch are all saved",
  },
  "removes all snapshots, whatever the bounds": {
    subject: withSnapshots((snapshots) => ({ delete: (type, id) => snapshots.delete(type, id) })),
    caughtBy: "snapshots are removed by the bounds of their revisions",
  },
  "removes the snapshots of one schema": {
    subject: withSnapshots((snapshots) => ({
      async delete(type, id, range) {
        const other = await snapshots.load(type, id, { schemaHash: "0123456789abcdef" });
        await snapshots.delete(type, id, range);
        if (other) await snapshots.save([other]);
      },
    })),
    caughtBy: "snapshots are removed whatever their schema, and of one entity alone",
  },
  "cuts a snapshot off at 64 KiB": {
    subject: withSnapshots((snapshots) => ({
      save: (batch) =>
        snapshots.save(batch.map((snapshot) => ({ ...snapshot, payload: snapshot.payload.slice(0, 65_536) }))),
    })),
    caughtBy: "the bytes of a snapshot come back exactly",
  },
  "keeps snapshots of ids without regard to case": {
    subject: withSnapshots((snapshots) => ({
      save: (batch) =>
        snapshots.save(batch.map((snapshot) => ({ ...snapshot, entityId: snapshot.entityId.toLowerCase() }))),
      async load(type, id, choice) {
        const found = await snapshots.load(type, id.toLowerCase(), choice);
        return found && { ...found, entityId: id };
      },
    })),
    caughtBy: "snapshots of ids that differ in little are told apart",
  },
  "gives a snapshot one revision too late": {
    subject: withSnapshots((snapshots) => ({
      async load(type, id, choice) {
        const found = await snapshots.load(type, id, choice);
        return found && { ...found, revision: found.revision + 1 };
      },
    })),
    caughtBy: "a snapshot and the events behind it give what all events give, at every cut",
  },
};
