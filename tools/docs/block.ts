/** A fenced block of a Markdown file. */
export interface Block {
  /** The Markdown file, as it is to be named in a message. */
  readonly source: string;
  /** Line of the opening fence, from 1. The first line of the text is the next one. */
  readonly line: number;
  readonly language: string;
  /** The words behind the language, other than `key=value`. */
  readonly words: ReadonlySet<string>;
  /** `file=…`: where the text goes. */
  readonly file: string | undefined;
  /** `in=…`: the folder beside the copy of this repository that a block above made. */
  readonly folder: string | undefined;
  /** `excerpt=…`: the file of this repository that the text is a part of. */
  readonly excerpt: string | undefined;
  readonly text: string;
}

/** The fenced blocks of a Markdown text, in order. A block in a list item loses the indentation of its fence. */
export function blocksOf(source: string, markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    const open = /^(\s*)(`{3,}|~{3,})\s*(.*)$/.exec(lines[index] ?? "");
    if (open === null) continue;
    const [, indent = "", fence = "", info = ""] = open;
    const line = index + 1;
    const text: string[] = [];
    for (index++; index < lines.length && !closes(lines[index] ?? "", fence); index++) {
      text.push((lines[index] ?? "").replace(new RegExp(`^\\s{0,${indent.length}}`), ""));
    }
    if (index === lines.length) throw new Error(`${source}:${line}: the fence is not closed`);
    const [language = "", ...words] = info.trim().split(/\s+/);
    blocks.push({
      source,
      line,
      language,
      words: new Set(words.filter((word) => !word.includes("="))),
      file: wordFor("file", words),
      folder: wordFor("in", words),
      excerpt: wordFor("excerpt", words),
      text: `${text.join("\n")}\n`,
    });
  }
  return blocks;
}

function wordFor(key: string, words: readonly string[]): string | undefined {
  return words.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1);
}

function closes(line: string, fence: string): boolean {
  const trimmed = line.trim();
  return trimmed.length >= fence.length && trimmed === fence.charAt(0).repeat(trimmed.length);
}

/** Whether the output is what the text says. A line `…` in the text stands for any lines, also none. */
export function outputMatches(expected: string, actual: string): boolean {
  const pattern = expected
    .trimEnd()
    .split("\n")
    .map((line) => (line.trim() === "…" ? "(?:.*\\n)*?" : `${escapeRegExp(line.trimEnd())}\\s*?\\n`))
    .join("");
  return new RegExp(`^${pattern}$`).test(`${actual.trimEnd()}\n`.replace(/[^\S\n]+\n/g, "\n"));
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
