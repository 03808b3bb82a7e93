import type { Report } from "../diagnostics/diagnostic.ts";
import { place } from "../diagnostics/render.ts";
import type { Domain } from "../model/domain.ts";
import type { ReadModel } from "../model/read-model.ts";
import type { Saga } from "../model/saga.ts";
import { isEntityName } from "../naming.ts";

/** EGO004 and EGO056: read models and sagas share one list of offsets, by name. */
export function checkProcessorNames({ readModels, sagas }: Domain, report: Report): void {
  const first = new Map<string, ReadModel | Saga>();
  for (const processor of [...readModels, ...sagas]) {
    const { name, namedAt, mark } = processor;
    if (processor.generate && !isEntityName(name)) {
      report.error("EGO004", namedAt, badName(name, `a ${mark.role}`));
    }
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

/** What EGO004 says of a name that is stored. */
export function badName(name: string, of: string): string {
  return `"${name}" cannot be the name of ${of}. Use lower case letters, digits, "_" and "-", first a letter, at most 63.`;
}
