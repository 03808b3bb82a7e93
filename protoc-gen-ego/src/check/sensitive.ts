import type { Report } from "../diagnostics/diagnostic.ts";
import { type Domain, type Message, storedMessages } from "../model/domain.ts";
import { fieldType } from "../model/field-type.ts";
import { namePosition } from "../options/position.ts";
import { isIdType } from "./ids.ts";

/** EGO031 of subjects, EGO032, EGO034 and EGO035: fields that are encrypted, and whose key does it. */
export function checkSensitive(domain: Domain, report: Report): void {
  const rows = new Set<Message>(domain.readModels);
  for (const message of storedMessages(domain)) {
    if (!message.generate) continue;
    checkSubjects(message, report);
    checkPlain(message, report);
    // The column of a read model is encrypted as a whole: EGO038 says what of it.
    if (!rows.has(message)) checkEntangled(message, report);
  }
}

function checkSubjects({ desc, subjects }: Message, report: Report): void {
  const [first, ...more] = subjects;
  if (!first) return;
  for (const { desc: field, at } of more) {
    report.error(
      "EGO035",
      at,
      `${desc.name} has two subjects: ${first.desc.name} and ${field.name}. Mark one of them only.`,
    );
  }
  if (isIdType(first.desc)) return;
  report.error(
    "EGO031",
    first.at,
    `${desc.name}.${first.desc.name} is ${fieldType(first.desc)}, and cannot be a subject. A subject is a string or an integer, not repeated, and in no oneof.`,
  );
}

/** EGO032: what is needed to find the message, or its key, cannot be encrypted itself. */
function checkPlain({ desc, ids, subjects, sensitive }: Message, report: Report): void {
  for (const { desc: field, at } of sensitive) {
    if (ids.some((id) => id.desc === field)) {
      report.error(
        "EGO032",
        at,
        `${desc.name}.${field.name} is an id, and is not encrypted. Remove sensitive, and take an id that tells nothing of anybody.`,
      );
    } else if (subjects.some((subject) => subject.desc === field)) {
      report.error(
        "EGO032",
        at,
        `${desc.name}.${field.name} is the subject: it says whose key is to be taken, and is not encrypted. Remove sensitive, and take a subject that tells nothing of anybody.`,
      );
    }
  }
}

function checkEntangled({ secrets }: Message, report: Report): void {
  for (const { path, hides, recursive } of secrets.entangled) {
    const field = path.at(-1) ?? hides;
    const itself = recursive ? " inside of itself" : "";
    report.error(
      "EGO034",
      namePosition(field),
      `${field.parent.name}.${field.name} is ${fieldType(field)}${itself}, and ${hides.parent.name}.${hides.name} cannot be encrypted on its own in it. Mark the whole field: [(ego.v1.field).sensitive = true].`,
    );
  }
}
