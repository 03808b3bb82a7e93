import type { Board, Box, Lane, PlacedNote, Wire } from "./board.ts";

/** The width of a board for its height, about. */
const aspect = 1.5;

const gap = 56;

/**
 * One board of several that do not hang together: below one another in columns, the wide ones first. Of all numbers of
 * columns, that which makes a picture and not a ribbon, and leaves little of it empty.
 */
export function packed(blocks: readonly Board[]): Board {
  const ordered = blocks.toSorted((a, b) => b.width - a.width);
  const used = blocks.reduce((sum, block) => sum + block.width * block.height, 0);
  const badness = (columns: Columns): number => {
    const { width, height } = sizeOf(columns);
    return Math.abs(Math.log(width / height / aspect)) + 2 * (1 - used / (width * height));
  };
  const [best = []] = ordered
    .map((_, index) => columnsOf(ordered, index + 1))
    .map((columns) => ({ columns, badness: badness(columns) }))
    .toSorted((a, b) => a.badness - b.badness)
    .map(({ columns }) => columns);
  return laidOut(best);
}

type Columns = readonly (readonly Board[])[];

function sizeOf(columns: Columns): { readonly width: number; readonly height: number } {
  const widths = columns.map((blocks) => Math.max(...blocks.map(({ width }) => width)) + gap);
  const heights = columns.map((blocks) => blocks.reduce((sum, { height }) => sum + height + gap, 0));
  return {
    width: Math.max(0, widths.reduce((sum, width) => sum + width, 0) - gap),
    height: Math.max(0, Math.max(0, ...heights) - gap),
  };
}

/** The blocks in their order, in so many columns or fewer, the highest of which is as low as it can be. */
function columnsOf(blocks: readonly Board[], count: number): Columns {
  const heights = blocks.map(({ height }) => height + gap);
  let [low, high] = [Math.max(...heights), heights.reduce((sum, height) => sum + height, 0)];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (filled(blocks, middle).length <= count) high = middle;
    else low = middle + 1;
  }
  return filled(blocks, low);
}

function filled(blocks: readonly Board[], limit: number): Columns {
  const columns: Board[][] = [];
  let left = 0;
  for (const block of blocks) {
    if (columns.length === 0 || block.height + gap > left) {
      columns.push([]);
      left = limit;
    }
    columns.at(-1)?.push(block);
    left -= block.height + gap;
  }
  return columns;
}

function laidOut(columns: Columns): Board {
  const lanes: Lane[] = [];
  const notes: PlacedNote[] = [];
  const wires: Wire[] = [];
  let x = 0;
  for (const blocks of columns) {
    let y = 0;
    for (const block of blocks) {
      const by = <B extends Box>(box: B): B => ({ ...box, x: box.x + x, y: box.y + y });
      const point = (at: { x: number; y: number }) => ({ x: at.x + x, y: at.y + y });
      lanes.push(...block.lanes.map((lane) => ({ ...by(lane), column: by(lane.column), head: by(lane.head) })));
      notes.push(...block.notes.map(by));
      wires.push(...block.wires.map((wire) => ({ ...wire, from: point(wire.from), to: point(wire.to) })));
      y += block.height + gap;
    }
    x += Math.max(...blocks.map(({ width }) => width)) + gap;
  }
  return { ...sizeOf(columns), lanes, notes, wires };
}
