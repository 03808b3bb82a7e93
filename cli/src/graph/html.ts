import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../package.ts";
import { jsonText } from "../terminal/json-text.ts";
import { colours } from "./colours.ts";
import { visibleText, xmlText } from "./escape.ts";
import { factsOf, marksOf, relationsOf, titleOf } from "./facts.ts";
import type { Graph, GraphNode } from "./graph.ts";
import { madeBy } from "./made-by.ts";
import type { ProtoLink } from "./proto-link.ts";
import { labelOf, svgElement, svgStyle } from "./svg.ts";

/**
 * The graph as a page that needs nothing else, also from a file: the picture, to be moved, searched and asked. Its policy
 * allows its own script and styles and nothing more. It is well-formed XML besides.
 */
export function htmlOf(graph: Graph, link: ProtoLink): string {
  const style = `${part("page.css")}${swatches()}`;
  const script = `\n//<![CDATA[\n${part("page.js")}//]]>\n`;
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)} ${hashOf(svgStyle)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const title = xmlText(titleOf(graph));
  return `<!DOCTYPE html>
${madeBy}
<html xmlns="http://www.w3.org/1999/xhtml" lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="${policy}"/>
<meta name="referrer" content="no-referrer"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p>${xmlText(labelOf(graph))}</p>
<div class="search needs-script" role="search" hidden="hidden">
<label class="unseen" for="search">Search names, stored types and fields</label>
<input id="search" type="search" placeholder="Search: name, type, field  ( / )" autocomplete="off" spellcheck="false" role="combobox" aria-expanded="false" aria-controls="found" aria-autocomplete="list"/>
<ul id="found" role="listbox" aria-label="Found" hidden="hidden"></ul>
<span id="count" class="unseen" role="status"></span>
</div>
<div class="zoom needs-script" hidden="hidden">
<button id="farther" type="button" aria-label="Farther" title="Farther ( - )">−</button>
<button id="closer" type="button" aria-label="Closer" title="Closer ( + )">+</button>
<button id="whole" type="button" title="All of it ( 0 )">All</button>
</div>
</header>
<main id="board" tabindex="0" aria-label="The picture. Arrow keys move it, + and - zoom.">
${svgElement(graph, link, "group")}
</main>
<aside id="details" aria-labelledby="name" hidden="hidden"></aside>
<script id="domain" type="application/json">${jsonText(graph.nodes.map((node) => pageNode(graph, node, link)))}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** A node as the script of the page takes it: all texts as they are to be shown. */
function pageNode(graph: Graph, node: GraphNode, link: ProtoLink) {
  const { id, kind, name, type, comment, at, fields, table } = node;
  return {
    id,
    kind,
    name: visibleText(name),
    type: visibleText(type),
    comment: visibleText(comment, "lines"),
    place: at ? visibleText(`${at.file}:${at.line}`) : "",
    href: at ? link(at) : "",
    facts: factsOf(node).map(({ label, texts }) => ({ label, texts: texts.map((text) => visibleText(text)) })),
    relations: relationsOf(graph, node).map(({ label, nodes }) => ({ label, ids: nodes.map((other) => other.id) })),
    fields: fields.map((field) => ({
      name: visibleText(field.name),
      type: visibleText(field.type),
      marks: marksOf(field),
      comment: visibleText(field.comment, "lines"),
    })),
    table: visibleText(table?.name ?? ""),
    columns: (table?.columns ?? []).map(({ name: column, type: of, key, sensitive }) => ({
      name: visibleText(column),
      type: visibleText(of),
      marks: [...(key ? ["key"] : []), ...(sensitive ? ["sensitive"] : [])].join(", "),
      comment: "",
    })),
    indexes: (table?.indexes ?? []).map(({ name: index, columns, unique }) =>
      visibleText(`${index}: ${columns.join(", ")}${unique ? ", unique" : ""}`),
    ),
  };
}

/** A file of the page, which is the same in a clone and in the package. */
function part(name: string): string {
  return readFileSync(join(packageFolder, "page", name), "utf8").replaceAll("\r\n", "\n");
}

function swatches(): string {
  return Object.entries(colours)
    .map(([kind, { fill, line }]) => `.swatch.${kind.replace(" ", "-")}{background:${fill};border-color:${line}}\n`)
    .join("");
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
