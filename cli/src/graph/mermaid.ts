import { colours } from "./colours.ts";
import { mermaidText } from "./escape.ts";
import { type EdgeKind, type Graph, type GraphNode, type NodeKind, nodesOf } from "./graph.ts";
import { madeByMermaid } from "./made-by.ts";
import type { ProtoLink } from "./proto-link.ts";

/** Shapes: what differs in colour differs in form too. */
const shapes: Readonly<Record<NodeKind, readonly [open: string, close: string]>> = {
  command: ["[", "]"],
  entity: ["[[", "]]"],
  event: ["([", "])"],
  rejection: ["{{", "}}"],
  "read model": ["[(", ")]"],
  saga: ["[/", "\\]"],
};

const arrows: Readonly<Record<EdgeKind, string>> = {
  "handled by": "-->",
  emits: "-->",
  rejects: "-.->",
  becomes: "-. becomes .->",
  feeds: "-->",
  starts: "-- starts -->",
  continues: "-->",
  sends: "-- sends -->",
};

/** The graph as a file of Mermaid. */
export function mermaidOf(graph: Graph, link: ProtoLink): string {
  return `${madeByMermaid}\n${flowchartOf(graph, link)}`;
}

/**
 * The graph as a flowchart of Mermaid. A command leads to its entity, and that to the events of its commands.
 *
 * @param link where a click leads; nowhere without it
 */
export function flowchartOf(graph: Graph, link?: ProtoLink): string {
  const lines = ["flowchart LR"];
  for (const entity of nodesOf(graph, "entity")) {
    lines.push(`  subgraph group_${entity.id}["${mermaidText(entity.name)}"]`);
    for (const node of graph.nodes) if (node.entity === entity.entity) lines.push(`    ${declared(node)}`);
    lines.push("  end");
  }
  const entities = new Set(nodesOf(graph, "entity").map(({ entity }) => entity));
  for (const node of graph.nodes) if (!entities.has(node.entity)) lines.push(`  ${declared(node)}`);
  lines.push(...edgesOf(graph).map((edge) => `  ${edge}`));
  for (const { id, at } of graph.nodes) if (at && link) lines.push(`  click ${id} href "${link(at)}"`);
  for (const kind of Object.keys(shapes) as NodeKind[]) {
    const of = nodesOf(graph, kind).map(({ id }) => id);
    if (of.length === 0) continue;
    const { fill, line } = colours[kind];
    lines.push(`  classDef ${className(kind)} fill:${fill},stroke:${line},color:#1b1b1f`);
    lines.push(`  class ${of.join(",")} ${className(kind)}`);
  }
  return `${lines.join("\n")}\n`;
}

function declared({ id, kind, name, timers = [] }: GraphNode): string {
  const [open, close] = shapes[kind];
  const label = [name, ...timers.map((timer) => `timer ${timer}`)].map(mermaidText).join("<br/>");
  return `${id}${open}"${label}"${close}`;
}

/** Between a command and its events stands the entity; each pair is joined once. */
function edgesOf({ nodes, edges }: Graph): readonly string[] {
  const stateOf = new Map(nodes.flatMap(({ kind, id, entity }) => (kind === "entity" ? [[entity, id] as const] : [])));
  const entityOf = new Map(nodes.map(({ id, entity }) => [id, stateOf.get(entity)]));
  const lines = edges.map(({ from, to, kind }) => {
    const start = kind === "emits" ? (entityOf.get(from) ?? from) : from;
    return `${start} ${arrows[kind]} ${to}`;
  });
  return [...new Set(lines)];
}

function className(kind: NodeKind): string {
  return kind.replace(" ", "_");
}
