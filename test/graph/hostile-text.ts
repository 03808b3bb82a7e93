import fc from "fast-check";
import type { Graph } from "../../cli/src/graph/graph.ts";

/** Text that means something in one of the languages of a picture or a document, or that is not seen. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: "grapheme-ascii" }),
      fc.constantFrom(
        ...[
          "*/",
          "</script>",
          "<!--",
          "]]>",
          "`",
          "```",
          "|",
          "\"'",
          "end",
          "#quot;",
          "%%{init: {}}%%",
          "&amp;",
          "&#96;",
        ],
        ...[
          "[a](b)",
          "[a]: b",
          "![",
          "# ",
          "- ",
          "+ ",
          "1. ",
          "> ",
          "---",
          "===",
          "~~",
          "__",
          "**",
          "_a_",
          "\\",
          "\\|",
        ],
        ...[
          "<b>",
          "<script>alert(1)</script>",
          "javascript:alert(1)",
          "http://a.b",
          "www.a.b",
          "a@b.c",
          "@me",
          ":bug:",
          "$a$",
        ],
        ...[
          "\n",
          "\n\n",
          "\r",
          "\t",
          "    ",
          "\u2028",
          "\u202e",
          "\ufffe",
          "\ud800",
          "\0",
          "\u001b[31m",
          "{{a}}",
          "{%a%}",
        ],
      ),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(""));

/** A small domain in which every text that a proto can say is this one; ids and places are not. */
export function domainSaying(text: string): Graph {
  const field = { name: text, type: text, id: true, sensitive: true, comment: text };
  const base = { name: text, type: text, comment: text, fields: [field], at: { file: "a.proto", line: 1, column: 1 } };
  const table = {
    name: text,
    columns: [{ name: text, field: text, type: text, key: true, sensitive: true }],
    indexes: [{ name: text, columns: [text], unique: true }],
  };
  const own = { ...base, entity: text };
  return {
    nodes: [
      { ...own, id: "n_state", kind: "entity", durable: false, table },
      { ...own, id: "n_command", kind: "command", precondition: "absent" },
      { ...own, id: "n_event", kind: "event", storedAs: `${text}1`, aliases: [text, text], derived: true },
      { ...own, id: "n_old", kind: "event", storedAs: `${text}2`, aliases: [] },
      { ...own, id: "n_rejection", kind: "rejection", code: text },
      { ...base, id: "n_shared", kind: "rejection", code: text },
      { ...base, id: "n_rows", kind: "read model", table },
      { ...base, id: "n_saga", kind: "saga", timers: [text, text] },
    ],
    edges: [
      { from: "n_command", to: "n_state", kind: "handled by" },
      { from: "n_command", to: "n_event", kind: "emits" },
      { from: "n_command", to: "n_rejection", kind: "rejects" },
      { from: "n_command", to: "n_shared", kind: "rejects" },
      { from: "n_old", to: "n_event", kind: "becomes" },
      { from: "n_event", to: "n_rows", kind: "feeds" },
      { from: "n_event", to: "n_saga", kind: "starts" },
      { from: "n_old", to: "n_saga", kind: "continues" },
      { from: "n_saga", to: "n_command", kind: "sends" },
    ],
  };
}
