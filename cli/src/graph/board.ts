import { after, before, type EdgeKind, type Graph, type GraphNode, nodesOf } from "./graph.ts";
import { type Group, groupsOf } from "./group.ts";
import { columnWidth, type Note, noteOf } from "./note.ts";
import { commandText, consumerText, entityText, eventText, senderText, textsOf, versionText } from "./note-text.ts";
import { packed } from "./packed.ts";
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

const gaps = { note: 14, lane: 30, padding: 20, column: 44, consumer: 110, sender: 30 } as const;

/** Lays out the graph: commands, entity, events, and to the right of them what consumes these. */
export function boardOf(graph: Graph): Board {
  const texts = textsOf(graph);
  const widths = {
    senders: columnWidth(texts.senders),
    commands: columnWidth(texts.commands),
    entity: columnWidth(texts.entities),
    events: columnWidth(texts.events),
    consumers: columnWidth(texts.consumers),
  };
  return packed(groupsOf(graph, nodesOf(graph, "entity")).map((group) => blockOf(graph, group, widths)));
}

/** One number for each column of notes. */
interface Columns {
  readonly senders: number;
  readonly commands: number;
  readonly entity: number;
  readonly events: number;
  readonly consumers: number;
}

/** Where the columns of a block begin, and where its lanes end. Where no saga sends, there is no room for one. */
function columnStarts(graph: Graph, { entities }: Group, width: Columns): Columns & { readonly end: number } {
  const isSent = entities.some((entity) =>
    before(graph, entity, "handled by").some((command) => before(graph, command, "sends").length > 0),
  );
  const commands = gaps.padding + (isSent ? width.senders + gaps.sender : 0);
  const entity = commands + width.commands + gaps.column;
  const events = entity + width.entity + gaps.column;
  const end = events + width.events + gaps.padding;
  return { senders: gaps.padding, commands, entity, events, end, consumers: end + gaps.consumer };
}

function blockOf(graph: Graph, group: Group, width: Columns): Board {
  const x = columnStarts(graph, group, width);
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
      events.map(({ node, note, makers }) => ({
        middle:
          meanOf((entity.durable ? makers : homeOf(graph, node, placed)).map(({ id }) => placed.get(id))) ?? bottom,
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

/** Each event beside the command that makes it; old ones, which none makes, last. */
function eventsInOrder(graph: Graph, entity: GraphNode, placed: ReadonlyMap<string, PlacedNote>): readonly GraphNode[] {
  const own = nodesOf(graph, "event").filter((event) => event.entity === entity.entity);
  const wish = new Map(
    own.map((event) => [event, meanOf(homeOf(graph, event, placed).map(({ id }) => placed.get(id))) ?? Infinity]),
  );
  return own.toSorted((a, b) => {
    const [first = 0, second = 0] = [wish.get(a), wish.get(b)];
    return first === second ? 0 : first - second;
  });
}

/** The commands that an event stands beside: of those that make it, the ones that make the fewest others. */
function homeOf(graph: Graph, event: GraphNode, placed: ReadonlyMap<string, PlacedNote>): readonly GraphNode[] {
  const makers = before(graph, event, "emits").filter(({ id }) => placed.has(id));
  const others = new Map(makers.map((maker) => [maker, after(graph, maker, "emits").length]));
  const fewest = Math.min(...others.values());
  return makers.filter((maker) => others.get(maker) === fewest);
}

/** Rounded down, as `spread` rounds up: what is beside its only wish is joined by a straight line. */
function middleOf({ y, height }: Box): number {
  return Math.floor(y + height / 2);
}

function meanOf(boxes: readonly (Box | undefined)[]): number | undefined {
  const known = boxes.flatMap((box) => (box ? [middleOf(box)] : []));
  return known.length === 0 ? undefined : known.reduce((sum, middle) => sum + middle, 0) / known.length;
}
