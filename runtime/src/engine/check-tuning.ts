import type { Retention, Tuning } from "../codegen/tuning.ts";
import { EgoError } from "../error/ego-error.ts";
import { nearest } from "../error/nearest.ts";
import type { Store } from "../journal/store.ts";
import type { AnyImplementation } from "./options.ts";

/** Says what is wrong with a value; undefined if nothing is. */
type Check = (value: unknown) => string | undefined;

const fromOneOn: Check = (value) => (Number.isSafeInteger(value) && Number(value) >= 1 ? undefined : "1 or more");
const fromZeroOn: Check = (value) => (Number.isSafeInteger(value) && Number(value) >= 0 ? undefined : "0 or more");
const hashes: Check = (value) =>
  Array.isArray(value) && value.every((one) => typeof one === "string" && /^[0-9a-f]{16}$/.test(one))
    ? undefined
    : "a list of hashes, each of 16 hexadecimal digits";
/** Looked at by `lifeOf`. */
const elsewhere: Check = () => undefined;
const isObject: Check = (value) => (typeof value === "object" && value !== null ? undefined : "an object");

const tuningChecks: Readonly<Record<keyof Tuning, Check>> = {
  snapshotEvery: fromOneOn,
  stateVersion: fromOneOn,
  acceptSnapshots: hashes,
  retention: isObject,
  passivateAfter: elsewhere,
  onFailure: elsewhere,
};
const retentionChecks: Readonly<Record<keyof Retention, Check>> = {
  keepEvents: fromZeroOn,
  keepSnapshots: fromOneOn,
};

/** What says something of events: durable states have none. */
const forEvents: readonly (keyof Tuning)[] = ["snapshotEvery", "stateVersion", "acceptSnapshots", "retention"];

/**
 * Checks the tuning of an entity, and that the store has what it needs.
 *
 * @throws EgoError `invalid_argument` for values that make no sense, or names that there are not; `unsupported` if the
 * store lacks a part
 */
export function checkTuning({ entity, tuning }: AnyImplementation, store: Store): void {
  const { name, kind } = entity.table;
  const label = `The entity ${JSON.stringify(name)}`;
  const refuse = (what: string, code: "invalid_argument" | "unsupported" = "invalid_argument") =>
    new EgoError(code, `${label} ${what}.`, { details: { entity: name } });
  if (isObject(tuning)) throw refuse(`has a tuning that is not an object: ${String(tuning)}`);
  checkAll(tuning, tuningChecks, "", refuse);
  const { snapshotEvery, retention } = tuning;
  if (retention) checkAll(retention, retentionChecks, "retention.", refuse);

  const given = forEvents.find((key) => tuning[key] !== undefined);
  if (kind === "durable" && given !== undefined) {
    throw refuse(`has a durable state, of which there are no snapshots: leave ${given} away`);
  }
  if (snapshotEvery !== undefined && !store.snapshots) {
    throw refuse(
      "says snapshotEvery, and the store has no `snapshots`. Use a store that has them, as sqliteStore, or leave it away",
      "unsupported",
    );
  }
  if (!retention) return;
  if (snapshotEvery === undefined) throw refuse("says retention without snapshotEvery: it works behind a snapshot");
  if (retention.keepEvents === undefined && retention.keepSnapshots === undefined) {
    throw refuse("has an empty retention: say keepEvents, keepSnapshots, or both");
  }
  if (retention.keepEvents !== undefined && !store.events.removePayloads) {
    throw refuse("says retention.keepEvents, and the store's events have no `removePayloads`", "unsupported");
  }
}

function checkAll(
  values: object,
  checks: Readonly<Record<string, Check>>,
  prefix: string,
  refuse: (what: string) => EgoError,
): void {
  for (const [name, value] of Object.entries(values)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (!check) {
      const known = Object.keys(checks);
      const meant = nearest(name, known);
      const hint = meant === undefined ? `There are ${known.join(", ")}` : `Did you mean ${meant}?`;
      throw refuse(`has no tuning ${JSON.stringify(prefix + name)}. ${hint}`);
    }
    const wanted = value === undefined ? undefined : check(value);
    if (wanted !== undefined) throw refuse(`has ${prefix}${name} that is not ${wanted}: ${String(value)}`);
  }
}
