import type { Report } from "../diagnostics/diagnostic.ts";
import type { Domain, Message } from "../model/domain.ts";
import type { Reference } from "../model/reference.ts";
import { type Saga, timerMethod } from "../model/saga.ts";
import { checkMethods, type Named } from "./names.ts";

/** EGO015 and EGO016: names that the code of a saga would have twice. */
export function checkSagaNames(domain: Domain, report: Report): void {
  for (const saga of domain.sagas) {
    if (!saga.generate) continue;
    checkMethods(methodsOf([...saga.startsOn, ...saga.reactsTo]), report);
    checkMethods(methodsOf(saga.sends), report);
    checkMethods(timersOf(saga), report);
    checkOutcomes(saga, report);
  }
}

/** Methods of what the names lead to, each once: one that is named twice is EGO054. Short names may be the same. */
function methodsOf(references: readonly Reference<Message>[]): Named[] {
  const first = new Map<Message, Named>();
  for (const { target, at } of references) {
    if (target && !first.has(target)) first.set(target, { name: target.desc.typeName, method: target.method, at });
  }
  return [...first.values()];
}

function timersOf({ timers }: Saga): Named[] {
  const distinct = timers.filter((timer, index) => timers.findIndex(({ value }) => value === timer.value) === index);
  return distinct.map((timer) => ({ name: `"${timer.value}"`, method: timerMethod(timer), at: timer.at }));
}

/** "accepted" is refused where the rejection is generated. */
function checkOutcomes({ name, sends }: Saga, report: Report): void {
  for (const { target: command, at } of sends) {
    for (const { target: rejection } of command?.rejects ?? []) {
      if (!command || rejection?.method !== "undeliverable") continue;
      report.error(
        "EGO016",
        at,
        `${command.desc.name}, which the saga ${name} sends, rejects ${rejection.desc.name}, and "undeliverable" is the outcome of a command that was not delivered. Rename ${rejection.desc.name}, to ${rejection.desc.name}Already for instance.`,
      );
    }
  }
}
