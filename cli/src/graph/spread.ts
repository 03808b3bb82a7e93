/** Something that has a height and would like to have its middle somewhere. */
export interface Wish {
  readonly middle: number;
  readonly height: number;
}

/**
 * Places things below one another, in the order given, each as near to where it wants to be as its neighbours let it, and
 * none above `top`. Returns where each begins.
 */
export function spread(wishes: readonly Wish[], gap: number, top: number): readonly number[] {
  // Neighbours that would overlap become one block, which stands at the mean of what its members wish for.
  const blocks: { sum: number; count: number; offsets: number[]; height: number; start: number }[] = [];
  for (const { middle, height } of wishes) {
    const start = middle - height / 2;
    blocks.push({ sum: start, count: 1, offsets: [0], height, start: Math.max(top, start) });
    for (;;) {
      const last = blocks.at(-1);
      const previous = blocks.at(-2);
      if (!last || !previous || previous.start + previous.height + gap <= last.start) break;
      const shift = previous.height + gap;
      previous.sum += last.sum - shift * last.count;
      previous.count += last.count;
      previous.offsets.push(...last.offsets.map((offset) => offset + shift));
      previous.height = shift + last.height;
      previous.start = Math.max(top, previous.sum / previous.count);
      blocks.pop();
    }
  }
  return blocks.flatMap(({ start, offsets }) => offsets.map((offset) => Math.round(start + offset)));
}
