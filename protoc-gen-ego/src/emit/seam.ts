import type { GeneratedFile, Printable } from "@bufbuild/protoplugin";

/** Version of the seam that code is printed for: `seam` of "@ego/runtime/codegen". */
export const seam = 1;

const runtime = "@ego/runtime/codegen";

type SeamType =
  | "Apply"
  | "Change"
  | "ChangeContext"
  | "DecideContext"
  | "Decision"
  | "Delivery"
  | "Entity"
  | "Fields"
  | "Make"
  | "Nothing"
  | "Outcome"
  | "Project"
  | "ProjectionContext"
  | "ProjectionImplementation"
  | "ProjectionTuning"
  | "ReadModel"
  | "RowContext"
  | "Saga"
  | "SagaContext"
  | "SendBareTo"
  | "SendOptions"
  | "SendTo"
  | "Sent"
  | "Steps"
  | "Table"
  | "Undeliverable"
  | "Upcast";

/** A type of the runtime. */
export function seamType(file: GeneratedFile, name: SeamType): Printable {
  return file.import(name, runtime, true);
}

/** A function of the runtime that makes something of its data. */
export function seamFunction(file: GeneratedFile, name: "entity" | "readModel" | "saga" | "table"): Printable {
  return file.import(name, runtime);
}

/** A type of kysely. */
export function kyselyType(file: GeneratedFile, name: "ColumnType" | "Transaction"): Printable {
  return file.import(name, "kysely", true);
}

/**
 * A global type, or a type parameter. Printed as a symbol of the file itself, so that a message of the same name is
 * imported under another.
 */
export function globalType(file: GeneratedFile, name: "Database" | "Pick" | "Uint8Array", self: string): Printable {
  return file.import(name, self, true);
}
