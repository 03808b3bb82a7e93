import { createRequire } from "node:module";

interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

// Its own declarations do not type-check under all of our flags.
const { SaxesParser } = createRequire(import.meta.url)("saxes") as {
  readonly SaxesParser: new () => {
    on(event: "error", then: (error: Error) => void): void;
    on(event: "text" | "cdata", then: (text: string) => void): void;
    on(event: "opentag", then: (tag: Tag) => void): void;
    on(event: "closetag", then: () => void): void;
    write(xml: string): { close(): void };
  };
};

/** An element of an XML document. */
export interface XmlElement extends Tag {
  /** All text directly in it. */
  text: string;
}

/** All elements of an XML document, as they begin; throws if it is none. */
export function elementsOf(xml: string): readonly XmlElement[] {
  const elements: XmlElement[] = [];
  const open: XmlElement[] = [];
  const parser = new SaxesParser();
  const add = (text: string) => {
    const element = open.at(-1);
    if (element) element.text += text;
  };
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element = { name, attributes: { ...attributes }, text: "" };
    elements.push(element);
    open.push(element);
  });
  parser.on("closetag", () => void open.pop());
  parser.on("text", add);
  // An HTML parser takes its marks for text.
  parser.on("cdata", (text) => add(`<![CDATA[${text}]]>`));
  parser.write(xml).close();
  return elements;
}

/** All texts of an XML document; throws if it is none. */
export function textsOf(xml: string): readonly string[] {
  return elementsOf(xml).map(({ text }) => text);
}
