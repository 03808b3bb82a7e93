import {
  commentOf,
  type Domain,
  type Entity,
  fieldType,
  type Message,
  type Position,
  storedName,
  type Table,
} from "@ego/protoc-gen-ego/model";
import type { Place } from "../project/finding.ts";
import type { EdgeKind, Graph, GraphEdge, GraphNode, GraphTable, NodeKind } from "./graph.ts";

/** Makes the graph of a domain. References that lead nowhere, of which the generator tells, have no edge. */
export function graphOf(domain: Domain, placeOf: (at: Position) => Place | undefined): Graph {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  const linked = new Set<string>();
  const ids = createIds();

  const placed = (at: Position) => {
    const place = placeOf(at);
    return place ? { at: place } : {};
  };
  const add = (kind: NodeKind, name: string, message: Message, rest: Partial<GraphNode> = {}): void => {
    const { desc } = message;
    nodes.push({
      id: ids.of(message),
      kind,
      name,
      type: desc.typeName,
      comment: commentOf(desc),
      fields: desc.fields.map((field) => ({
        name: field.name,
        type: fieldType(field),
        id: message.ids.some((id) => id.desc === field),
        sensitive: message.secrets.paths.some(([first]) => first === field),
        comment: commentOf(field),
      })),
      ...placed(message.at),
      ...rest,
    });
  };
  const link = (kind: EdgeKind, from: Message | undefined, to: Message | undefined, at: Position): void => {
    if (!from || !to) return;
    const edge = { from: ids.of(from), to: ids.of(to), kind };
    // What is named twice, by itself and with its entity, is one edge.
    const key = `${edge.from} ${edge.to} ${kind}`;
    if (linked.has(key)) return;
    linked.add(key);
    edges.push({ ...edge, ...placed(at) });
  };

  for (const entity of domain.entities) addEntity(entity);
  for (const rejection of domain.rejections) {
    const users = domain.entities.filter(({ rejections }) => rejections.includes(rejection));
    if (users.length === 0) continue;
    const only = users.length === 1 ? users[0] : undefined;
    const code = { code: rejection.mark.code };
    add("rejection", rejection.desc.name, rejection, only ? { entity: only.name, ...code } : code);
  }
  for (const { entity, command, rejects } of domain.entities.flatMap((entity) =>
    entity.commands.map((command) => ({ entity, command, rejects: command.rejects })),
  )) {
    link("handled by", command, entity.state, command.at);
    for (const { target, at } of command.emits) link("emits", command, target, at);
    for (const { target, at } of rejects) link("rejects", command, target, at);
  }
  for (const { replacements } of domain.entities) {
    for (const { old, by } of replacements) link("becomes", old, by, by.mark.upcasts?.at ?? by.at);
  }
  for (const readModel of domain.readModels) {
    add("read model", readModel.name, readModel, { table: tableOf(readModel.table) });
    for (const { message, at } of readModel.sources) link("feeds", message, readModel, at);
  }
  for (const saga of domain.sagas) {
    add("saga", saga.name, saga, { timers: saga.timers.map(({ value }) => value) });
    for (const { target, at } of saga.startsOn) link("starts", target, saga, at);
    for (const { target, at } of saga.reactsTo) link("continues", target, saga, at);
    for (const { target, at } of saga.sends) link("sends", saga, target, at);
  }
  const known = new Set(nodes.map(({ id }) => id));
  return { nodes, edges: edges.filter(({ from, to }) => known.has(from) && known.has(to)) };

  function addEntity({ name, state, durable, table, commands, events }: Entity): void {
    const entity = { entity: name };
    add("entity", name, state, { ...entity, durable, ...(table ? { table: tableOf(table) } : {}) });
    for (const command of commands) {
      const { precondition } = command.mark;
      add("command", command.desc.name, command, { ...entity, ...(precondition ? { precondition } : {}) });
    }
    for (const event of events) {
      const aliases = event.mark.aliases.map(({ value }) => value);
      const derived = event.mark.derived !== undefined;
      add("event", event.desc.name, event, { ...entity, storedAs: storedName(event), aliases, derived });
    }
  }
}

function tableOf({ name, columns, indexes }: Table): GraphTable {
  return {
    name,
    columns: columns.map((column) => ({
      name: column.name,
      field: column.field.name,
      type: fieldType(column.field),
      key: column.key,
      sensitive: column.sensitive,
    })),
    indexes: indexes.map((index) => ({
      name: index.name,
      columns: index.fields.map(({ name: field, column }) => column?.name ?? field),
      unique: index.unique,
    })),
  };
}

/** Ids of full names; two names that differ in `.` and `_` only do not get the same. */
function createIds() {
  const known = new Map<string, string>();
  const taken = new Set<string>();
  return {
    of({ desc: { typeName } }: Message): string {
      const before = known.get(typeName);
      if (before !== undefined) return before;
      const plain = `n_${typeName.replaceAll(".", "_")}`;
      let id = plain;
      for (let number = 2; taken.has(id); number++) id = `${plain}__${number}`;
      taken.add(id);
      known.set(typeName, id);
      return id;
    },
  };
}
