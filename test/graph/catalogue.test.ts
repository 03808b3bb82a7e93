import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { catalogueOf } from "../../cli/src/graph/catalogue.ts";
import { markdownCode, markdownLink, markdownText, visibleText } from "../../cli/src/graph/escape.ts";
import { domainSaying, hostileText } from "./hostile-text.ts";
import { egoGraph, goldenGraph, projectWith, root } from "./project-with.ts";

// What Markdown of GitHub gives a meaning to has to be a numbered character, or an element of its own.
const safe = String.raw`[^\\${"`"}*_{}[\]<>#|~&@$:/\n\r]|(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])|:(?![\w+-]+:)|/(?!/)`;
const text = String.raw`(?:(?![-+=:\s]|\d+[.)])(?:(?![wW]{3}\.)(?:${safe})|&#\d+;|<span>[@$:.]</span>)+(?<!\s))?`;
const code = `(?:\`[\\w.,:;/<>()=+-](?:[\\w.,:;/<>()=+ -]*[\\w.,:;/<>()=+-])?\`|<code>${text}</code>)`;
const link = String.raw`\[${text}\]\((?:#\w+|[\w\-.~:/?#%@+,;=]+)\)`;
const value = `(?:${link}|${code}|${text})`;
const values = `${value}(?:, ${value})*`;
const cell = `(?:${code}|${text}(?:<br>${text})*)`;

/** All lines that a catalogue has outside of its diagrams. */
const forms: Readonly<Record<string, RegExp>> = {
  mark: /^<!-- Made by `ego graph`. -->$/,
  title: /^# Event catalogue$/,
  chapter: /^#{2,3} [A-Z][a-z ]+$/,
  node: new RegExp(`^#{2,4} <a id="\\w+"></a>${text}$`),
  type: new RegExp(`^${code}(?:, ${link})?$`),
  table: new RegExp(`^Table ${code}:$`),
  rule: /^\|(?: --- \|)+$/,
  row: new RegExp(`^\\|(?: ${cell} \\|)+$`),
  item: new RegExp(`^(?: {2})?- (?:[A-Z][a-z ]+(?: ${code})?: ${values}|${link})$`),
  comment: new RegExp(`^(?:<br>)?${text}$`),
};

/** The forms of the lines, comments as one; throws for a line of another form. */
function skeletonOf(catalogue: string): readonly string[] {
  const parts = catalogue.split(/^```/m);
  const outside = parts.filter((_, index) => index % 2 === 0).join("");
  const found = outside.split("\n").map((line) => {
    if (line === "") return "blank";
    const form = Object.entries(forms).find(([, pattern]) => pattern.test(line))?.[0];
    if (form === undefined) throw new Error(`This is no line of a catalogue: ${line}`);
    const cells = form === "row" ? ` ${line.split("|").length}` : "";
    return `${form}${cells} ${[...line.matchAll(/\]\(([^)]*)\)/g)].map(([, goal]) => goal).join(" ")}`.trimEnd();
  });
  return found
    .filter((form) => form !== "blank")
    .filter((form, index, all) => form !== "comment" || all[index - 1] !== "comment");
}

test("the catalogue of the bank example is the one that ego makes", async () => {
  const folder = projectWith("examples/bank/proto");
  const done = await egoGraph(folder, "--output", "examples/bank/events.md");
  expect(done.printed).toBe(
    "Wrote examples/bank/events.md: 1 entity, 4 commands, 4 events, 2 rejections, 1 read model.",
  );
  const catalogue = readFileSync(join(folder, "examples/bank/events.md"), "utf8");
  // `npx vitest run test/graph -u` writes it anew.
  await expect(catalogue).toMatchFileSnapshot(join(root, "examples/bank/events.md"));
  skeletonOf(catalogue);
  const [, file = "", line = "0"] = /\]\(([^)]*account\.proto)#L(\d+)\)/.exec(catalogue) ?? [];
  expect(readFileSync(join(root, "examples/bank", file), "utf8").split("\n")[Number(line) - 1]).toMatch(/^message /);
  expect((await egoGraph(folder, "--output", "examples/bank/events.md")).printed).toBe(
    "examples/bank/events.md is up to date.",
  );
});

test("a catalogue says who makes an event, who consumes it, what it was called and what becomes of it", async () => {
  const graph = await goldenGraph();
  const catalogue = catalogueOf(graph, ({ file, line }) => `${file}#L${line}`);
  skeletonOf(catalogue);
  const about = (id: string) => catalogue.split(`<a id="${id}"></a>`)[1]?.split(/^#/m)[0] ?? "";
  expect(about("n_golden_bank_v1_AccountCredited")).toContain(
    "- Read models: [balances](#n_golden_bank_v1_Balance), [statements](#n_golden_bank_v1_Statement)",
  );
  expect(about("n_golden_bank_v1_AccountCredited")).toContain("- Continues: [welcome-gift](#n_golden_shop_v1_Gift)");
  expect(about("n_golden_torture_parts_v1_MovedV1")).toContain(
    "- Read as: [MovedV2](#n_golden_torture_parts_v1_MovedV2)",
  );
  expect(about("n_golden_shop_v1_Gift")).toContain("- Timers: `not_taken`, `reminder`");
  expect(about("n_golden_shop_v1_ParcelSent")).toContain("| sensitive |");
  for (const { id } of graph.nodes) expect(catalogue.split(`<a id="${id}"></a>`), id).toHaveLength(2);
  for (const [, id] of catalogue.matchAll(/\]\(#(\w+)\)/g)) expect(catalogue).toContain(`<a id="${id}"></a>`);
});

test("no text of a proto changes the structure of the catalogue", () => {
  const plain = skeletonOf(catalogueOf(domainSaying("x"), () => "a.proto#L1"));
  expect(plain.filter((form) => form.startsWith("node"))).toHaveLength(8);
  fc.assert(
    fc.property(hostileText, (said) => {
      expect(skeletonOf(catalogueOf(domainSaying(`x${said}`), () => "a.proto#L1"))).toEqual(plain);
      skeletonOf(catalogueOf(domainSaying(said), () => "a.proto#L1"));
    }),
    { numRuns: 150 },
  );
});

test.each([..."\\`*_{}[]<>#|~&@$:-+=", "1.", "www.", "//"])(
  "a catalogue with a bare %s where it means something is found",
  (mark) => {
    const isTold = (line: string) => {
      try {
        return !skeletonOf(line).includes("comment");
      } catch {
        return true;
      }
    };
    const said = { ":": "a :b: c", "//": "a://b", "www.": "www.a.b" }[mark] ?? `${mark} a`;
    expect(isTold(said), said).toBe(true);
    expect(isTold(markdownText(said))).toBe(false);
  },
);

/** What a reader sees of escaped Markdown. */
const read = (markdown: string) =>
  markdown.replace(/<[^>]*>|^`|`$/g, "").replace(/&#(\d+);/g, (_, number) => String.fromCharCode(Number(number)));

test("any text is read in Markdown as it was, but for blanks around it", () => {
  fc.assert(
    fc.property(hostileText, (said) => {
      expect(read(markdownText(said))).toBe(visibleText(said).trim());
      const plain = markdownCode(said);
      expect(plain.startsWith("`") ? plain.slice(1, -1) : read(plain)).toBe(visibleText(said).trim());
      expect(markdownLink(said)).toMatch(/^[\w\-.~:/?#%@+,;=]*$/);
    }),
    { numRuns: 500 },
  );
});
