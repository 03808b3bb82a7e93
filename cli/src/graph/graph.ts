import type { Place } from "../project/finding.ts";

/** What a node of the graph is. */
export type NodeKind = "entity" | "command" | "event" | "rejection" | "read model" | "saga";

/** What an edge of the graph says of its two nodes. */
export type EdgeKind =
  /** A command goes to its entity. */
  | "handled by"
  /** A command makes an event. */
  | "emits"
  | "rejects"
  /** An old event is read as a newer one. */
  | "becomes"
  /** A read model is made of an event, or of the versions of a durable entity. */
  | "feeds"
  /** An event starts a saga. */
  | "starts"
  /** A saga that was started reacts to an event. */
  | "continues"
  /** A saga sends a command. */
  | "sends";

/** A field of a message. */
export interface GraphField {
  readonly name: string;
  /** As the proto writes it. */
  readonly type: string;
  readonly id: boolean;
  readonly sensitive: boolean;
  readonly comment: string;
}

/** A column of the table of a durable entity or a read model. */
export interface GraphColumn {
  readonly name: string;
  readonly field: string;
  readonly type: string;
  readonly key: boolean;
  readonly sensitive: boolean;
}

/** The table of a durable entity or a read model. */
export interface GraphTable {
  readonly name: string;
  readonly columns: readonly GraphColumn[];
  readonly indexes: readonly { readonly name: string; readonly columns: readonly string[]; readonly unique: boolean }[];
}

/** One thing of a domain: what people put on the wall as a sticky note. */
export interface GraphNode {
  /** Of letters, digits and `_`; the same as long as the message has its name. */
  readonly id: string;
  readonly kind: NodeKind;
  /** As people call it: the name of the message, or that of the entity, read model or saga. */
  readonly name: string;
  /** The full name of the message. */
  readonly type: string;
  /** The comment of the proto, as it stands there. */
  readonly comment: string;
  readonly fields: readonly GraphField[];
  /** Undefined where the proto is no file of the project. */
  readonly at?: Place;
  /** The name of its entity. */
  readonly entity?: string;
  /** Of an entity: whether its state is stored, and not events. */
  readonly durable?: boolean;
  /** Of a command: whether the entity has to be absent or present. */
  readonly precondition?: "absent" | "present";
  /** Of an event: the type that is stored. */
  readonly storedAs?: string;
  /** Of an event: types that were stored before. */
  readonly aliases?: readonly string[];
  /** Of an event: whether its fields are copied into the state by themselves. */
  readonly derived?: boolean;
  /** Of a rejection: the class of the error. */
  readonly code?: string;
  /** Of a saga. */
  readonly timers?: readonly string[];
  readonly table?: GraphTable;
}

/** How two nodes belong together. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  /** Where the proto says so. */
  readonly at?: Place;
}

/** A domain as nodes and edges, in an order that depends on nothing but the protos. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** The nodes of a kind, in their order. */
export function nodesOf({ nodes }: Graph, kind: NodeKind): readonly GraphNode[] {
  return nodes.filter((node) => node.kind === kind);
}

/** What edges of these kinds lead to from a node, each once. */
export function after(graph: Graph, { id }: GraphNode, ...kinds: readonly EdgeKind[]): readonly GraphNode[] {
  const { leaving, place } = indexOf(graph);
  const ids = (leaving.get(id) ?? []).filter(({ kind }) => kinds.includes(kind)).map(({ to }) => to);
  return inOrder(graph, place, ids);
}

/** What edges of these kinds come from to a node, each once. */
export function before(graph: Graph, { id }: GraphNode, ...kinds: readonly EdgeKind[]): readonly GraphNode[] {
  const { arriving, place } = indexOf(graph);
  const ids = (arriving.get(id) ?? []).filter(({ kind }) => kinds.includes(kind)).map(({ from }) => from);
  return inOrder(graph, place, ids);
}

/** Where the nodes of a graph stand, and which edges each has. */
interface GraphIndex {
  readonly place: ReadonlyMap<string, number>;
  readonly leaving: ReadonlyMap<string, readonly GraphEdge[]>;
  readonly arriving: ReadonlyMap<string, readonly GraphEdge[]>;
}

const indexes = new WeakMap<Graph, GraphIndex>();

function indexOf(graph: Graph): GraphIndex {
  const known = indexes.get(graph);
  if (known) return known;
  const index = {
    place: new Map(graph.nodes.map(({ id }, place) => [id, place])),
    leaving: Map.groupBy(graph.edges, ({ from }) => from),
    arriving: Map.groupBy(graph.edges, ({ to }) => to),
  };
  indexes.set(graph, index);
  return index;
}

function inOrder(graph: Graph, place: GraphIndex["place"], ids: readonly string[]): readonly GraphNode[] {
  const places = [...new Set(ids)].flatMap((id) => place.get(id) ?? []);
  return places.sort((a, b) => a - b).flatMap((at) => graph.nodes[at] ?? []);
}

/** The part of a graph around one entity: its own, what consumes it, and what sends to it. */
export function around(graph: Graph, entity: string): Graph {
  const own = new Set(graph.nodes.filter((node) => node.entity === entity).map(({ id }) => id));
  const kept = new Set(own);
  for (const { from, to, kind } of graph.edges) {
    if (kind === "handled by") continue;
    if (own.has(from)) kept.add(to);
    if (own.has(to)) kept.add(from);
  }
  return {
    nodes: graph.nodes.filter(({ id }) => kept.has(id)),
    edges: graph.edges.filter(({ from, to }) => (own.has(from) && kept.has(to)) || (own.has(to) && kept.has(from))),
  };
}
