import { before, type Graph, type GraphNode, nodesOf } from "./graph.ts";

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

/** Entities that share consumers next to one another: each follows the one that it shares most with. */
function inFlow(graph: Graph, { entities, consumers }: Group): readonly GraphNode[] {
  const users = new Map(
    entities.map((entity) => [
      entity,
      new Set(
        consumers.filter((consumer) =>
          before(graph, consumer, "feeds", "starts", "continues").some((source) => source.entity === entity.entity),
        ),
      ),
    ]),
  );
  const shared = (a: GraphNode, b: GraphNode) =>
    [...(users.get(a) ?? [])].filter((consumer) => users.get(b)?.has(consumer)).length;
  const left = [...entities];
  const ordered: GraphNode[] = left.splice(0, 1);
  while (left.length > 0) {
    const last = ordered.at(-1) as GraphNode;
    const best = left.reduce((a, b) => (shared(last, b) > shared(last, a) ? b : a));
    ordered.push(...left.splice(left.indexOf(best), 1));
  }
  return ordered;
}
