import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** A plot of bars: groups of them below each other, on one logarithmic axis. */
export interface BarPlot {
  readonly title: string;
  /** What the axis counts, as `per second`. */
  readonly unit: string;
  /** The names of the bars that each group has, in order. */
  readonly series: readonly string[];
  readonly groups: readonly { readonly label: string; readonly values: readonly (number | undefined)[] }[];
}

const width = 860;
const labelWidth = 230;
const valueWidth = 90;
const barHeight = 11;
const groupGap = 9;
const top = 62;

// Of Okabe and Ito, who chose them so that everybody can tell them apart, on white and on black.
const colors = ["#0072b2", "#e69f00", "#009e73", "#cc79a7"];

/** Draws a plot that is legible on light and on dark pages. */
export function barPlot({ title, unit, series, groups }: BarPlot): string {
  const values = groups.flatMap((group) =>
    group.values.filter((value) => value !== undefined && value > 0),
  ) as number[];
  if (values.length === 0) throw new Error(`The plot "${title}" has no values.`);
  const from = Math.floor(Math.log10(Math.min(...values)) - 0.1);
  const to = Math.ceil(Math.log10(Math.max(...values)));
  const room = width - labelWidth - valueWidth;
  const x = (value: number) => labelWidth + ((Math.log10(value) - from) / (to - from)) * room;
  const groupHeight = series.length * barHeight + groupGap;
  const bottom = top + groups.length * groupHeight;

  const parts: string[] = [textAt(0, 16, title, "title")];
  for (const [index, name] of series.entries()) {
    const left = labelWidth + index * 170;
    parts.push(
      `<rect x="${left}" y="26" width="10" height="10" fill="${colorOf(index)}"/>`,
      textAt(left + 15, 35, name),
    );
  }
  for (let power = from; power <= to; power++) {
    const at = round(x(10 ** power));
    parts.push(`<line x1="${at}" x2="${at}" y1="${top - 6}" y2="${bottom}" class="grid"/>`);
    parts.push(textAt(at, top - 10, numberText(10 ** power), "axis"));
  }
  parts.push(textAt(width, top - 10, unit, "end"));
  for (const [row, { label, values }] of groups.entries()) {
    const y = top + row * groupHeight;
    parts.push(textAt(labelWidth - 8, y + (series.length * barHeight) / 2 + 4, label, "end"));
    for (const [index, value] of values.entries()) {
      if (value === undefined || value <= 0) continue;
      const barTop = y + index * barHeight;
      const end = round(x(value));
      parts.push(
        `<rect x="${labelWidth}" y="${barTop}" width="${round(end - labelWidth)}" height="${barHeight - 2}" fill="${colorOf(index)}"/>`,
        textAt(end + 4, barTop + barHeight - 3, numberText(value), "value"),
      );
    }
  }
  const style = `
    text { font: 12px system-ui, sans-serif; fill: #1f2328 }
    .title { font-weight: 600; font-size: 14px }
    .end { text-anchor: end } .axis { text-anchor: middle; font-size: 10px } .value { font-size: 9px }
    .grid { stroke: #8888; stroke-width: .5 }
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } }
  `;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + 8}" role="img" aria-label="${escapeXml(title)}">`,
    `<style>${style}</style>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

/** Keeps a plot in bench/results, and returns the Markdown that shows it in docs/benchmarks.md. */
export function writePlot(name: string, plot: BarPlot): string {
  writeFileSync(join(import.meta.dirname, `results/${name}.svg`), barPlot(plot));
  return `![${plot.title}](../bench/results/${name}.svg)`;
}

/** A text as it may stand in XML, between tags and in quotes. */
export function escapeXml(text: string): string {
  const names: Readonly<Record<string, string>> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "#39" };
  return text.replace(/[&<>"']/g, (character) => `&${names[character]};`);
}

function textAt(x: number, y: number, text: string, name?: string): string {
  return `<text x="${round(x)}" y="${round(y)}"${name === undefined ? "" : ` class="${name}"`}>${escapeXml(text)}</text>`;
}

function colorOf(index: number): string {
  return colors[index % colors.length] as string;
}

function numberText(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: value < 100 ? 2 : 21, maximumFractionDigits: 2 });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
