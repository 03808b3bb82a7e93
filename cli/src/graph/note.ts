import type { GraphNode } from "./graph.ts";
import { textWidth, wrapName } from "./text-width.ts";

/** Sizes of a sticky note, in the unit of the picture. */
export const measures = {
  name: 13,
  nameLine: 17,
  caption: 10.5,
  captionLine: 15,
  chip: 10.5,
  chipHeight: 18,
  chipGap: 4,
  chipPadding: 7,
  padding: 10,
  minWidth: 120,
  maxWidth: 236,
} as const;

/** A small label on a note, that stands for another node or for a timer. */
export interface Chip {
  readonly text: string;
  /** What it stands for; undefined for a timer. */
  readonly node: GraphNode | undefined;
  readonly kind: "rejection" | "command" | "timer";
}

/** A chip at its place, counted from the corner of its note. */
export interface PlacedChip extends Chip {
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A sticky note that knows its size, and not yet its place. */
export interface Note {
  readonly node: GraphNode;
  readonly name: readonly string[];
  readonly captions: readonly string[];
  readonly chips: readonly PlacedChip[];
  /** Something in it is stored encrypted. */
  readonly locked: boolean;
  readonly width: number;
  readonly height: number;
}

/** What is written on a note. */
export interface NoteText {
  readonly node: GraphNode;
  readonly name: string;
  readonly captions: readonly string[];
  readonly chips: readonly Chip[];
}

/** Room for the lock beside the name. */
const lockWidth = 16;

const { padding, name: nameSize, caption: captionSize, chip: chipSize, chipPadding } = measures;

/** The width that all notes of a column have: what the widest needs, as far as that may be. */
export function columnWidth(texts: readonly NoteText[]): number {
  const needed = texts.flatMap((text) => [
    textWidth(text.name, nameSize) + 2 * padding + (isLocked(text) ? lockWidth : 0),
    ...text.captions.map((caption) => textWidth(caption, captionSize) + 2 * padding),
    ...text.chips.map((chip) => textWidth(chip.text, chipSize) + 2 * (padding + chipPadding)),
  ]);
  return Math.ceil(Math.min(measures.maxWidth, Math.max(measures.minWidth, ...needed)));
}

/** Lays out what is on a note of this width. */
export function noteOf(text: NoteText, width: number): Note {
  const inner = width - 2 * padding;
  const locked = isLocked(text);
  const name = wrapName(text.name, nameSize, inner - (locked ? lockWidth : 0));
  const captions = text.captions.flatMap((caption) => wrapName(caption, captionSize, inner));
  const top = padding + name.length * measures.nameLine + captions.length * measures.captionLine;
  const { chips, height } = placeChips(text.chips, inner, top + 2);
  return { node: text.node, name, captions, chips, locked, width, height: height + padding - 2 };
}

function placeChips(
  chips: readonly Chip[],
  inner: number,
  top: number,
): { readonly chips: readonly PlacedChip[]; readonly height: number } {
  const placed: PlacedChip[] = [];
  let x = 0;
  let y = top + 2;
  let rowHeight = 0;
  for (const chip of chips) {
    const lines = wrapName(chip.text, chipSize, inner - 2 * chipPadding);
    const width = Math.min(
      inner,
      Math.ceil(Math.max(...lines.map((line) => textWidth(line, chipSize))) + 2 * chipPadding),
    );
    const height = measures.chipHeight + (lines.length - 1) * measures.captionLine;
    if (x > 0 && x + width > inner) {
      y += rowHeight + measures.chipGap;
      x = 0;
      rowHeight = 0;
    }
    placed.push({ ...chip, lines, x: padding + x, y, width, height });
    x += width + measures.chipGap;
    rowHeight = Math.max(rowHeight, height);
  }
  return { chips: placed, height: chips.length === 0 ? top : y + rowHeight };
}

function isLocked({ node }: NoteText): boolean {
  return node.fields.some(({ sensitive }) => sensitive);
}
