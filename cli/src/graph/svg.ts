import { type Board, boardOf, type PlacedNote, type Wire } from "./board.ts";
import { colours } from "./colours.ts";
import { xmlText } from "./escape.ts";
import { type Graph, type GraphNode, type NodeKind, nodesOf } from "./graph.ts";
import { madeBy } from "./made-by.ts";
import { measures, type PlacedChip } from "./note.ts";
import type { ProtoLink } from "./proto-link.ts";
import { textWidth } from "./text-width.ts";

const margin = 28;
const legendHeight = 44;

/** The graph as an SVG that needs nothing else: no script, no font, no file. */
export function svgOf(graph: Graph, link: ProtoLink): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${madeBy}\n${svgElement(graph, link, "img")}\n`;
}

/**
 * The element alone, for a page around it.
 *
 * @param role what it is to a screen reader: one picture, or a group of things that can be gone through
 */
export function svgElement(graph: Graph, link: ProtoLink, role: "img" | "group"): string {
  const board = boardOf(graph);
  const legend = legendOf(graph);
  const width = Math.max(board.width, legend.width) + 2 * margin;
  const height = board.height + legendHeight + 2 * margin;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="${role}" aria-label="${xmlText(labelOf(graph))}">`,
    `<style>${svgStyle}</style>`,
    `<defs>${markers()}</defs>`,
    `<rect class="board" width="${width}" height="${height}"/>`,
    `<g transform="translate(${margin} ${margin})">${legend.svg}</g>`,
    `<g transform="translate(${margin} ${margin + legendHeight})">`,
    ...lanesOf(board, link),
    ...board.wires.map(wireOf),
    ...board.notes.map((note) => noteSvg(note, link)),
    "</g>",
    "</svg>",
  ].join("\n");
}

/** What the picture is of, in words. */
export function labelOf(graph: Graph): string {
  const kinds: NodeKind[] = ["entity", "command", "event", "rejection", "read model", "saga"];
  const counted = kinds.flatMap((kind) => {
    const { length } = nodesOf(graph, kind);
    const many = kind === "entity" ? "entities" : `${kind}s`;
    return length === 0 ? [] : [`${length} ${length === 1 ? kind : many}`];
  });
  return counted.join(", ") || "nothing, since no message is marked";
}

const kinds = Object.entries(colours) as [NodeKind, { fill: string; line: string }][];

/** What is in the `style` element of the picture. */
export const svgStyle: string = [
  "",
  'text{font-family:system-ui,-apple-system,"Segoe UI","Helvetica Neue",Arial,sans-serif;fill:#1b1b1f}',
  `.name{font-size:${measures.name}px;font-weight:600}`,
  `.caption{font-size:${measures.caption}px;fill:#4a4a52}`,
  `.chip text{font-size:${measures.chip}px}`,
  ".legend text{font-size:12px}",
  ".board{fill:#ffffff}",
  ".lane{fill:#f5f6f8;stroke:#e1e4e9}",
  ".wire{fill:none;stroke:#8a919e;stroke-width:1.4}",
  ".arrow{fill:#8a919e}",
  ".wire.feeds{stroke:#66ad5e}.arrow.feeds{fill:#66ad5e}",
  ".wire.starts,.wire.continues,.wire.sends{stroke:#9a78d8}.arrow.saga{fill:#9a78d8}",
  ".wire.continues{stroke-dasharray:5 4}",
  ".paper{stroke-width:1}",
  ...kinds.map(([kind, { fill, line }]) => `.${className(kind)} .paper{fill:${fill};stroke:${line}}`),
  ".timer .paper{fill:#ffffff;stroke:#9a78d8}",
  `.through{fill:${colours.entity.fill};fill-opacity:.45;stroke:${colours.entity.line};stroke-opacity:.6}`,
  ".old .paper{stroke-dasharray:4 3;fill-opacity:.55}",
  ".lock{fill:none;stroke:#1b1b1f;stroke-width:1.3}.lock rect{fill:#1b1b1f}",
  "a{text-decoration:none}a:hover .paper,a:focus .paper{stroke-width:2}",
  "@media (prefers-color-scheme:dark){",
  ".board{fill:#15171c}.lane{fill:#1d2027;stroke:#2d323c}.legend text{fill:#d5d8de}",
  ".legend .lock{stroke:#d5d8de}.legend .lock rect{fill:#d5d8de}.old .caption{fill:#1b1b1f}",
  ".wire{stroke:#868e9c}.arrow{fill:#868e9c}.through{fill-opacity:.16}.old .paper{fill-opacity:.75}",
  "}",
  "",
].join("\n");

function markers(): string {
  return ["", "feeds", "saga"]
    .map(
      (name) =>
        `<marker id="arrow${name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="arrow ${name}" d="M0 0.5L8 4L0 7.5z"/></marker>`,
    )
    .join("");
}

function legendOf(graph: Graph): { readonly svg: string; readonly width: number } {
  let x = 0;
  const shown = (["command", "entity", "event", "rejection", "read model", "saga"] as const).filter(
    (kind) => nodesOf(graph, kind).length > 0,
  );
  const parts = shown.map((kind) => {
    const part = `<g class="${className(kind)}" transform="translate(${x} 0)"><rect class="paper" width="14" height="14" rx="2"/><text x="20" y="12">${kind}</text></g>`;
    x += Math.ceil(20 + textWidth(kind, 12) + 18);
    return part;
  });
  if (nodesOf(graph, "saga").some(({ timers = [] }) => timers.length > 0)) {
    parts.push(
      `<g class="timer" transform="translate(${x} 0)"><rect class="paper" y="1" width="18" height="12" rx="6"/><text x="24" y="12">timer</text></g>`,
    );
    x += 80;
  }
  if (graph.nodes.some(({ fields }) => fields.some(({ sensitive }) => sensitive))) {
    parts.push(`<g transform="translate(${x} 0)">${lock(1, 1)}<text x="18" y="12">sensitive</text></g>`);
    x += 90;
  }
  return { svg: `<g class="legend">${parts.join("")}</g>`, width: x };
}

function lanesOf({ lanes }: Board, link: ProtoLink): string[] {
  return lanes.flatMap(({ x, y, width, height, column, head }) => [
    `<rect class="lane" x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>`,
    `<rect class="through" x="${column.x}" y="${column.y}" width="${column.width}" height="${column.height}" rx="3"/>`,
    noteSvg(head, link),
  ]);
}

function wireOf({ kind, nodes, from, to }: Wire): string {
  const bend = Math.round((to.x - from.x) / 2);
  const marker = kind === "feeds" ? "feeds" : ["starts", "continues", "sends"].includes(kind) ? "saga" : "";
  return `<path class="wire ${className(kind)}" data-nodes="${nodes.join(" ")}" marker-end="url(#arrow${marker})" d="M${from.x} ${from.y}C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}"/>`;
}

function noteSvg(note: PlacedNote, link: ProtoLink): string {
  const { node, x, y, width, height, name, captions, chips, locked, small } = note;
  const { padding, nameLine, captionLine } = measures;
  const old = captions.some((caption) => caption.startsWith("old, ")) && node.kind === "event";
  let line = padding + measures.name - 1;
  const texts = name.map((text, index) => {
    const at = line + index * nameLine;
    return `<text class="name" x="${padding}" y="${at}">${xmlText(text)}</text>`;
  });
  line += name.length * nameLine - 1;
  texts.push(
    ...captions.map(
      (text, index) =>
        `<text class="caption" x="${padding}" y="${line + index * captionLine - 1}">${xmlText(text)}</text>`,
    ),
  );
  const paper = [
    `<title>${xmlText(tooltipOf(node), "lines")}</title>`,
    `<rect class="paper" width="${width}" height="${height}" rx="${small ? height / 2 : 3}"/>`,
    ...texts,
    ...(locked ? [lock(width - padding - 10, padding - 1)] : []),
  ].join("");
  const classes = `note ${className(node.kind)}${old ? " old" : ""}${small ? " small" : ""}`;
  const inner = linked(paper, node, link);
  return `<g class="${classes}" data-node="${node.id}" transform="translate(${x} ${y})">${inner}${chips.map((chip) => chipSvg(chip, link)).join("")}</g>`;
}

function chipSvg({ kind, node, lines, x, y, width, height }: PlacedChip, link: ProtoLink): string {
  const texts = lines.map(
    (text, index) =>
      `<text x="${measures.chipPadding}" y="${13 + index * measures.captionLine}">${xmlText(text)}</text>`,
  );
  const title = node ? tooltipOf(node) : "A timer of this saga.";
  const inner = `<title>${xmlText(title, "lines")}</title><rect class="paper" width="${width}" height="${height}" rx="9"/>${texts.join("")}`;
  const id = node ? ` data-node="${node.id}"` : "";
  return `<g class="chip ${className(kind)}"${id} transform="translate(${x} ${y})">${linked(inner, node, link)}</g>`;
}

function linked(inner: string, node: GraphNode | undefined, link: ProtoLink): string {
  return node?.at ? `<a href="${xmlText(link(node.at))}">${inner}</a>` : inner;
}

/** What is shown of a node where the pointer rests on it. */
function tooltipOf({ kind, type, comment, fields, code, storedAs }: GraphNode): string {
  const facts = [code ?? "", storedAs !== undefined && storedAs !== type ? `stored as ${storedAs}` : ""];
  const said = [`${kind} ${type}`, ...facts].filter((fact) => fact !== "").join(", ");
  const lines = fields.map(
    ({ name, type: of, id, sensitive }) => `  ${name}: ${of}${id ? ", id" : ""}${sensitive ? ", sensitive" : ""}`,
  );
  return [said, comment, lines.join("\n")].filter((part) => part !== "").join("\n\n");
}

function lock(x: number, y: number): string {
  return `<g class="lock" transform="translate(${x} ${y})"><path d="M2.5 6V4a3 3 0 0 1 6 0v2"/><rect x="1" y="6" width="9" height="7" rx="1.5"/></g>`;
}

function className(kind: string): string {
  return kind.replace(" ", "-");
}
