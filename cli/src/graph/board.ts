import { after, before, type EdgeKind, type Graph, type GraphNode, nodesOf } from "./graph.ts";
import { type Group, groupsOf } from "./group.ts";
import { columnWidth, type Note, noteOf } from "./note.ts";
import { commandText, consumerText, entityText, eventText, senderText, textsOf, versionText } from "./note-text.ts";
import { spread } from "./spread.ts";

/** A rectangle of the picture. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A note at its place. */
export interface PlacedNote extends Note, Box {
  /** A saga once more, at a command that it sends. */
  readonly small: boolean;
}

/** The notes of one entity, with the entity between them. */
export interface Lane extends Box {
  readonly entity: GraphNode;
  /** The entity itself, of which the lines from commands to events go through the lower part. */
  readonly column: Box;
  /** The note at the top of the column, with its name. */
  readonly head: PlacedNote;
}

/** A line from the right side of something to the left side of something else. */
export interface Wire {
  readonly kind: EdgeKind;
  /** Ids of the nodes that it is about: the two ends, and the entity between them. */
  readonly nodes: readonly string[];
  readonly from: { readonly x: number; readonly y: number };
  readonly to: { readonly x: number; readonly y: number };
}

/** A domain as a board of sticky notes, everything at its place. */
export interface Board {
  readonly width: number;
  readonly height: number;
  readonly lanes: readonly Lane[];
  readonly notes: readonly PlacedNote[];
  readonly wires: readonly Wire[];
}

const gaps = { note: 14, lane: 30, padding: 20, block: 56, column: 44, consumer: 110, sender: 30 } as const;

/** The width of a board for its height, about: what does not hang together is laid out in columns. */
const aspect = 1.5;

/** Lays out the graph: commands, entity, events, and to the right of them what consumes these. */
export function boardOf(graph: Graph): Board {
  const entities = nodesOf(graph, "entity");
  const texts = textsOf(graph);
  const width = {
    senders: columnWidth(texts.senders),
    commands: columnWidth(texts.commands),
    entity: columnWidth(texts.entities),
    events: columnWidth(texts.events),
    consumers: columnWidth(texts.consumers),
  };
  const withSenders = texts.senders.length > 0;
  const left = gaps.padding + (withSenders ? width.senders + gaps.sender : 0);
  const x = {
    senders: gaps.padding,
    commands: left,
    entity: left + width.commands + gaps.column,
    events: left + width.commands + width.entity + 2 * gaps.column,
    end: left + width.commands + width.entity + width.events + 2 * gaps.column + gaps.padding,
    consumers: left + width.commands + width.entity + width.events + 2 * gaps.column + gaps.padding + gaps.consumer,
  };
  const blocks = groupsOf(graph, entities).map((group) => blockOf(graph, group, x, width));
  return packed(blocks);
}

interface Columns {
  readonly senders: number;
  readonly commands: number;
  readonly entity: number;
  readonly events: number;
  readonly consumers: number;
}

function blockOf(graph: Graph, group: Group, x: Columns & { readonly end: number }, width: Columns): Board {
  const lanes: Lane[] = [];
  const notes: PlacedNote[] = [];
  const wires: Wire[] = [];
  const placed = new Map<string, PlacedNote>();
  const put = (note: Note, left: number, y: number, small = false): PlacedNote => {
    const at = { ...note, x: left, y, small };
    notes.push(at);
    return at;
  };
  const wire = (
    kind: EdgeKind,
    from: Box & { node: GraphNode },
    to: Box & { node: GraphNode },
    through: readonly GraphNode[] = [],
  ): void => {
    wires.push({
      kind,
      nodes: [from.node.id, ...through.map(({ id }) => id), to.node.id],
      from: { x: from.x + from.width, y: middleOf(from) },
      to: { x: to.x, y: middleOf(to) },
    });
  };
  let y = 0;
  for (const entity of group.entities) {
    const head = noteOf(entityText(entity), width.entity);
    const top = y + gaps.padding;
    const content = top + head.height + 8;
    let bottom = content;
    for (const command of before(graph, entity, "handled by")) {
      const note = noteOf(commandText(graph, command), width.commands);
      const senders = before(graph, command, "sends").map((saga) => noteOf(senderText(saga), width.senders));
      const sendersHeight = senders.reduce((sum, { height }) => sum + height + 6, -6);
      const row = Math.max(note.height, sendersHeight);
      const at = put(note, x.commands, bottom + Math.round((row - note.height) / 2));
      placed.set(command.id, at);
      let next = bottom + Math.round((row - sendersHeight) / 2);
      for (const sender of senders) {
        wire("sends", put(sender, x.senders, next, true), at);
        next += sender.height + 6;
      }
      bottom += row + gaps.note;
    }
    const events = entity.durable
      ? [{ node: entity, note: noteOf(versionText(entity), width.events), makers: before(graph, entity, "handled by") }]
      : eventsInOrder(graph, entity, placed).map((event) => ({
          node: event,
          note: noteOf(eventText(graph, event), width.events),
          makers: before(graph, event, "emits").filter(({ id }) => placed.has(id)),
        }));
    const starts = spread(
      events.map(({ note, makers }) => ({
        middle: meanOf(makers.map(({ id }) => placed.get(id))) ?? bottom,
        height: note.height,
      })),
      gaps.note,
      content,
    );
    for (const [index, { node, note, makers }] of events.entries()) {
      const at = put(note, x.events, starts[index] ?? content);
      placed.set(node.id, at);
      bottom = Math.max(bottom, at.y + at.height + gaps.note);
      for (const { id } of makers) {
        const maker = placed.get(id);
        if (maker) wire(entity.durable ? "handled by" : "emits", maker, at, entity.durable ? [] : [entity]);
      }
    }
    const column = { x: x.entity, y: top, width: width.entity, height: bottom - gaps.note - top };
    const headNote = { ...head, x: x.entity, y: top, small: false };
    lanes.push({ entity, column, head: headNote, x: 0, y, width: x.end, height: column.height + 2 * gaps.padding });
    for (const command of before(graph, entity, "handled by")) {
      const at = placed.get(command.id);
      if (!at || entity.durable || after(graph, command, "emits").some(({ id }) => placed.has(id))) continue;
      wires.push({
        kind: "handled by",
        nodes: [command.id, entity.id],
        from: { x: at.x + at.width, y: middleOf(at) },
        to: { x: x.entity, y: middleOf(at) },
      });
    }
    y = column.y + column.height + gaps.padding + gaps.lane;
  }
  const kinds = ["feeds", "starts", "continues"] as const;
  const consumers = group.consumers
    .map((consumer) => {
      const note = noteOf(consumerText(graph, consumer), width.consumers);
      const middle = meanOf(before(graph, consumer, ...kinds).map(({ id }) => placed.get(id))) ?? 0;
      return { note, middle, height: note.height };
    })
    .toSorted((a, b) => a.middle - b.middle);
  const starts = spread(consumers, gaps.note + 4, 0);
  for (const [index, { note }] of consumers.entries()) {
    const at = put(note, x.consumers, starts[index] ?? 0);
    y = Math.max(y, at.y + at.height + gaps.lane);
    for (const kind of kinds) {
      for (const { id } of before(graph, note.node, kind)) {
        const source = placed.get(id);
        if (source) wire(kind, source, at);
      }
    }
  }
  const right = consumers.length > 0 ? x.consumers + width.consumers : x.end;
  return { width: right, height: y - gaps.lane, lanes, notes, wires };
}

/** Each event beside the commands that make it; old ones, which none makes, last. */
function eventsInOrder(graph: Graph, entity: GraphNode, placed: ReadonlyMap<string, PlacedNote>): readonly GraphNode[] {
  const own = nodesOf(graph, "event").filter((event) => event.entity === entity.entity);
  const wish = new Map(
    own.map((event) => [event, meanOf(before(graph, event, "emits").map(({ id }) => placed.get(id))) ?? Infinity]),
  );
  return own.toSorted((a, b) => {
    const [first = 0, second = 0] = [wish.get(a), wish.get(b)];
    return first === second ? 0 : first - second;
  });
}

function middleOf({ y, height }: Box): number {
  return Math.round(y + height / 2);
}

function meanOf(boxes: readonly (Box | undefined)[]): number | undefined {
  const known = boxes.flatMap((box) => (box ? [middleOf(box)] : []));
  return known.length === 0 ? undefined : known.reduce((sum, middle) => sum + middle, 0) / known.length;
}

/** Blocks below one another, in as many columns as make the board a picture and not a ribbon. */
function packed(blocks: readonly Board[]): Board {
  const widest = Math.max(0, ...blocks.map(({ width }) => width));
  const heights = blocks.map(({ height }) => height + gaps.block);
  const total = heights.reduce((sum, height) => sum + height, 0);
  const columns = Math.max(1, Math.round(Math.sqrt((total * aspect) / (widest + gaps.block))));
  const limit = Math.max(total / columns, ...heights);
  const lanes: Lane[] = [];
  const notes: PlacedNote[] = [];
  const wires: Wire[] = [];
  let [x, y, columnWidth, width, height] = [0, 0, 0, 0, 0];
  for (const block of blocks) {
    if (y > 0 && y + block.height + gaps.block > limit * 1.05) {
      x += columnWidth + gaps.block;
      [y, columnWidth] = [0, 0];
    }
    const by = <B extends Box>(box: B): B => ({ ...box, x: box.x + x, y: box.y + y });
    const point = (at: { x: number; y: number }) => ({ x: at.x + x, y: at.y + y });
    lanes.push(...block.lanes.map((lane) => ({ ...by(lane), column: by(lane.column), head: by(lane.head) })));
    notes.push(...block.notes.map(by));
    wires.push(...block.wires.map((wire) => ({ ...wire, from: point(wire.from), to: point(wire.to) })));
    y += block.height + gaps.block;
    columnWidth = Math.max(columnWidth, block.width);
    width = Math.max(width, x + columnWidth);
    height = Math.max(height, y - gaps.block);
  }
  return { width, height, lanes, notes, wires };
}
