import { allVerbs, type DeclaredVerb, type Offer } from "./declared.ts";

/** Something that may be typed, with what it is for. */
export interface Item {
  readonly word: string;
  readonly description: string;
}

/** A place behind a verb: how many arguments stand before it, and what may stand there. */
export interface ArgumentPlace {
  /** The path of the verb. */
  readonly path: string;
  /** `*` for any number. */
  readonly count: string;
  readonly offer: Offer;
  /** The verbs that may stand there, where it is these that may. */
  readonly verbs: readonly Item[];
}

/** A verb of a verb: what the path becomes when its name is typed. */
export interface Step {
  readonly from: string;
  readonly name: string;
  readonly to: string;
}

/** An option that takes a value. */
export interface ValueOption {
  readonly path: string;
  readonly flags: readonly string[];
  readonly offer: Offer;
}

/** All places for arguments. */
export function argumentPlaces(program: DeclaredVerb): readonly ArgumentPlace[] {
  return allVerbs(program).flatMap(({ path, verbs, arguments: offers, isVariadic }): readonly ArgumentPlace[] => {
    if (verbs.length > 0) {
      const items = verbs.map(({ name, description }) => ({ word: name, description }));
      return [{ path, count: "0", offer: { kind: "words", words: items.map(({ word }) => word) }, verbs: items }];
    }
    return offers.map((offer, index) => {
      const isLast = index === offers.length - 1;
      return { path, count: isVariadic && isLast ? "*" : String(index), offer, verbs: [] };
    });
  });
}

/** How the path changes with the names of verbs that are typed. */
export function steps(program: DeclaredVerb): readonly Step[] {
  return allVerbs(program).flatMap(({ path, verbs }) =>
    verbs.map((verb) => ({ from: path, name: verb.name, to: verb.path })),
  );
}

/** All options that take a value. */
export function valueOptions(program: DeclaredVerb): readonly ValueOption[] {
  return allVerbs(program).flatMap(({ path, options }) =>
    options.flatMap(({ flags, value }) => (value ? [{ path, flags, offer: value }] : [])),
  );
}
