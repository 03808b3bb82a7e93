import type { Accepted, Attempt } from "./evidence.ts";
import type { Plant, Replied } from "./plants.ts";

/** The reply of an attempt that was told something else. */
function retold(attempt: Replied, other: Partial<Accepted>): { readonly answer: Accepted } {
  return { answer: { ...attempt.answer, ...other } };
}

/** Anomalies of what clients were told. */
export const answerPlants: Readonly<Record<string, Plant>> = {
  "a stale read: a reply that is older than what its engine had told": {
    found: "stale",
    plant(recorded) {
      const read = recorded.attempt(
        "read of what had changed",
        ({ kind, answer, number }) =>
          kind === "read" && answer?.kind === "accepted" && answer.revision > 3 && isAccount(recorded.planned(number)),
      );
      const { entityId } = recorded.planned(read.number);
      // What it was when it was opened, as its engine told.
      const opened = recorded.stored(
        (one, event) => one.engine === read.engine && event?.entityId === entityId && one.answer.at < read.sentAt,
      );
      const { revision, state } = opened.answer;
      return recorded.instead(read, { answer: { ...(read.answer as Accepted), revision: revision, state } });
    },
  },
  "a fork: two replies with one revision, and different states": {
    found: "fork",
    plant(recorded) {
      const first = recorded.stored(({ number }) => recorded.repeated(number) !== undefined);
      const again = recorded.repeated(first.number) as Replied;
      return recorded.instead(again, retold(again, { state: "owner-1 4711" }));
    },
  },
  "swapped replies": {
    found: "wrong reply",
    plant(recorded) {
      const one = recorded.stored();
      const other = recorded.stored(
        ({ number, answer }) => number !== one.number && answer.revision !== one.answer.revision,
      );
      const attempts = recorded.evidence.attempts.map((attempt) => {
        if (attempt === one) return { ...attempt, answer: other.answer };
        return attempt === other ? { ...attempt, answer: one.answer } : attempt;
      });
      return { ...recorded.evidence, attempts };
    },
  },
  "a wrong position in a reply": {
    found: "wrong position",
    plant(recorded) {
      const one = recorded.stored();
      return recorded.instead(one, retold(one, { position: one.answer.position + 1 }));
    },
  },
  "a wrong revision in a reply": {
    found: "wrong reply",
    plant(recorded) {
      const one = recorded.stored();
      return recorded.instead(one, retold(one, { revision: one.answer.revision + 1 }));
    },
  },
  "a wrong time in a reply": {
    found: "wrong time",
    plant(recorded) {
      const one = recorded.stored();
      return recorded.instead(one, retold(one, { recordedAt: one.answer.recordedAt - 1 }));
    },
  },
  "a rejection that follows from no state": {
    found: "unjustified",
    plant(recorded) {
      const refused = recorded.attempt(
        "rejection with a value",
        ({ answer }) => answer?.kind === "refused" && answer.what.startsWith("insufficientFunds"),
      );
      const { at } = refused.answer as { at: number };
      return recorded.instead(refused, { answer: { kind: "refused", at, what: "insufficientFunds 4711" } });
    },
  },
  "a rejection from a state that is older than what its engine had told": {
    found: "stale",
    plant(recorded) {
      const credit = recorded.stored(
        (one) => recorded.planned(one.number).name === "credit" && recorded.toldBefore(one) > 0,
      );
      const { at } = credit.answer;
      return recorded.instead(credit, { answer: { kind: "refused", at, what: "not_found" } });
    },
  },
  "a no-op that would have changed something": {
    found: "unjustified",
    plant(recorded) {
      const one = recorded.stored(({ answer }) => answer.revision > 1);
      return recorded.instead(one, retold(one, { position: 0, revision: one.answer.revision }));
    },
  },
  "a command that was acknowledged before it was stored": {
    found: "early",
    plant(recorded) {
      // Its engine told it, was killed before it stored it, and another life of it stored it when it came again.
      const one = recorded.stored();
      const early = { ...one, engine: "0.9", ...retold(one, { at: one.sentAt - 1 }), sentAt: one.sentAt - 2 };
      return { ...recorded.evidence, attempts: [early, ...recorded.evidence.attempts] };
    },
  },
  "a repeated reply without a first one": {
    found: "repeated without first",
    plant(recorded) {
      const attempts = recorded.evidence.attempts;
      const once = recorded.stored(({ number }) => attempts.filter((one) => one.number === number).length === 1);
      return recorded.instead(once, retold(once, { repeated: true }));
    },
  },
  "a command that was refused, and is stored": {
    found: "stored though refused",
    plant(recorded) {
      const attempts = recorded.evidence.attempts;
      const once = recorded.stored(({ number }) => attempts.filter((one) => one.number === number).length === 1);
      const { at } = once.answer;
      return recorded.instead(once, { answer: { kind: "refused", at, what: "accountIsClosed" } });
    },
  },
  "a command that was refused when its client asked what had become of it, and is stored": {
    found: "stored though refused",
    plant(recorded) {
      const attempts = recorded.evidence.attempts;
      const once = recorded.stored(({ number }) => attempts.filter((one) => one.number === number).length === 1);
      const { at } = once.answer;
      const unknown: Attempt = { ...once, answer: { kind: "failed", at: at - 2, code: "unavailable", message: "" } };
      const asked: Attempt = { ...once, sentAt: at - 1, answer: { kind: "refused", at, what: "accountIsClosed" } };
      return {
        ...recorded.evidence,
        attempts: attempts.flatMap((one) => (one === once ? [unknown, asked] : [one])),
      };
    },
  },
  "a conflict that ended in the journal": {
    found: "stored though refused",
    plant(recorded) {
      const attempts = recorded.evidence.attempts;
      const once = recorded.stored(({ number }) => attempts.filter((one) => one.number === number).length === 1);
      const { at } = once.answer;
      return recorded.instead(once, { answer: { kind: "failed", at, code: "conflict", message: "" } });
    },
  },
  "a command that is stored before what had been acknowledged when it was sent": {
    found: "out of order",
    plant(recorded) {
      const last = recorded.stored(({ answer }) => answer.revision > 5);
      const { entityId } = recorded.planned(last.number);
      const first = recorded.stored(
        (one, event) => event?.entityId === entityId && one.answer.revision < last.answer.revision,
      );
      const sentAt = last.answer.at + 1;
      const attempts = recorded.evidence.attempts
        .filter((one) => one === first || one.number !== first.number)
        .map((one) => (one === first ? { ...one, sentAt, ...retold(first, { at: sentAt + 1 }) } : one));
      return { ...recorded.evidence, attempts };
    },
  },
  "an answer from a state that was not there yet": {
    found: "premature",
    plant(recorded) {
      const read = recorded.attempt(
        "read before a command",
        ({ kind, answer, number }) =>
          kind === "read" &&
          answer?.kind === "accepted" &&
          answer.revision === 0 &&
          isAccount(recorded.planned(number)),
      );
      const { entityId } = recorded.planned(read.number);
      const at = (read.answer as Accepted).at;
      const later = recorded.stored((one, event) => event?.entityId === entityId && one.sentAt > at);
      const attempts = recorded.evidence.attempts.filter((one) => one.number !== later.number || one.sentAt > at);
      const { revision, state } = later.answer;
      return {
        ...recorded.evidence,
        attempts: attempts.map((one) =>
          one === read ? { ...one, answer: { ...(one.answer as Accepted), revision, state } } : one,
        ),
      };
    },
  },
  "a command that ignores the revision it expects": {
    found: "ignored revision",
    plant(recorded) {
      const one = recorded.stored();
      return recorded.instead(one, { expectedRevision: one.answer.revision });
    },
  },
  "a command whose id was taken, and that was carried out": {
    found: "clash",
    plant(recorded) {
      const clash = recorded.attempt("clash", ({ kind }) => kind === "clash");
      const { answer } = recorded.stored();
      return recorded.instead(clash, { answer: { ...answer, at: clash.answer?.at ?? 0 } });
    },
  },
  "a command that an engine decides again, though it had told of it": {
    found: "forgotten",
    plant(recorded) {
      const first = recorded.stored(({ number }) => recorded.repeated(number) !== undefined);
      const again = recorded.repeated(first.number) as Replied;
      const { at } = again.answer;
      return recorded.instead(again, { answer: { kind: "refused", at, what: "accountIsClosed" } });
    },
  },
  "a command without an answer": {
    found: "unanswered",
    plant(recorded) {
      const { number } = recorded.stored();
      const attempts = recorded.evidence.attempts.map(({ answer, ...one }) =>
        one.number === number || !answer ? one : { ...one, answer },
      );
      return { ...recorded.evidence, attempts };
    },
  },
  "a failure that should not be": {
    found: "unexpected",
    plant(recorded) {
      const one = recorded.stored();
      const { at } = one.answer;
      return recorded.instead(one, { answer: { kind: "failed", at, code: "internal", message: "" } });
    },
  },
};

function isAccount({ kind }: { readonly kind: string }): boolean {
  return kind === "account";
}
