import { equals, type Message } from "@bufbuild/protobuf";
import type { Fields } from "../codegen/message.ts";
import type { CompiledEntity } from "../entity/compiled-entity.ts";
import type { Decided } from "../entity/conclusion.ts";
import { EgoError, type EgoErrorCode } from "../error/ego-error.ts";
import { expectedMessage, fieldsOf, sameMessage, scenarioId, showDecided, showMessage, storedOf } from "./messages.ts";
import type { Ran } from "./scenario.ts";
import { ScenarioError } from "./scenario-error.ts";

/** What came of a scenario. */
export interface Result<State> {
  readonly state: Readonly<State>;
  readonly events: readonly Message[];
  readonly rejection: Message | undefined;
}

/** The outcome of a scenario: assert on it, return it to the test runner, or await it. */
export interface Then<State> extends Promise<Result<State>> {
  /** Exactly these events, in this order; none means that nothing happened. */
  emits(...events: readonly Message[]): Then<State>;
  /** The durable state was saved. */
  saves(): Then<State>;
  /** The durable state was removed. */
  removes(): Then<State>;
  /** The durable state was kept as it was. */
  keeps(): Then<State>;
  /** This rejection. */
  rejects(rejection: Message): Then<State>;
  /** A failure with this code, as a precondition that does not hold. */
  fails(code: EgoErrorCode): Then<State>;
  /** These fields of the state afterwards. */
  leaves(fields: Fields<State>): Then<State>;
}

/** The assertions on a scenario that runs. */
export function assertionsOn(entity: CompiledEntity, running: Promise<Ran>): Then<never> {
  const chain = (next: Promise<Ran>) => {
    // Whoever chains an assertion looks at that one's promise, not at this one's. Only then: a scenario that nobody
    // waits for must not fail unseen.
    result.catch(() => {});
    const { stack = "" } = new Error();
    return assertionsOn(
      entity,
      next.catch((failure: unknown) => {
        throw placed(failure, stack);
      }),
    );
  };
  const check = (assertion: (decided: Decided, before: Message) => void) =>
    chain(
      running.then((ran) => {
        assertion(succeeded(ran), ran.before);
        return ran;
      }),
    );
  const kindIs = (kind: Decided["kind"], what: string) =>
    check((decided) => {
      if (entity.table.kind !== "durable") {
        throw new ScenarioError(`"${entity.name}" emits events, and has no state that it ${what}`, "emits()", what);
      }
      if (decided.kind !== kind) {
        throw ScenarioError.different(
          `expected that the command ${what} the state`,
          kind,
          showDecided(entity, decided),
        );
      }
    });
  const result = running.then((ran) => {
    const decided = succeeded(ran);
    return {
      state: stateAfter(entity, decided, ran.before),
      events: decided.kind === "events" ? storedOf(entity, decided.events) : [],
      rejection: decided.kind === "rejected" ? decided.rejection : undefined,
    };
  });
  return Object.assign(result, {
    emits: (...events: readonly Message[]) =>
      check((decided) => {
        if (entity.table.kind === "durable") {
          throw new ScenarioError(
            `"${entity.name}" has a durable state, and emits nothing`,
            "saves(), removes() or keeps()",
            "emits()",
          );
        }
        const expected = events.map((event) => expectedMessage(entity, event, "event", "emits()"));
        const actual = decided.kind === "events" ? storedOf(entity, decided.events) : [];
        const same =
          decided.kind !== "rejected" &&
          expected.length === actual.length &&
          expected.every((event, i) => sameMessage(entity, event, actual[i]));
        if (same) return;
        throw ScenarioError.different(
          decided.kind === "rejected" ? "expected events, and the command was rejected" : "other events than expected",
          expected.map((event) => showMessage(entity, event)),
          decided.kind === "kept" ? [] : showDecided(entity, decided),
        );
      }),
    saves: () => kindIs("saved", "saves"),
    removes: () => kindIs("removed", "removes"),
    keeps: () => kindIs("kept", "keeps"),
    rejects: (rejection: Message) =>
      check((decided) => {
        const expected = expectedMessage(entity, rejection, "rejection", "rejects()");
        if (decided.kind === "rejected" && sameMessage(entity, expected, decided.rejection)) return;
        throw ScenarioError.different(
          decided.kind === "rejected" ? "another rejection than expected" : "expected a rejection",
          showMessage(entity, expected),
          showDecided(entity, decided),
        );
      }),
    fails: (code: EgoErrorCode) =>
      chain(
        running.then(({ decided, before }) => {
          if (decided.kind !== "failed") {
            throw ScenarioError.different(`expected the failure ${code}`, code, showDecided(entity, decided));
          }
          const { failure } = decided;
          if (!(failure instanceof EgoError)) throw failure;
          if (failure.code !== code) {
            throw new ScenarioError(
              `expected the failure ${code}, got ${failure.code}: ${failure.message}`,
              code,
              failure.code,
              {
                cause: failure,
              },
            );
          }
          return { decided: { kind: "kept" as const }, before };
        }),
      ),
    leaves: (fields: object) =>
      check((decided, before) => {
        const state = stateAfter(entity, decided, before);
        const given = fieldsOf(entity.state.descriptor, fields, "leaves(): the state");
        const expected = Object.assign(entity.state.shape.copy(state), given);
        if (equals(entity.state.descriptor, expected, state)) return;
        throw ScenarioError.different(
          "another state than expected",
          showMessage(entity, expected),
          showMessage(entity, state),
        );
      }),
  }) as unknown as Then<never>;
}

/** What was decided, if it was. */
function succeeded({ decided }: Ran): Decided {
  if (decided.kind === "failed") throw decided.failure;
  return decided;
}

function stateAfter(entity: CompiledEntity, decided: Decided, before: Message): Message {
  if (decided.kind === "events" || decided.kind === "saved") return decided.state;
  return decided.kind === "removed" ? entity.state.shape.freeze(entity.initial(scenarioId)) : before;
}

/** The failure with the frames of the assertion's caller: what failed is a line of the test, not of this file. */
function placed(failure: unknown, stack: string): unknown {
  if (!(failure instanceof ScenarioError) || failure.placed) return failure;
  const frames = stack.split("\n").slice(1);
  const caller = frames.findIndex((frame) => !frame.includes(import.meta.url) && !frame.includes(import.meta.filename));
  failure.stack = [`${failure.name}: ${failure.message}`, ...frames.slice(Math.max(caller, 0))].join("\n");
  failure.placed = true;
  return failure;
}
