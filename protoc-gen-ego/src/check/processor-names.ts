import type { Report } from "../diagnostics/diagnostic.ts";
import { place } from "../diagnostics/render.ts";
import type { Domain } from "../model/domain.ts";
import type { ReadModel } from "../model/read-model.ts";
import type { Saga } from "../model/saga.ts";

/** EGO056: read models and sagas share one list of offsets, by name. */
export function checkProcessorNames({ readModels, sagas }: Domain, report: Report): void {
  const first = new Map<string, ReadModel | Saga>();
  for (const processor of [...readModels, ...sagas]) {
    const { name, namedAt, mark } = processor;
    const other = first.get(name);
    if (!other) {
      first.set(name, processor);
      continue;
    }
    if (!processor.generate && !other.generate) continue;
    report.error(
      "EGO056",
      namedAt,
      `The ${mark.role} of ${processor.desc.name} and the ${other.mark.role} of ${other.desc.name} at ${place(other.namedAt)} are both called "${name}". Name one of them otherwise: name: "...".`,
    );
  }
}
