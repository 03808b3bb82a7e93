import { diffArrays } from "diff";
import fc from "fast-check";
import { expect, test } from "vitest";
import { differences } from "../../cli/src/add/same-but.ts";
import { formatted } from "../../cli/src/proto/format.ts";
import { fakeHost } from "../../cli/src/testdata/fake-host.ts";
import { editsOf, everyAddition, onlyOf } from "./additions.ts";
import { protoBatch } from "./proto-batch.ts";
import { protoVariant } from "./proto-variants.ts";

const seed = Number(process.env.EGO_TEST_SEED ?? 1);

/** Protos by the names of their packages. */
function variants(wildness: Parameters<typeof protoVariant>[0], count: number): ReadonlyMap<string, string> {
  const made = fc.sample(protoVariant(wildness), { numRuns: count, seed });
  return new Map(made.map((text, index) => [`v${index}`, text(`v${index}`)]));
}

function asFiles(texts: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...texts].map(([scope, text]) => [`${scope}.proto`, text]));
}

/** The lines of a text, from 0, that another has no more, or not in that order. */
function linesGone(before: string, after: string): readonly number[] {
  let line = 0;
  return diffArrays(before.split("\n"), after.split("\n")).flatMap(({ value, added, removed }) => {
    const from = line;
    if (!added) line += value.length;
    return removed ? value.map((_, index) => from + index) : [];
  });
}

/** A text without what was put in is what it was: each of its characters is there, in order. */
function isWithin(before: string, after: string): boolean {
  let at = 0;
  for (const character of after) if (character === before[at]) at++;
  return at === before.length;
}

test("wherever comments are, and however options are written: what is added is added, and all else stays", () => {
  const texts = variants("anywhere", 150);
  const batch = protoBatch(asFiles(texts));
  const before = batch.compile();
  const edits = [...texts.keys()].map((scope) => editsOf(batch, onlyOf(before, scope), scope));
  batch.writeEdits(edits.map(({ edit }) => edit));
  const after = batch.compile();

  for (const [index, [scope, text]] of [...texts].entries()) {
    const { edit } = edits[index] ?? expect.fail(scope);
    const [was, is] = [onlyOf(before, scope), onlyOf(after, scope)];
    expect(differences(was, is, everyAddition(was, scope)), edit.after).toEqual([]);
    expect(isWithin(text, edit.after), edit.after).toBe(true);
    expect(/(?<!\r)\n/.test(edit.after), edit.after).toBe(!text.includes("\r\n"));
  }
});

test("what is written as buf format writes it stays so, also with other line ends and a byte order mark", async () => {
  const made = variants("between statements", 80);
  // buf leaves carriage returns at the end of comments, and takes the comment behind an import for that of the next.
  const usual = [...made].map(
    ([scope, text]) => [scope, text.replaceAll("\r", "").replaceAll(/;(?= \/\* c \*\/)/g, ";\n")] as const,
  );
  const batch = protoBatch(asFiles(new Map(usual)));
  batch.format();
  const once = usual.map(([scope]) => batch.read(`proto/${scope}.proto`));
  batch.format();
  // Some of what buf writes, it writes otherwise the next time.
  const clean = usual.filter(([scope], index) => batch.read(`proto/${scope}.proto`) === once[index]);
  expect(clean.length).toBeGreaterThan(usual.length * 0.9);
  const texts = new Map(
    clean.map(([scope], index) => {
      const text = batch.read(`proto/${scope}.proto`);
      return [scope, (index % 5 === 0 ? "\ufeff" : "") + (index % 3 === 0 ? text.replaceAll("\n", "\r\n") : text)];
    }),
  );
  batch.write(asFiles(texts));
  const before = batch.compile();
  const rough = [...texts.keys()].map((scope) => editsOf(batch, onlyOf(before, scope), scope));
  const edits = await formatted(
    fakeHost(batch.root),
    batch,
    rough.map(({ edit }) => edit),
    (file, line) => rough.find(({ edit }) => edit.file === file)?.mayChange(line) ?? false,
  );
  batch.writeEdits(edits);
  const after = batch.compile();

  for (const [index, [scope, text]] of [...texts].entries()) {
    const edit = edits[index] ?? expect.fail(scope);
    const [was, is] = [onlyOf(before, scope), onlyOf(after, scope)];
    expect(differences(was, is, everyAddition(was, scope)), edit.after).toEqual([]);
    expect(
      linesGone(text, edit.after).filter((line) => !rough[index]?.mayChange(line)),
      edit.after,
    ).toEqual([]);
    expect(edit.after.startsWith("\ufeff")).toBe(text.startsWith("\ufeff"));
    expect(/(?<!\r)\n/.test(edit.after), edit.after).toBe(!text.includes("\r\n"));
  }
  const plain = edits.map((edit) => ({ ...edit, after: edit.after.replace("\ufeff", "").replaceAll("\r\n", "\n") }));
  batch.writeEdits(plain);
  batch.format();
  for (const { file, after: text } of plain) expect(batch.read(file)).toBe(text);
});
