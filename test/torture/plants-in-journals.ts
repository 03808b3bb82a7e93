import type { Plant } from "./plants.ts";

/** Anomalies of what is stored. */
export const journalPlants: Readonly<Record<string, Plant>> = {
  "a lost append": {
    found: "lost",
    plant(recorded) {
      const lost = recorded.lastCommand(1);
      return recorded.events((events) => events.filter((event) => !lost.includes(event)));
    },
  },
  "a command that is stored twice": {
    found: "doubled",
    plant(recorded) {
      const own = recorded.lastCommand(1);
      const copies = own.map((event) => ({
        ...event,
        revision: event.revision + own.length,
        position: event.position + own.length,
      }));
      return recorded.events((events) => [...events, ...copies]);
    },
  },
  "half a command": {
    found: "half",
    plant(recorded) {
      const last = recorded.lastCommand(2).at(-1);
      return recorded.events((events) => events.filter((event) => event !== last));
    },
  },
  "an event that went over to the command before": {
    found: "wrong event",
    plant(recorded) {
      const [first] = recorded.lastCommand(2);
      return recorded.events((events) =>
        events.map((event) => (event === first ? { ...event, commandId: null } : event)),
      );
    },
  },
  "a hole in the positions of a shard": {
    found: "hole",
    plant(recorded) {
      const [{ shard, position } = { shard: 0, position: 0 }] = recorded.lastCommand(1);
      return recorded.events((events) =>
        events.map((event) =>
          event.shard === shard && event.position >= position ? { ...event, position: event.position + 1 } : event,
        ),
      );
    },
  },
  "two events at one position": {
    found: "hole",
    plant(recorded) {
      const [last] = recorded.lastCommand(1);
      return recorded.events((events) =>
        events.map((event) => (event === last ? { ...event, position: event.position - 1 } : event)),
      );
    },
  },
  "a hole in the revisions of an entity": {
    found: "hole",
    plant(recorded) {
      const own = recorded.lastCommand(1);
      return recorded.events((events) =>
        events.map((event) => (own.includes(event) ? { ...event, revision: event.revision + 1 } : event)),
      );
    },
  },
  "a hole in the versions of a durable state": {
    found: "hole",
    plant({ evidence }) {
      const [first] = evidence.versions;
      return { ...evidence, versions: evidence.versions.filter((version) => version !== first) };
    },
  },
  "two versions of durable states at one position": {
    found: "hole",
    plant({ evidence }) {
      const second = evidence.versions.find(({ position }) => position === 2);
      const versions = evidence.versions.map((version) => (version === second ? { ...version, position: 1 } : version));
      return { ...evidence, versions };
    },
  },
  "another event than the command decides on": {
    found: "wrong event",
    plant(recorded) {
      const [last] = recorded.lastCommand(1);
      return recorded.events((events) =>
        events.map((event) => (event === last ? { ...event, fact: ["credited", 999_999] } : event)),
      );
    },
  },
  "a command that nobody sent": {
    found: "unknown",
    plant(recorded) {
      const [last] = recorded.lastCommand(1);
      const { number } = recorded.stored((_, event) => event === last);
      const attempts = recorded.evidence.attempts.filter((attempt) => attempt.number !== number);
      return { ...recorded.evidence, attempts };
    },
  },
  "a command that the plan does not have": {
    found: "unknown",
    plant(recorded) {
      const [last] = recorded.lastCommand(1);
      return recorded.events((events) =>
        events.map((event) => (event === last ? { ...event, commandId: "somebody's" } : event)),
      );
    },
  },
  "a command of another entity": {
    found: "misplaced",
    plant(recorded) {
      const [last] = recorded.lastCommand(1);
      const other = recorded.stored((_, event) => event !== undefined && event.entityId !== last?.entityId);
      return recorded.events((events) =>
        events.map((event) => (event === last ? { ...event, commandId: `c-${other.number}` } : event)),
      );
    },
  },
  "a shard that is not the entity's": {
    found: "misplaced",
    plant(recorded) {
      const last = recorded.lastCommand(1);
      const shard = 1_000;
      return recorded.events((events) =>
        events.map((event) => (last.includes(event) ? { ...event, shard, position: last.indexOf(event) + 1 } : event)),
      );
    },
  },
  "an engine that recovers another state": {
    found: "wrong recovery",
    plant({ evidence }) {
      const finals = evidence.finals.map((final, i) => (i === 3 ? { ...final, revision: final.revision - 1 } : final));
      return { ...evidence, finals };
    },
  },
};
