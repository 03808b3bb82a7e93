import { createRequire } from "node:module";
import type { ts } from "@ts-morph/common";

export type { ts } from "@ts-morph/common";

/** The TypeScript compiler. */
export type Compiler = typeof ts;

const require = createRequire(import.meta.url);
let loaded: Compiler | undefined;

/** Loads the compiler, once; that takes a third of a second. Not with what ts-morph has besides it. */
export function compiler(): Compiler {
  loaded ??= require("@ts-morph/common/dist/typescript.js") as Compiler;
  return loaded;
}

/** The libraries of the compiler, by name: `lib.es2024.d.ts`. */
export function libraries(): ReadonlyMap<string, string> {
  const { getLibFiles } = require("@ts-morph/common") as typeof import("@ts-morph/common");
  return new Map(getLibFiles().map(({ fileName, text }) => [fileName, text]));
}
