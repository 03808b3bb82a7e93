import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { getComments } from "@bufbuild/protoplugin";
import { escapeControls } from "../escape.ts";

/**
 * A doc comment of untrusted text. It cannot end early, hide what follows, or be taken for an instruction by the
 * compiler. Empty text makes no comment.
 */
export function docComment(text: string, indent = ""): string {
  const lines = escapeComment(text).split("\n");
  const [only] = lines;
  if (lines.length === 1) return only === "" ? "" : `${indent}/** ${only} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} *${line === "" ? "" : ` ${line}`}\n`).join("")}${indent} */\n`;
}

/** The comment above an element of the proto, else the one behind it; one leading blank of each line is cut off. */
export function commentOf(desc: DescMessage | DescField): string {
  const { leading, trailing } = getComments(desc);
  return (leading ?? trailing ?? "")
    .split("\n")
    .map((line) => line.replace(/^ /, "").trimEnd())
    .join("\n")
    .replace(/^\n+|\n+$/g, "");
}

/** A comment with remarks of the generator behind it, each a paragraph. */
export function withRemarks(comment: string, ...remarks: readonly string[]): string {
  return [comment, ...remarks].filter((part) => part !== "").join("\n\n");
}

function escapeComment(text: string): string {
  return text
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    .map((line) => escapeControls(line.replaceAll("\t", "  ")).trimEnd())
    .join("\n")
    .replaceAll("*/", "*\\/")
    .replace(/<(?=\/script|!--)/gi, "<\\")
    .replace(/@(?=ts-|internal\b)/g, "\\@");
}
