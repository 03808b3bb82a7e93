import { Failure } from "../failure.ts";
import { printableName } from "../terminal/printable.ts";

/** Reads a JSON document that ego wrote, and that somebody may have changed. */
export interface JsonReader {
  /** The document; it is an object with `format: 1`. */
  readonly root: JsonObject;
}

/** An object of the document. */
export interface JsonObject {
  text(key: string, pattern: RegExp): string;
  /** The text, if it is there. */
  optionalText(key: string, pattern: RegExp): string | undefined;
  one<Of extends string>(key: string, of: readonly Of[]): Of;
  number(key: string): number;
  /** False if it is not there. */
  flag(key: string): boolean;
  object(key: string): JsonObject;
  has(key: string): boolean;
  /** None if it is not there. */
  objects(key: string): readonly JsonObject[];
  texts(key: string, pattern: RegExp): readonly string[];
  numbers(key: string): readonly number[];
}

/**
 * Reads such a document.
 *
 * @param name what errors call it
 * @throws Failure, also from what it returns, if it is not what ego writes
 */
export function readJson(name: string, text: string): JsonReader {
  const where = printableName(name);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    const conflict = /^(?:<<<<<<<|=======|>>>>>>>)/m.test(text)
      ? " It has conflicts of a merge: keep both sides."
      : ` ${(error as Error).message}`;
    throw new Failure("input", `${where} is no JSON.${conflict}`);
  }
  const wrong = (path: string, must: string) =>
    new Failure("input", `${where} is not as ego writes it: ${printableName(path)} has to be ${must}.`);
  const root = objectAt(document, "the document", wrong);
  const format = root.number("format");
  if (format !== 1) {
    throw new Failure("input", `${where} has format ${format}, and this ego reads format 1. Install a newer @ego/cli.`);
  }
  return { root };
}

type Wrong = (path: string, must: string) => Failure;

function objectAt(value: unknown, path: string, wrong: Wrong): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(path, "an object");
  const at = (key: string): unknown =>
    Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  const pathOf = (key: string) => (path === "the document" ? key : `${path}.${key}`);
  const textAt = (found: unknown, where: string, pattern: RegExp): string => {
    if (typeof found !== "string" || !pattern.test(found)) throw wrong(where, `a text like ${pattern.source}`);
    return found;
  };
  const numberAt = (found: unknown, where: string): number => {
    if (typeof found !== "number" || !Number.isSafeInteger(found)) throw wrong(where, "a whole number");
    return found;
  };
  const listAt = <Item>(key: string, item: (found: unknown, where: string) => Item): readonly Item[] => {
    const found = at(key) ?? [];
    if (!Array.isArray(found)) throw wrong(pathOf(key), "a list");
    return found.map((one, index) => item(one, `${pathOf(key)}[${index}]`));
  };
  return {
    text: (key, pattern) => textAt(at(key), pathOf(key), pattern),
    optionalText: (key, pattern) => (at(key) === undefined ? undefined : textAt(at(key), pathOf(key), pattern)),
    one(key, of) {
      const found = of.find((one) => one === at(key));
      if (found === undefined) throw wrong(pathOf(key), `one of ${of.join(", ")}`);
      return found;
    },
    number: (key) => numberAt(at(key), pathOf(key)),
    flag(key) {
      const found = at(key) ?? false;
      if (typeof found !== "boolean") throw wrong(pathOf(key), "true or false");
      return found;
    },
    object: (key) => objectAt(at(key), pathOf(key), wrong),
    has: (key) => at(key) !== undefined,
    objects: (key) => listAt(key, (found, where) => objectAt(found, where, wrong)),
    texts: (key, pattern) => listAt(key, (found, where) => textAt(found, where, pattern)),
    numbers: (key) => listAt(key, numberAt),
  };
}
