/** The line by which a file says that `ego graph` made it, where comments are those of XML, HTML and Markdown. */
export const madeBy = "<!-- Made by `ego graph`. -->";

/** The same line in Mermaid. */
export const madeByMermaid = "%% Made by `ego graph`.";

/** Whether it stands where `ego graph` writes it: in the first two lines. */
export function isMadeByEgo(text: string): boolean {
  const [first = "", second = ""] = text.slice(0, 500).split(/\r?\n/);
  return [first, second].some((line) => line === madeBy || line === madeByMermaid);
}
