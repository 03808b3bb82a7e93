import { diffArrays } from "diff";
import type { FileEdit } from "./file-edit.ts";

/** For a line of a file with an edit, from 1, the same line of the file without; undefined for one that is new. */
export function lineBefore({ before, after }: FileEdit, line: number): number | undefined {
  if (before === undefined) return undefined;
  let [old, now] = [0, 0];
  for (const { value, added, removed } of diffArrays(before.split("\n"), after.split("\n"))) {
    if (!removed && line <= now + value.length) return added ? undefined : old + line - now;
    if (!added) old += value.length;
    if (!removed) now += value.length;
  }
  return undefined;
}
