// Advance widths in hundredths of the font size, from blank to `~`, of a bold face that is wider than most (DejaVu Sans):
// there are no fonts to ask where `ego` runs, and what fits in this one fits in the reader's.
const widths = [
  ...[35, 46, 52, 84, 70, 100, 87, 31, 46, 46, 52, 84, 38, 42, 38, 37, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70],
  ...[40, 40, 84, 84, 84, 58, 100, 77, 76, 73, 83, 68, 68, 82, 84, 37, 37, 77, 64, 100, 84, 85, 73, 85, 77, 68],
  ...[70, 81, 77, 110, 77, 72, 73, 46, 37, 46, 84, 50, 50, 67, 72, 59, 72, 68, 41, 72, 71, 34, 34, 67, 34, 104],
  ...[71, 69, 72, 72, 49, 60, 48, 71, 65, 92, 65, 65, 58, 71, 37, 71, 84],
];

/** The width of a text at most, in the unit of the font size. */
export function textWidth(text: string, size: number): number {
  let hundredths = 0;
  for (const character of text) hundredths += widths[(character.codePointAt(0) ?? 0) - 32] ?? 110;
  return (hundredths * size) / 100;
}

/**
 * A name in lines that are no wider than that: broken where a word of it begins (`OpenAccount`, `open_account`), and
 * within a word that is too long for a line.
 */
export function wrapName(name: string, size: number, width: number): readonly string[] {
  const words = name.split(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[_.\-/ ])/);
  const lines: string[] = [];
  let line = "";
  for (const part of words.flatMap((word) => (textWidth(word, size) > width ? [...word] : [word]))) {
    if (line !== "" && textWidth(line + part, size) > width) {
      lines.push(line);
      line = "";
    }
    line += part;
  }
  return line === "" && lines.length > 0 ? lines : [...lines, line];
}
