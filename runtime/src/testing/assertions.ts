import { create, equals, type Message } from "@bufbuild/protobuf";
import type { Fields } from "../codegen/message.ts";
import type { CompiledEntity } from "../entity/compiled-entity.ts";
import type { Decided } from "../entity/decide.ts";
import { EgoError, type EgoErrorCode } from "../error/ego-error.ts";
import { sameMessage, showDecided, showMessage, storedOf, withId } from "./messages.ts";
import { type Ran, scenarioId } from "./scenario.ts";
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
  const check = (assertion: (ran: Ran) => void) =>
    chain(
      running.then((ran) => {
        assertion(ran);
        return ran;
      }),
    );
  const kindIs = (kind: Decided["kind"], what: string) =>
    check(({ decided }) => {
      if (decided.kind !== kind)
        throw new ScenarioError(`expected that the command ${what}`, kind, showDecided(entity, decided));
    });
  const result = running.then(({ decided, before }) => ({
    state: stateAfter(entity, decided, before),
    events: decided.kind === "events" ? storedOf(entity, decided.events) : [],
    rejection: decided.kind === "rejected" ? decided.rejection : undefined,
  }));
  return Object.assign(result, {
    emits: (...events: readonly Message[]) =>
      check(({ decided }) => {
        const expected = events.map((event) => withId(entity, event));
        if (decided.kind !== "events" && decided.kind !== "kept") {
          throw new ScenarioError(
            "expected events",
            expected.map((event) => showMessage(entity, event)),
            showDecided(entity, decided),
          );
        }
        const actual = decided.kind === "events" ? storedOf(entity, decided.events) : [];
        const same =
          expected.length === actual.length && expected.every((event, i) => sameMessage(entity, event, actual[i]));
        if (!same) {
          throw new ScenarioError(
            "other events than expected",
            expected.map((event) => showMessage(entity, event)),
            actual.map((event) => showMessage(entity, event)),
          );
        }
      }),
    saves: () => kindIs("saved", "saves the state"),
    removes: () => kindIs("removed", "removes the state"),
    keeps: () => kindIs("kept", "keeps the state"),
    rejects: (rejection: Message) =>
      check(({ decided }) => {
        const expected = withId(entity, rejection);
        if (decided.kind !== "rejected" || !sameMessage(entity, expected, decided.rejection)) {
          throw new ScenarioError("expected a rejection", showMessage(entity, expected), showDecided(entity, decided));
        }
      }),
    fails: (code: EgoErrorCode) =>
      chain(
        running.then(
          ({ decided }) => {
            throw new ScenarioError(`expected the failure ${code}`, code, showDecided(entity, decided));
          },
          (failure: unknown) => {
            if (!(failure instanceof EgoError)) throw failure;
            if (failure.code !== code)
              throw new ScenarioError(`expected the failure ${code}: ${failure.message}`, code, failure.code);
            return { decided: { kind: "kept" as const }, before: entity.initial(scenarioId) };
          },
        ),
      ),
    leaves: (fields: object) =>
      check(({ decided, before }) => {
        const state = stateAfter(entity, decided, before);
        const expected = Object.assign(entity.state.shape.copy(state), pickMade(entity, fields));
        if (!equals(entity.state.descriptor, expected, state)) {
          throw new ScenarioError(
            "another state than expected",
            showMessage(entity, expected),
            showMessage(entity, state),
          );
        }
      }),
  }) as unknown as Then<never>;
}

/** The given fields as `create` makes them; a name that the state lacks is an error of the test. */
function pickMade(entity: CompiledEntity, fields: object): object {
  const made = create(entity.state.descriptor, fields as never) as unknown as { [name: string]: unknown };
  const names = new Set(entity.state.descriptor.members.map((member) => member.localName));
  return Object.fromEntries(
    Object.keys(fields).map((name) => {
      if (!names.has(name)) throw new ScenarioError(`leaves(): the state has no field ${name}`, [...names], name);
      return [name, made[name]];
    }),
  );
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
