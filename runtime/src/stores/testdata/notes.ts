import type { TableData } from "../../codegen/table.ts";
import type { ProjectionRecord } from "../../journal/projection-store.ts";
import { noteTable } from "../../testing/contract/note.ts";

/** The table of a read model of notes. */
export const notesTable: TableData = noteTable("notes");

/** The projection that fills it: its first version, which is live. */
export const notesRecord: ProjectionRecord = {
  name: "notes",
  version: 1,
  role: "live",
  wanted: "running",
  failure: undefined,
  parts: 1,
  begunAt: 1,
};
