import { after, type Graph, type GraphNode, nodesOf } from "./graph.ts";
import type { Chip, NoteText } from "./note.ts";

/** All notes of a kind, for the width of their column. */
export function textsOf(
  graph: Graph,
): Readonly<Record<"senders" | "commands" | "entities" | "events" | "consumers", readonly NoteText[]>> {
  return {
    senders: nodesOf(graph, "saga")
      .filter((saga) => after(graph, saga, "sends").length > 0)
      .map(senderText),
    commands: nodesOf(graph, "command").map((command) => commandText(graph, command)),
    entities: nodesOf(graph, "entity").map(entityText),
    events: [
      ...nodesOf(graph, "event").map((event) => eventText(graph, event)),
      ...nodesOf(graph, "entity")
        .filter(({ durable }) => durable)
        .map(versionText),
    ],
    consumers: [...nodesOf(graph, "read model"), ...nodesOf(graph, "saga")].map((node) => consumerText(graph, node)),
  };
}

/** A command, with what may reject it. */
export function commandText(graph: Graph, node: GraphNode): NoteText {
  const captions = node.precondition === undefined ? [] : [`if ${node.precondition}`];
  const chips = after(graph, node, "rejects").map(
    (rejection): Chip => ({ text: rejection.name, node: rejection, kind: "rejection" }),
  );
  return { node, name: node.name, captions, chips };
}

/** An entity, at the top of its column. */
export function entityText(node: GraphNode): NoteText {
  return { node, name: node.name, captions: [node.durable ? "durable state" : "event sourced"], chips: [] };
}

/** What commands of a durable entity make. */
export function versionText(node: GraphNode): NoteText {
  return { node, name: node.type.replace(/^.*\./, ""), captions: ["its next version"], chips: [] };
}

/** An event; an old one says what it becomes. */
export function eventText(graph: Graph, node: GraphNode): NoteText {
  const newer = after(graph, node, "becomes").map(({ name }) => `old, becomes ${name}`);
  return { node, name: node.name, captions: newer, chips: [] };
}

/** A saga, at a command that it sends. */
export function senderText(node: GraphNode): NoteText {
  return { node, name: node.name, captions: [], chips: [] };
}

/** A read model, or a saga with its timers and what it sends. */
export function consumerText(graph: Graph, node: GraphNode): NoteText {
  if (node.kind === "read model")
    return {
      node,
      name: node.name,
      captions: node.table && node.table.name !== node.name ? [`table ${node.table.name}`] : [],
      chips: [],
    };
  const chips = [
    ...(node.timers ?? []).map((timer): Chip => ({ text: timer, node: undefined, kind: "timer" })),
    ...after(graph, node, "sends").map((command): Chip => ({ text: command.name, node: command, kind: "command" })),
  ];
  return { node, name: node.name, captions: [], chips };
}
