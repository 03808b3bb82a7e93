import { after, before, type Graph, type GraphNode, nodesOf } from "./graph.ts";

/** Entities, and what consumes their events. */
export interface Group {
  readonly entities: readonly GraphNode[];
  readonly consumers: readonly GraphNode[];
}

/** What hangs together by lines stands together. A saga and what it sends to are two, since no line joins them. */
export function groupsOf(graph: Graph, entities: readonly GraphNode[]): readonly Group[] {
  const groups: { entities: GraphNode[]; consumers: GraphNode[] }[] = entities.map((entity) => ({
    entities: [entity],
    consumers: [],
  }));
  for (const consumer of [...nodesOf(graph, "read model"), ...nodesOf(graph, "saga")]) {
    const names = new Set(before(graph, consumer, "feeds", "starts", "continues").map(({ entity }) => entity));
    const joined = groups.filter((group) => group.entities.some(({ entity }) => names.has(entity)));
    const [first, ...others] = joined;
    if (!first) {
      groups.push({ entities: [], consumers: [consumer] });
      continue;
    }
    for (const other of others) {
      first.entities.push(...other.entities);
      first.consumers.push(...other.consumers);
      groups.splice(groups.indexOf(other), 1);
    }
    first.consumers.push(consumer);
  }
  return groups.map((group) => ({ ...group, entities: inFlow(graph, group) }));
}

/**
 * Entities that share consumers next to one another, so that lines are short; and those that a saga starts on above those
 * that it goes on with, so that the picture reads downwards.
 */
function inFlow(graph: Graph, { entities, consumers }: Group): readonly GraphNode[] {
  const flows = consumers.map((consumer) => {
    const starts = namesOf(before(graph, consumer, "feeds", "starts"));
    const later = namesOf([...before(graph, consumer, "continues"), ...after(graph, consumer, "sends")]);
    const joined = namesOf(before(graph, consumer, "feeds", "starts", "continues"));
    return { joined, starts, later: consumer.kind === "saga" ? later : [] };
  });
  const cost = (order: readonly GraphNode[]): number => {
    const rows = new Map(order.map(({ entity }, row) => [entity, row]));
    const at = (names: readonly (string | undefined)[]) => names.flatMap((name) => rows.get(name) ?? []);
    return flows.reduce((sum, { joined, starts, later }) => {
      const all = at(joined);
      const mean = all.reduce((total, row) => total + row, 0) / all.length;
      const length = all.reduce((total, row) => total + Math.abs(row - mean), 0);
      const upwards = at(starts).reduce((total, row) => total + at(later).filter((other) => other < row).length, 0);
      return sum + length + upwards / 10;
    }, 0);
  };
  const shared = (a: GraphNode, b: GraphNode) =>
    flows.filter(({ joined }) => joined.includes(a.entity) && joined.includes(b.entity)).length;
  const orders = entities.flatMap((first) => {
    const order = chain(first, entities, shared);
    return [order, order.toReversed()];
  });
  return orders.reduce((a, b) => (cost(b) < cost(a) ? b : a), entities);
}

/** From the first, each time the one that the last shares most with. */
function chain(
  first: GraphNode,
  entities: readonly GraphNode[],
  shared: (a: GraphNode, b: GraphNode) => number,
): readonly GraphNode[] {
  const left = entities.filter((entity) => entity !== first);
  const ordered = [first];
  while (left.length > 0) {
    const last = ordered.at(-1) as GraphNode;
    const best = left.reduce((a, b) => (shared(last, b) > shared(last, a) ? b : a));
    ordered.push(...left.splice(left.indexOf(best), 1));
  }
  return ordered;
}

function namesOf(nodes: readonly GraphNode[]): readonly (string | undefined)[] {
  return [...new Set(nodes.map(({ entity }) => entity))];
}
