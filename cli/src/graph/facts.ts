import { after, before, type Graph, type GraphField, type GraphNode } from "./graph.ts";

/** Something to know about a node besides its fields, in words. */
export interface Fact {
  readonly label: string;
  readonly texts: readonly string[];
  /** The texts are names, as they are stored or written in code. */
  readonly isCode: boolean;
}

/** How a node belongs to others. */
export interface Relation {
  readonly label: string;
  readonly nodes: readonly GraphNode[];
}

/** What is to be known of a node, in a fixed order. */
export function factsOf(node: GraphNode): readonly Fact[] {
  const { kind, type, durable, precondition, storedAs, aliases = [], derived, code, timers = [] } = node;
  const words = (label: string, text: string): Fact => ({ label, texts: [text], isCode: false });
  const names = (label: string, texts: readonly string[]): Fact => ({ label, texts, isCode: true });
  return [
    ...(kind === "entity" ? [words("What is stored", durable ? "its state" : "its events")] : []),
    ...(precondition === undefined ? [] : [words("Precondition", `the entity is ${precondition}`)]),
    ...(storedAs === undefined || storedAs === type ? [] : [names("Stored as", [storedAs])]),
    ...(aliases.length === 0 ? [] : [names("Stored before as", aliases)]),
    ...(derived ? [words("Applied by itself", "its fields become those of the state")] : []),
    ...(code === undefined ? [] : [names("Code", [code])]),
    ...(timers.length === 0 ? [] : [names("Timers", timers)]),
  ];
}

/** How a node belongs to others, in a fixed order, each other node once for each way. */
export function relationsOf(graph: Graph, node: GraphNode): readonly Relation[] {
  const own = (kind: GraphNode["kind"]) =>
    node.kind === "entity" ? graph.nodes.filter((other) => other.kind === kind && other.entity === node.entity) : [];
  const entity = graph.nodes.filter(
    (other) => other.kind === "entity" && other.entity === node.entity && node.kind !== "entity",
  );
  const all: Relation[] = [
    { label: "Entity", nodes: entity },
    { label: "Commands", nodes: own("command") },
    { label: "Events", nodes: own("event") },
    { label: "Emits", nodes: after(graph, node, "emits") },
    { label: "Rejects with", nodes: after(graph, node, "rejects") },
    { label: "Emitted by", nodes: before(graph, node, "emits") },
    { label: "Answer to", nodes: before(graph, node, "rejects") },
    { label: "Read as", nodes: after(graph, node, "becomes") },
    { label: "Replaces", nodes: before(graph, node, "becomes") },
    { label: "Read models", nodes: after(graph, node, "feeds") },
    { label: "Starts", nodes: after(graph, node, "starts") },
    { label: "Continues", nodes: after(graph, node, "continues") },
    { label: "Made of", nodes: before(graph, node, "feeds") },
    { label: "Starts on", nodes: before(graph, node, "starts") },
    { label: "Reacts to", nodes: before(graph, node, "continues") },
    { label: "Sends", nodes: after(graph, node, "sends") },
    { label: "Sent by", nodes: before(graph, node, "sends") },
  ];
  return all.filter(({ nodes }) => nodes.length > 0);
}

/** What a field or column is besides its type: `id, sensitive`, or nothing. */
export function marksOf({ id, sensitive }: Pick<GraphField, "id" | "sensitive">): string {
  return [...(id ? ["id"] : []), ...(sensitive ? ["sensitive"] : [])].join(", ");
}

/** What a domain is called where nothing else names it: by its entities, if those are few. */
export function titleOf(graph: Graph): string {
  const names = graph.nodes.flatMap(({ kind, name }) => (kind === "entity" ? [name] : []));
  return names.length > 3 ? "Domain" : names.join(", ") || "Domain";
}
