import type { Domain } from "@ego/protoc-gen-ego/model";
import { type Addition, type NewField, nothing } from "../../cli/src/add/addition.ts";
import { protoEdits } from "../../cli/src/add/proto-edits.ts";
import type { FileEdit } from "../../cli/src/edits/file-edit.ts";
import type { Project } from "../../cli/src/project/project.ts";

const text = { label: "", text: "string", full: "string" } as const;
const timestamp = "google.protobuf.Timestamp";

/** One of each that can be added, to the proto of a variant: into every message, behind a nested one, at the end. */
export function everyAddition({ files }: Domain, scope: string): Addition {
  const file = `${scope}.proto`;
  const messages = files.find(({ desc }) => desc.proto.name === file)?.messages ?? [];
  const desc = (name: string) => {
    const found = messages.find((message) => message.desc.typeName === `${scope}.${name}`);
    if (!found) throw new Error(`there is no ${name} in ${file}`);
    return found.desc;
  };
  const added: NewField = { name: "added", number: 20, type: text, comment: "Of the field." };
  const at = { label: "", text: timestamp, full: timestamp, import: "google/protobuf/timestamp.proto" } as const;
  const home = { file, package: scope };
  return {
    ...nothing,
    messages: [
      {
        ...home,
        name: "NewCommand",
        behind: `${scope}.C`,
        mark: { role: "command", emits: ["A", "NewEvent"], rejects: [], precondition: "absent" },
        comment: "New:\n\n  a command.",
        fields: [],
      },
      {
        ...home,
        name: "NewEvent",
        behind: `${scope}.N.Inner`,
        mark: { role: "event", aliases: [] },
        fields: [{ name: "id", number: 1, type: text, id: true }],
      },
      { ...home, name: "NewLast", mark: { role: "rejection", code: "not_found" }, fields: [] },
    ],
    fields: [
      ...["N", "N.Inner", "N.Other", "C", "D", "R", "None"].map((name) => ({ message: desc(name), field: added })),
      { message: desc("None"), field: { name: "at", number: 21, type: at } },
      { message: desc("S"), field: { ...added, sensitive: true, subject: true } },
    ],
    lists: [
      { command: desc("C"), list: "emits", names: ["NewEvent"] },
      { command: desc("D"), list: "rejects", names: ["R", "NewLast"] },
    ],
  };
}

/** The edits of that, and whether a line that is there may be written otherwise. */
export function editsOf(
  project: Project,
  domain: Domain,
  scope: string,
): { edit: FileEdit; mayChange(line: number): boolean } {
  const { edits, mayChange } = protoEdits(
    project,
    domain,
    everyAddition(domain, scope),
    ({ proto }) => `proto/${proto.name}`,
  );
  const [edit] = edits;
  if (!edit) throw new Error(`nothing is added to ${scope}`);
  return { edit, mayChange: (line) => mayChange(edit.file, line) };
}

/** The domain without the files of other variants. */
export function onlyOf(domain: Domain, scope: string): Domain {
  return { ...domain, files: domain.files.filter(({ desc }) => desc.proto.name === `${scope}.proto`) };
}
