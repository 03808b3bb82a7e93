import type { Report } from "../diagnostics/diagnostic.ts";
import { type Domain, tablesOf } from "../model/domain.ts";
import { fieldType, isTimestamp } from "../model/field-type.ts";
import type { ColumnField, MarkedMessage } from "../options/marked-message.ts";
import type { Mark } from "../options/marks.ts";

/** EGO044 and EGO045: the `column` options of fields. */
export function checkColumns(domain: Domain, report: Report): void {
  const tables = new Set(tablesOf(domain).map(({ table }) => table.desc));
  for (const message of domain.files.flatMap(({ generate, messages }) => (generate ? messages : []))) {
    for (const column of message.columns) {
      if (!tables.has(message.desc)) checkTableless(message, column, report);
      else if (column.column.omit) checkOmitted(message, column, report);
      else checkStorage(message, column, report);
    }
  }
}

function checkTableless({ desc, mark }: MarkedMessage, { at }: ColumnField, report: Report): void {
  // Without a role it is EGO036; the table of an event-sourced state is EGO007, and of a second state EGO002.
  if (!mark || ("table" in mark && mark.table)) return;
  const text =
    mark.role === "state" && mark.durable
      ? "is a state without a table, so that column means nothing. Give it one, table: {}, or remove column."
      : `is ${kindOf(mark)}, which has no table, so that column means nothing. Remove it.`;
  report.error("EGO044", at, `${desc.name} ${text}`);
}

function kindOf({ role }: Mark): string {
  if (role === "state") return "an event-sourced state";
  return role === "event" ? "an event" : `a ${role}`;
}

function checkOmitted({ desc, ids, subjects, ...message }: MarkedMessage, omitted: ColumnField, report: Report): void {
  const { desc: field, column } = omitted;
  const is = (mark: { readonly desc: unknown }) => mark.desc === field;
  const without = (what: string) =>
    `${desc.name}.${field.name} has no column, so that ${what} means nothing. Remove ${what}, or omit.`;
  if (column.name) report.error("EGO044", column.name.at, without("name"));
  if (column.storage) report.error("EGO044", column.storage.at, without("storage"));
  if (ids.some(is)) {
    report.error(
      "EGO045",
      column.omit,
      `${desc.name}.${field.name} is an id, and needs a column: it is in the primary key. Remove omit.`,
    );
  } else if (message.mark?.role === "read model" && message.sensitive.length > 0 && subjects.some(is)) {
    report.error(
      "EGO045",
      column.omit,
      `${desc.name}.${field.name} is the subject, and needs a column: it says whose key the others are encrypted with. Remove omit.`,
    );
  }
}

function checkStorage({ desc }: MarkedMessage, { desc: field, column }: ColumnField, report: Report): void {
  const { storage } = column;
  if (!storage) return;
  const type = `${desc.name}.${field.name} is ${fieldType(field)}`;
  if (!field.message && field.fieldKind !== "list" && field.fieldKind !== "map") {
    report.error("EGO044", storage.at, `${type}: storage is for messages, lists and maps. Remove it.`);
  } else if (isTimestamp(field) && storage.is === "json") {
    report.error(
      "EGO044",
      storage.at,
      `${type}, which is kept as text that sorts. Remove storage, or make it STORAGE_BINARY.`,
    );
  }
}
