import { EgoError } from "../error/ego-error.ts";
import type { Append, AppendResult } from "../journal/event-store.ts";
import type { StateChange, StateChangeResult } from "../journal/state-store.ts";
import { storeFailure } from "../journal/store-failure.ts";
import type { Activity, CommandTelemetry, Decision, Telemetry } from "../telemetry/telemetry.ts";
import type { Decided } from "./conclusion.ts";
import type { Version } from "./recover.ts";

/** Decides a command as an activity of its own. */
export function decideTraced(
  telemetry: CommandTelemetry,
  revision: number,
  decide: () => Decided | Promise<Decided>,
): Decided | Promise<Decided> {
  return traced(telemetry.deciding(revision), decide, decisionOf, EgoError.from);
}

/** Reads an entity as an activity of its own. */
export function readTraced(
  telemetry: Telemetry,
  entity: string,
  entityId: string,
  cause: CommandTelemetry | undefined,
  read: () => Promise<Version>,
): Promise<Version> {
  return traced(telemetry.reading(entity, entityId, cause), read, ({ revision }) => revision, storeFailure);
}

type Item = Append | StateChange;

/** Whose each thing is that is to be stored. The store is told nothing of it. */
const commands = new WeakMap<Item, CommandTelemetry>();

/** Notes whose it is that is to be stored. */
export function madeBy(command: CommandTelemetry, item: Item): void {
  commands.set(item, command);
}

/** Stores batches, each as an activity of its own. */
export function commitTraced<I extends Item, R extends AppendResult | StateChangeResult>(
  telemetry: Telemetry,
  commit: (batch: readonly I[]) => Promise<readonly R[]>,
): (batch: readonly I[]) => Promise<readonly R[]> {
  // A store that breaks its contract is found out by whoever waits for the results.
  const storedOf = (results: readonly R[]) => results.map((result) => result?.stored === true);
  return (batch) => {
    const facts = batch.map((item) => ({
      entity: item.entityType,
      events: "events" in item ? item.events.length : 0,
      command: commands.get(item),
    }));
    return traced(telemetry.storing(facts), () => commit(batch), storedOf, storeFailure);
  };
}

function decisionOf(decided: Decided): Decision {
  if (decided.kind === "rejected") return { outcome: "rejected", rejection: decided.name };
  return { outcome: "accepted", events: decided.kind === "events" ? decided.events.length : 0 };
}

/** Does the work as a part of the activity, and ends that with it. Returns, or throws, what the work does. */
function traced<Returned, Result>(
  activity: Activity<Result>,
  work: () => Returned,
  resultOf: (value: Awaited<Returned>) => Result,
  failureOf: (cause: unknown) => EgoError,
): Returned {
  let returned: Returned;
  try {
    returned = activity.run(work);
  } catch (cause) {
    activity.ended(failureOf(cause));
    throw cause;
  }
  if (returned instanceof Promise) {
    returned.then(
      (value: Awaited<Returned>) => activity.ended(resultOf(value)),
      (cause: unknown) => activity.ended(failureOf(cause)),
    );
  } else {
    activity.ended(resultOf(returned as Awaited<Returned>));
  }
  return returned;
}
