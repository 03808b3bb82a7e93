import type { Contract } from "./contract.ts";
import type { Source } from "./sources.ts";

/**
 * The sources that can hold an implementation, or lead to one: those that name a contract, a section of one, or what
 * `implement` is called on; also under a name that another file gives it.
 */
export function mentioning(sources: readonly Source[], contracts: readonly Contract[]): readonly Source[] {
  const names = new Set(contracts.flatMap(({ type, sections }) => [type, ...sections.map((section) => section.type)]));
  const constants = new Set(contracts.map(({ constant }) => constant));
  const words = new Map(sources.map((source) => [source, wordsOf(source.text)]));
  for (let known = 0; known !== names.size; ) {
    known = names.size;
    for (const source of sources) {
      if (words.get(source)?.some((word) => names.has(word)))
        for (const name of renamed(source.text, names)) names.add(name);
    }
  }
  return sources.filter((source) => {
    const all = words.get(source) ?? [];
    return (
      all.some((word) => names.has(word)) || (all.includes("implement") && all.some((word) => constants.has(word)))
    );
  });
}

function wordsOf(text: string): readonly string[] {
  return [...new Set(text.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu))];
}

/** Names that a file gives to one of these: `AccountBehavior as Behavior`, `type Behavior = Readonly<AccountBehavior>`. */
function renamed(text: string, names: ReadonlySet<string>): string[] {
  const aliases = [
    ...text.matchAll(/([\p{ID_Start}$_][\p{ID_Continue}$]*)\s+as\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/gu),
  ];
  const types = [...text.matchAll(/\b(?:type|interface)\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)([^;{]*)/gu)];
  return [
    ...aliases.flatMap(([, from = "", to = ""]) => (names.has(from) ? [to] : [])),
    ...types.flatMap(([, name = "", of = ""]) => (wordsOf(of).some((word) => names.has(word)) ? [name] : [])),
  ];
}
