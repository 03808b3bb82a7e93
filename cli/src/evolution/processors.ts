import { idOf, type ReadModel, type Saga } from "@ego/protoc-gen-ego/model";
import { type Change, found, list, quoted, type Rule, topOf } from "./change.ts";
import { isOtherField, takes, typeName } from "./entities.ts";
import { type Kept, keptOf } from "./kept.ts";

/** A read model is gone, or has another name: its offsets are stored under the name. */
export const readModelsAreKept: Rule = (change) => {
  const { before, now } = change;
  return before.domain.readModels
    .filter((was) => !named(now.domain.readModels, was.name))
    .map((was) => {
      const is = renamed(was, before.domain.readModels, now.domain.readModels);
      const text = is
        ? `The read model ${was.name} is called ${is.name} now: it begins with the first event again, and what was made under the former name stays.`
        : `The read model ${was.name} is gone: its table ${quoted(was.table.name)} stays as it is.`;
      return found(change, {
        code: "EGO251",
        severity: "warning",
        at: [is?.namedAt, topOf(was.at)],
        text,
        help: is
          ? `Take the name back: \`name: ${quoted(was.name)}\`. Or drop the former table.`
          : "Drop the table when nobody reads it any more.",
        was: was.namedAt,
      });
    });
};

/** A saga is gone, or has another name: its instances are stored under the name. */
export const sagasAreKept: Rule = (change) => {
  const { before, now } = change;
  return before.domain.sagas
    .filter((was) => !named(now.domain.sagas, was.name))
    .map((was) => {
      const is = renamed(was, before.domain.sagas, now.domain.sagas);
      const text = is ? `The saga ${was.name} is called ${is.name} now` : `The saga ${was.name} is gone`;
      return found(change, {
        code: "EGO252",
        severity: "error",
        at: [is?.namedAt, topOf(was.at)],
        text: `${text}: what it has begun is not gone on with, and its timers do not fire.`,
        help: is
          ? `Take the name back: \`name: ${quoted(was.name)}\`.`
          : "Leave it as it is, and take away what starts it, until nothing of it is under way.",
        was: was.namedAt,
      });
    });
};

/** What a saga that is under way may wait for is not there any more. */
export const sagasGoOn: Rule = (change) =>
  keptSagas(change).flatMap(({ was, is }) => [
    ...was.timers
      .filter(({ value }) => !is.timers.some((timer) => timer.value === value))
      .map((timer) =>
        found(change, {
          code: "EGO253",
          severity: "error",
          at: [is.at],
          text: `The saga ${is.name} has no timer ${quoted(timer.value)} any more: where it is running, it fires into nothing.`,
          help: `Put it back, and keep its method: \`timers: ${list([...is.timers.map(({ value }) => value), timer.value])}\`.`,
          was: timer.at,
        }),
      ),
    ...was.sends
      .filter(({ target }) => target && !is.sends.some((sent) => sent.target?.method === target.method))
      .map((sent) =>
        found(change, {
          code: "EGO253",
          severity: "error",
          at: [is.at],
          text: `The saga ${is.name} does not send ${sent.name} any more: where one is under way, its outcome reaches nothing.`,
          help: `Put it back, and keep its method: \`sends: ${list([...is.sends.map(({ name }) => name), sent.name])}\`.`,
          was: sent.at,
        }),
      ),
  ]);

/** The instances of a saga are found by another id. */
export const correlationsAreKept: Rule = (change) =>
  keptSagas(change).flatMap(({ was, is }) => {
    const [old, id] = [idOf(was), idOf(is)];
    if (!old || !id || (!isOtherField(id, old) && takes(id, old))) return [];
    return [
      found(change, {
        code: "EGO254",
        severity: "error",
        at: [is.ids[0]?.at],
        text: `The correlation id of the saga ${is.name} was ${typeName(old)} ${old.name} and is ${typeName(id)} ${id.name}: what is under way may not be found by its events.`,
        help: `Take it back: \`${typeName(old)} ${old.name} = ${old.number} [(ego.v1.field).id = true]\`. What correlates otherwise is another saga.`,
        ...(was.ids[0] ? { was: was.ids[0].at } : {}),
      }),
    ];
  });

function keptSagas({ before, now }: Change): readonly Kept<Saga>[] {
  return keptOf(before.domain.sagas, now.domain.sagas);
}

function named<P extends ReadModel | Saga>(all: readonly P[], name: string): P | undefined {
  return all.find((one) => one.name === name);
}

/** The new one of the same message. */
function renamed<P extends ReadModel | Saga>(was: P, before: readonly P[], now: readonly P[]): P | undefined {
  return now.find(({ desc, name }) => desc.typeName === was.desc.typeName && !named(before, name));
}
