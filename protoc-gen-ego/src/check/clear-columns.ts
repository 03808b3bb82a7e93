import type { DescField } from "@bufbuild/protobuf";
import type { Report } from "../diagnostics/diagnostic.ts";
import { type Domain, type Tabled, tablesOf } from "../model/domain.ts";
import { fieldType } from "../model/field-type.ts";
import type { ReadModel } from "../model/read-model.ts";
import type { Column } from "../model/table.ts";
import { namePosition } from "../options/position.ts";

const advice = "Mark it, [(ego.v1.field).sensitive = true], or leave it out, [(ego.v1.field).column = {omit: true}].";

/** EGO038: columns that would hold in clear what is encrypted elsewhere. */
export function checkClearColumns(domain: Domain, report: Report): void {
  for (const { table, message } of tablesOf(domain)) {
    for (const column of table.columns) {
      if (!column.sensitive) checkInside(column, { table, message }, report);
    }
  }
  for (const readModel of domain.readModels) {
    if (!readModel.generate) continue;
    for (const column of readModel.table.columns) {
      if (!column.sensitive) checkCopy(column, readModel, report);
    }
  }
}

/** A message with sensitive fields, in a column that is not. Lists and maps of a state are EGO034. */
function checkInside({ field }: Column, { table, message: { desc, secrets } }: Tabled, report: Report): void {
  const entangled = table.kind === "read-model" ? secrets.entangled : [];
  const hidden = [...secrets.paths.map((path) => ({ path, hides: path.at(-1) ?? field })), ...entangled].find(
    ({ path }) => path[0] === field,
  );
  if (!hidden) return;
  const { hides } = hidden;
  report.error(
    "EGO038",
    namePosition(field),
    `${hides.parent.name}.${hides.name} is sensitive, and the column of ${desc.name}.${field.name} would hold it in clear. ${advice}`,
  );
}

/** A field of a read model that is meant for the sensitive one of what it consumes. */
function checkCopy({ field, key }: Column, { desc, sources }: ReadModel, report: Report): void {
  const source = sources.find(({ message }) => message.sensitive.some((mark) => isSame(mark.desc, field)));
  if (!source) return;
  const is = `${source.message.desc.name}.${field.name} is sensitive`;
  report.error(
    "EGO038",
    namePosition(field),
    key
      ? `${is}, and ${desc.name} would have it in clear in its key, which cannot be encrypted. Take another key.`
      : `${is}, and the column of ${desc.name}.${field.name} would hold it in clear. ${advice}`,
  );
}

function isSame(a: DescField, b: DescField): boolean {
  return a.name === b.name && valueType(a) === valueType(b);
}

/** The type of what is copied, whether it can be unset or not. */
function valueType(field: DescField): string {
  return fieldType(field).replace(/^optional | in oneof .*$/g, "");
}
