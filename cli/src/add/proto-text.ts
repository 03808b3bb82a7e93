import { printable } from "../terminal/printable.ts";
import type { NewField, NewFile, NewMark, NewMessage } from "./addition.ts";

/** How a proto of an edition says what is in it. */
export type Syntax = "proto2" | "proto3" | "editions";

export const optionsImport = "ego/v1/ego.proto";

/** A new proto, without its messages. Ends without a line break. */
export function fileText({ package: scope, entity }: NewFile): string {
  const option = entity === undefined ? [] : [`option (ego.v1.file).entity = ${textLiteral(entity)};`];
  return ['syntax = "proto3";', `package ${scope};`, `import "${optionsImport}";`, ...option].join("\n\n");
}

/** A message as `buf format` writes it at the top of a file. Ends without a line break. */
export function messageText({ name, mark, comment, fields }: NewMessage, syntax: Syntax): string {
  const [role, value] = optionOf(mark);
  const parts = [
    `  option (ego.v1.message).${role} = ${literal(value, "  ")};`,
    fields.map((field) => fieldText(field, syntax).replace(/^/gm, "  ")).join("\n"),
  ];
  const body = parts.filter((part) => part !== "").join("\n\n");
  return `${commentText(comment)}message ${name} {\n${body}\n}`;
}

/** A field, not indented; what is in it is, by two blanks. Ends without a line break. */
export function fieldText(field: NewField, syntax: Syntax): string {
  const { name, number, type, comment } = field;
  const options = [
    ...(field.longAsString ? ["jstype = JS_STRING"] : []),
    ...(field.id ? ["(ego.v1.field).id = true"] : []),
    ...(field.sensitive ? ["(ego.v1.field).sensitive = true"] : []),
    ...(field.subject ? ["(ego.v1.field).subject = true"] : []),
  ];
  const [only] = options;
  const list = only === undefined ? "" : options.length === 1 ? ` [${only}]` : ` [\n  ${options.join(",\n  ")}\n]`;
  return `${commentText(comment)}${labelOf(field, syntax)}${type.text} ${name} = ${number}${list};`;
}

function labelOf({ type: { label } }: NewField, syntax: Syntax): string {
  if (label === "repeated") return "repeated ";
  if (label === "map" || syntax === "editions") return "";
  return label === "optional" || syntax === "proto2" ? "optional " : "";
}

/** The lines of a comment. Whatever the text is, it stays in them, and each of its characters is seen. */
export function commentLines(comment = ""): readonly string[] {
  if (comment === "") return [];
  return comment.split(/\r\n|[\n\r\u0085\u2028\u2029]/).map((line) => printable(line).trimEnd());
}

function commentText(comment: string | undefined): string {
  return commentLines(comment)
    .map((line) => `${`// ${line}`.trimEnd()}\n`)
    .join("");
}

/** Something in an option: a text, a name without quotes, a list of texts, or a message. */
type Value = string | { readonly bare: string } | readonly string[] | Fields;
interface Fields {
  readonly fields: readonly (readonly [string, Value])[];
}

function optionOf(mark: NewMark): readonly [role: string, Fields] {
  const { role } = mark;
  const entries = (...all: readonly (readonly [string, Value | undefined | false])[]): Fields => ({
    fields: all.filter((entry): entry is readonly [string, Value] => {
      const [, value] = entry;
      return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
    }),
  });
  const table = "table" in mark && mark.table !== undefined && entries(["name", mark.table.name]);
  switch (role) {
    case "state":
      return [
        "state",
        entries(
          ["entity", mark.entity],
          ["persistence", mark.durable && { bare: "PERSISTENCE_DURABLE" }],
          ["table", table],
        ),
      ];
    case "command":
      return [
        "command",
        entries(
          ["entity", mark.entity],
          ["emits", mark.emits],
          ["rejects", mark.rejects],
          ["precondition", mark.precondition && { bare: `PRECONDITION_${mark.precondition.toUpperCase()}` }],
        ),
      ];
    case "event":
      return ["event", entries(["entity", mark.entity], ["derived", mark.derived && { bare: "true" }])];
    case "rejection":
      return ["rejection", entries(["code", mark.code !== defaultCode && { bare: `CODE_${mark.code.toUpperCase()}` }])];
    case "read model":
      return [
        "read_model",
        entries(["name", mark.name], ["events", mark.events], ["entities", mark.entities], ["table", table]),
      ];
    case "saga":
      return [
        "saga",
        entries(
          ["name", mark.name],
          ["starts_on", mark.startsOn],
          ["reacts_to", mark.reactsTo],
          ["sends", mark.sends],
          ["timers", mark.timers],
        ),
      ];
  }
}

/** The class of a rejection that says none. */
export const defaultCode = "failed_precondition";

function literal(value: Value, indent: string): string {
  if (typeof value === "string") return textLiteral(value);
  if ("bare" in value) return value.bare;
  if (!("fields" in value)) {
    const texts = value.map(textLiteral);
    return texts.length === 1 ? `[${texts[0]}]` : `[\n${indent}  ${texts.join(`,\n${indent}  `)}\n${indent}]`;
  }
  const { fields } = value;
  const [only] = fields;
  if (only === undefined) return "{}";
  const [name, inner] = only;
  if (fields.length === 1 && (typeof inner === "string" || "bare" in inner))
    return `{${name}: ${literal(inner, indent)}}`;
  const lines = fields.map(([key, one]) => `${indent}  ${key}: ${literal(one, `${indent}  `)}\n`);
  return `{\n${lines.join("")}${indent}}`;
}

/** Names have nothing in them that has to be escaped; if one had, it would still be one text. */
function textLiteral(text: string): string {
  return `"${printable(text.replace(/[\\"]/g, "\\$&")).replaceAll("\n", "\\n")}"`;
}
