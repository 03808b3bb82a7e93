import { markdownCode, markdownLink, markdownText } from "./escape.ts";
import { factsOf, marksOf, relationsOf } from "./facts.ts";
import { around, type Graph, type GraphField, type GraphNode, type GraphTable, nodesOf } from "./graph.ts";
import { madeBy } from "./made-by.ts";
import { flowchartOf } from "./mermaid.ts";
import type { ProtoLink } from "./proto-link.ts";
import { labelOf } from "./svg.ts";

/**
 * The graph as a catalogue in Markdown: each entity with its commands, events and rejections, then read models and sagas,
 * with their fields, with links to one another and to the protos, and with a diagram for each entity.
 */
export function catalogueOf(graph: Graph, link: ProtoLink): string {
  const chapters = chaptersOf(graph);
  const blocks = [
    madeBy,
    "# Event catalogue",
    `In it: ${labelOf(graph)}.`,
    list(chapters.flatMap(contentsOf)),
    ...chapters.flatMap((chapter) => chapterBlocks(graph, chapter, link)),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

/** What stands under a heading of the second level. */
interface Chapter {
  readonly title: string;
  readonly entity?: GraphNode;
  readonly parts: readonly { readonly title: string; readonly nodes: readonly GraphNode[] }[];
}

function chaptersOf(graph: Graph): readonly Chapter[] {
  const entities = nodesOf(graph, "entity");
  const names = new Set(entities.map(({ entity }) => entity));
  const parts = { command: "Commands", event: "Events", rejection: "Rejections" } as const;
  const kinds = Object.entries(parts) as [keyof typeof parts, string][];
  const strangers = (kind: keyof typeof parts, title: string) => ({
    title,
    nodes: nodesOf(graph, kind).filter(({ entity }) => !names.has(entity)),
  });
  const others = [
    { title: "Read models", nodes: nodesOf(graph, "read model") },
    { title: "Sagas", nodes: nodesOf(graph, "saga") },
    strangers("rejection", "Rejections of several entities"),
    strangers("command", "Commands of other entities"),
    strangers("event", "Events of other entities"),
  ];
  return [
    ...entities.map((entity) => ({
      title: entity.name,
      entity,
      parts: kinds
        .map(([kind, title]) => ({
          title,
          nodes: nodesOf(graph, kind).filter((node) => node.entity === entity.entity),
        }))
        .filter(({ nodes }) => nodes.length > 0),
    })),
    ...others.filter(({ nodes }) => nodes.length > 0).map(({ title, nodes }) => ({ title, parts: [{ title, nodes }] })),
  ];
}

function contentsOf({ title, entity, parts }: Chapter): readonly string[] {
  const lines = parts.map((part) => `${part.title}: ${part.nodes.map(reference).join(", ")}`);
  if (!entity) return lines;
  return [`[${markdownText(title)}](#${entity.id})`, ...lines.map((line) => `  ${line}`)];
}

function chapterBlocks(graph: Graph, { title, entity, parts }: Chapter, link: ProtoLink): readonly string[] {
  if (!entity) return [`## ${title}`, ...parts.flatMap(({ nodes }) => nodesBlocks(graph, nodes, "###", link))];
  return [
    ...nodeBlocks(graph, entity, "##", link),
    // Its text has no backtick: labels have none, and there are no links in it.
    `\`\`\`mermaid\n${flowchartOf(around(graph, entity.entity ?? ""))}\`\`\``,
    ...parts.flatMap((part) => [`### ${part.title}`, ...nodesBlocks(graph, part.nodes, "####", link)]),
  ];
}

function nodesBlocks(graph: Graph, nodes: readonly GraphNode[], level: string, link: ProtoLink): readonly string[] {
  return nodes.flatMap((node) => nodeBlocks(graph, node, level, link));
}

function nodeBlocks(graph: Graph, node: GraphNode, level: string, link: ProtoLink): readonly string[] {
  const { id, name, type, comment, at, fields, table } = node;
  const place = at ? [`[${markdownText(`${at.file}:${at.line}`)}](${markdownLink(link(at))})`] : [];
  const facts = factsOf(node).map(
    ({ label, texts, isCode }) => `${label}: ${texts.map(isCode ? markdownCode : markdownText).join(", ")}`,
  );
  // Where it stands says to whom it belongs, and its entity what it has.
  const relations = relationsOf(graph, node)
    .filter(({ label }) => !["Entity", "Commands", "Events"].includes(label))
    .map(({ label, nodes }) => `${label}: ${nodes.map(reference).join(", ")}`);
  return [
    `${level} <a id="${id}"></a>${markdownText(name)}`,
    paragraphs(comment),
    [markdownCode(type), ...place].join(", "),
    list([...facts, ...relations]),
    fieldsTable(fields),
    ...(table ? tableBlocks(table) : []),
  ].filter((block) => block !== "");
}

function fieldsTable(fields: readonly GraphField[]): string {
  return tableOf(
    ["Field", "Type", "Mark", "Comment"],
    fields.map((field) => [
      markdownCode(field.name),
      markdownCode(field.type),
      marksOf(field),
      field.comment.trim().split("\n").map(markdownText).join("<br>"),
    ]),
  );
}

function tableBlocks({ name, columns, indexes }: GraphTable): readonly string[] {
  return [
    `Table ${markdownCode(name)}:`,
    tableOf(
      ["Column", "Type", "Mark", "Field"],
      columns.map((column) => [
        markdownCode(column.name),
        markdownCode(column.type),
        [...(column.key ? ["key"] : []), ...(column.sensitive ? ["sensitive"] : [])].join(", "),
        markdownCode(column.field),
      ]),
    ),
    list(
      indexes.map(
        (index) =>
          `${index.unique ? "Unique index" : "Index"} ${markdownCode(index.name)}: ${index.columns.map(markdownCode).join(", ")}`,
      ),
    ),
  ];
}

/** A table without the columns that are empty in all rows. */
function tableOf(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const shown = heads.flatMap((_, column) => (rows.some((row) => row[column] !== "") ? [column] : []));
  const line = (cells: readonly string[]) => `| ${shown.map((column) => cells[column]).join(" | ")} |`;
  return [line(heads), `|${shown.map(() => " --- |").join("")}`, ...rows.map(line)].join("\n");
}

function list(items: readonly string[]): string {
  return items.map((item) => item.replace(/^( *)/, "$1- ")).join("\n");
}

function reference({ id, name }: GraphNode): string {
  return `[${markdownText(name)}](#${id})`;
}

/** A comment as paragraphs. A line of it that begins like an item of a list begins a line here too. */
function paragraphs(comment: string): string {
  return comment
    .split("\n")
    .map((line) => ({ text: markdownText(line), isItem: /^\s*(?:[-*+•]|\d+[.)])\s/.test(line) }))
    .map(({ text, isItem }) => (isItem ? `<br>${text}` : text))
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/(^|\n\n)<br>/g, "$1")
    .trim();
}
