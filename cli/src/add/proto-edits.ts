import type { Domain } from "@ego/protoc-gen-ego/model";
import { type FileEdit, readText } from "../edits/file-edit.ts";
import { Failure } from "../failure.ts";
import type { Project } from "../project/project.ts";
import { type Insertion, withInsertions } from "../proto/insertion.ts";
import { insertIntoList } from "../proto/option.ts";
import { findMessage, type MessageBody, type Outline, outlineOf } from "../proto/outline.ts";
import { insertFields, insertImports, insertMessages } from "../proto/splice.ts";
import { printableName } from "../terminal/printable.ts";
import type { Addition, Desc, DescFile, NewInList } from "./addition.ts";
import { withinPackage } from "./field-type.ts";
import { fieldText, fileText, messageText, optionsImport, type Syntax } from "./proto-text.ts";

/** Edits of protos, and what of them may be written anew. */
export interface ProtoEdits {
  readonly edits: readonly FileEdit[];
  /** Whether a line that is there, from 0, has something put into it. */
  readonly mayChange: (file: string, line: number) => boolean;
}

/** Puts what is to be added into the texts of the protos, and writes nothing. */
export function protoEdits(
  project: Project,
  domain: Domain,
  addition: Addition,
  pathOf: (file: DescFile) => string,
): ProtoEdits {
  const touched = new Map<string, Set<number>>();
  const made = addition.files.map((file) => {
    const messages = addition.messages.filter((message) => message.file === file.file);
    const texts = messages.map((message) => messageText(message, "proto3"));
    const outline = outlineOf(`${[fileText(file), ...texts].join("\n\n")}\n`);
    const after = withInsertions(outline.text, insertImports(outline, importsOf(addition, file.file)));
    return { file: file.path, before: undefined, after };
  });
  const changed = domain.files.flatMap(({ desc }) => {
    if (!filesOf(addition).has(desc.proto.name)) return [];
    const path = pathOf(desc);
    const before = readText(project, path);
    const outline = outlineOf(before);
    const splice = spliceOf(outline, desc, addition);
    touched.set(path, splice.lines);
    return [{ file: path, before, after: withInsertions(before, splice.insertions) }];
  });
  return { edits: [...made, ...changed], mayChange: (file, line) => touched.get(file)?.has(line) ?? false };
}

/** How a proto says what is in it. */
export function syntaxOf({ edition }: DescFile): Syntax {
  const [proto2, proto3] = [998, 999];
  return edition === proto2 ? "proto2" : edition === proto3 ? "proto3" : "editions";
}

function filesOf({ messages, fields, lists }: Addition): ReadonlySet<string> {
  const changed = [...fields.map(({ message }) => message), ...lists.map(({ command }) => command)];
  return new Set([...messages.map(({ file }) => file), ...changed.map(({ file }) => file.proto.name)]);
}

/** The protos that a file has to import for what is added to it. */
export function importsOf({ messages, fields }: Addition, file: string): readonly string[] {
  const own = messages.filter((message) => message.file === file);
  const added = [
    ...own.flatMap((message) => message.fields),
    ...fields.flatMap(({ message, field }) => (message.file.proto.name === file ? [field] : [])),
  ];
  const options = own.length > 0 || added.some((field) => field.sensitive || field.subject);
  const types = added.flatMap(({ type }) => type.import ?? []);
  return [...new Set([...types, ...(options ? [optionsImport] : [])])];
}

interface Splice {
  readonly insertions: readonly Insertion[];
  readonly lines: Set<number>;
}

function spliceOf(outline: Outline, desc: DescFile, addition: Addition): Splice {
  const syntax = syntaxOf(desc);
  const insertions: Insertion[] = [];
  const lines = new Set<number>();
  const touch = (from: number, to: number) => {
    const first = lineOf(outline, from);
    for (let line = first; line <= lineOf(outline, to); line++) lines.add(line);
  };
  insertions.push(...insertImports(outline, importsOf(addition, desc.proto.name)));

  const fields = addition.fields.filter(({ message }) => message.file === desc);
  for (const [message, added] of Map.groupBy(fields, (one) => one.message)) {
    const body = bodyOf(outline, message);
    const texts = added.map(({ field }) => fieldText(field, syntax));
    insertions.push(insertFields(outline, body, texts));
  }

  const lists = addition.lists.filter(({ command }) => command.file === desc);
  for (const added of mergedLists(lists)) {
    const body = bodyOf(outline, added.command);
    insertions.push(...listInsertions(outline, body, added));
    for (const { head, start, end } of body.statements) if (head === "option") touch(start, end);
  }

  const messages = addition.messages.filter(({ file }) => file === desc.proto.name);
  for (const [behind, added] of Map.groupBy(messages, (one) => one.behind)) {
    const [top] = behind === undefined ? [] : (findMessage(outline, withinPackage(behind, desc.proto.package)) ?? []);
    const texts = added.map((message) => messageText(message, syntax));
    insertions.push(insertMessages(outline, top, texts));
  }
  // What is put into a line divides it.
  for (const { offset } of insertions) if (/^[^\S\n]*[^\s]/.test(outline.text.slice(offset))) touch(offset, offset);
  return { insertions, lines };
}

/** One for each list: two insertions at one place would not know of each other. */
function mergedLists(lists: readonly NewInList[]): readonly NewInList[] {
  const groups = Map.groupBy(lists, ({ command, list }) => `${command.typeName} ${list}`);
  return [...groups.values()].flatMap(([first, ...rest]) =>
    first === undefined ? [] : [{ ...first, names: [first, ...rest].flatMap(({ names }) => names) }],
  );
}

function listInsertions(
  outline: Outline,
  body: MessageBody,
  { command, list, names }: NewInList,
): readonly Insertion[] {
  const option = {
    extension: "ego.v1.message",
    role: "command",
    list,
    order: ["entity", "emits", "rejects", "precondition"],
  };
  const insertions = insertIntoList(outline, body, option, names);
  if (insertions !== undefined) return insertions;
  throw new Failure(
    "input",
    `The option of ${printableName(command.typeName)} is written in a way that ego cannot edit. Add ${names.join(", ")} to its ${list}.`,
  );
}

function bodyOf(outline: Outline, { typeName, file }: Desc): MessageBody {
  const body = findMessage(outline, withinPackage(typeName, file.proto.package))?.at(-1)?.message;
  if (body !== undefined) return body;
  throw new Failure(
    "input",
    `${printableName(typeName)} was not found in ${printableName(file.proto.name)}. Was it changed in the meantime? Try again.`,
  );
}

function lineOf({ text }: Outline, offset: number): number {
  return text.slice(0, offset).split("\n").length - 1;
}
