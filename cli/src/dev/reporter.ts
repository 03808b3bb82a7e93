import type { Host } from "../terminal/host.ts";
import { jsonText } from "../terminal/json-text.ts";
import type { Ended } from "./app.ts";
import { type Block, blockJson, blockLines, endedJson, endedLine, lateLines } from "./block.ts";
import type { TypesFound } from "./type-check.ts";

/** Prints what `ego dev` does. */
export interface Reporter {
  /** Prints a block, and after it what has happened since the last {@link Reporter.hold}. */
  block(block: Block, program: string): void;
  /** Prints the types that are late in a block before. */
  late(types: TypesFound): void;
  /** A block is coming: nothing is to be printed before it. */
  hold(): void;
  ended(ended: Ended): void;
}

/** @param json whether each is one line of JSON, and else it is text */
export function reporter(host: Host, json: boolean): Reporter {
  let held: (() => void)[] | undefined;
  return {
    block(block, program) {
      if (json) host.out(jsonText(blockJson(block)));
      else for (const line of blockLines(block, program)) host.out(line);
      const waiting = held ?? [];
      held = undefined;
      for (const print of waiting) print();
    },
    late(types) {
      for (const line of lateLines(types, new Date())) host.out(line);
    },
    hold() {
      held ??= [];
    },
    ended(ended) {
      const at = new Date();
      const print = () => host.out(json ? jsonText(endedJson(ended, at)) : endedLine(ended, at));
      if (held === undefined) print();
      else held.push(print);
    },
  };
}
