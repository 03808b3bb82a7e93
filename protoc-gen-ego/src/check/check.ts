import type { Report } from "../diagnostics/diagnostic.ts";
import type { Domain } from "../model/domain.ts";
import { filePosition } from "../options/position.ts";
import { version } from "../version.ts";
import { checkClearColumns } from "./clear-columns.ts";
import { checkColumns } from "./columns.ts";
import { checkDerived } from "./derived.ts";
import { checkEntities } from "./entities.ts";
import { checkIds } from "./ids.ts";
import { checkIndexes } from "./indexes.ts";
import { checkMembers } from "./members.ts";
import { checkNames } from "./names.ts";
import { checkProcessorNames } from "./processor-names.ts";
import { checkReadModels } from "./read-models.ts";
import { checkReferences } from "./references.ts";
import { checkSagaNames } from "./saga-names.ts";
import { checkSagas } from "./sagas.ts";
import { checkSensitive } from "./sensitive.ts";
import { checkServices } from "./services.ts";
import { checkStoredNames } from "./stored-names.ts";
import { checkTables } from "./tables.ts";
import { checkTypescriptNames } from "./typescript-names.ts";
import { checkUpcasts } from "./upcasts.ts";

/** Checks a domain: every rule, so that one run tells of every mistake. */
export function check(domain: Domain, report: Report): void {
  const unknown = domain.files.flatMap((file) => (file.generate ? file.unknown : []));
  for (const { what, at } of unknown) {
    report.error(
      "EGO090",
      at,
      `protoc-gen-ego v${version} does not know ${what}: ego/v1/ego.proto is newer. Update @ego/protoc-gen-ego, or remove the option.`,
    );
  }
  // Whatever else would be found, may be found only because something is not understood.
  if (unknown.length > 0) return;
  const [first] = ownFiles(domain);
  if (first && !anyMark(domain)) {
    report.error(
      "EGO093",
      filePosition(first.desc),
      'No message is marked, so there is nothing to print. Import "ego/v1/ego.proto" and mark a state: option (ego.v1.message).state = {};',
    );
  }
  checkEntities(domain, report);
  checkMembers(domain, report);
  checkReferences(domain, report);
  checkReadModels(domain, report);
  checkIds(domain, report);
  checkNames(domain, report);
  checkTypescriptNames(domain, report);
  checkDerived(domain, report);
  checkUpcasts(domain, report);
  checkStoredNames(domain, report);
  checkSensitive(domain, report);
  checkTables(domain, report);
  checkSagas(domain, report);
  checkSagaNames(domain, report);
  checkProcessorNames(domain, report);
  checkServices(domain, report);
  checkColumns(domain, report);
  checkIndexes(domain, report);
  checkClearColumns(domain, report);
}

function anyMark({ files }: Domain): boolean {
  return files.some(
    ({ generate, messages, services }) => generate && (services.length > 0 || messages.some(({ mark }) => mark)),
  );
}

/** The files to generate, without the options themselves: they are given too where they lie in a user's folder. */
function ownFiles({ files }: Domain) {
  return files.filter(({ generate, desc }) => generate && desc.proto.name !== "ego/v1/ego.proto");
}
