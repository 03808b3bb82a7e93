import { compare } from "../compare.ts";
import { type Command, type Domain, type Event, generatedPath, idOf } from "../model/domain.ts";
import { sagaTypeName } from "../model/exported-names.ts";
import { correlationOf, type Saga, type Trigger, timerMethod } from "../model/saga.ts";
import { constantName } from "../naming.ts";
import { messageJson } from "./message-json.ts";

/** The sagas as JSON, in order of names. */
export function sagasJson(domain: Domain): object[] {
  return domain.sagas
    .filter(({ generate }) => generate)
    .sort((a, b) => compare(a.name, b.name))
    .map((saga) => sagaJson(domain, saga));
}

function sagaJson(domain: Domain, saga: Saga): object {
  const sends = saga.sends.flatMap(({ target }) => target ?? []);
  return {
    name: saga.name,
    constant: constantName(saga.name),
    behavior: sagaTypeName(saga, "Behavior"),
    generated: generatedPath(saga.desc.file),
    state: messageJson(saga),
    startsOn: triggersJson(domain, saga, saga.startsOn),
    reactsTo: triggersJson(domain, saga, saga.reactsTo),
    sends: sorted(sends.map(memberJson)),
    timers: saga.timers
      .map((timer) => ({ name: timer.value, method: timerMethod(timer) }))
      .sort((a, b) => compare(a.name, b.name)),
  };
}

/** Without `by`, the correlation id is that of the entity. */
function triggersJson(domain: Domain, saga: Saga, triggers: readonly Trigger[]): object[] {
  const id = idOf(saga);
  const rows = triggers.flatMap((trigger) => {
    if (!trigger.target || !id) return [];
    const correlation = correlationOf(domain, id, trigger);
    return [{ ...memberJson(trigger.target), ...(correlation.in === "field" ? { by: correlation.field.name } : {}) }];
  });
  return sorted(rows);
}

function memberJson({ method, desc, entity }: Event | Command) {
  return { method, type: desc.typeName, entity: entity?.value };
}

function sorted<Row extends { readonly type: string }>(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => compare(a.type, b.type));
}
