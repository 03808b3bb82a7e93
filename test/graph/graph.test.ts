import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { domainProtos, writeAll } from "../../bench/generated-domain.ts";
import { type Board, type Box, boardOf } from "../../cli/src/graph/board.ts";
import { mermaidText, xmlText } from "../../cli/src/graph/escape.ts";
import { measures } from "../../cli/src/graph/note.ts";
import { svgOf } from "../../cli/src/graph/svg.ts";
import { textWidth } from "../../cli/src/graph/text-width.ts";
import { printable, printableName } from "../../cli/src/terminal/printable.ts";
import { temporaryFolder } from "../../cli/src/testdata/temporary-folder.ts";
import { hostileText } from "./hostile-text.ts";
import { egoGraph, goldenGraph, graphIn, projectWith, root } from "./project-with.ts";
import { textsOf } from "./xml.ts";

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** What is wrong with a board: notes that overlap, texts that are cut. */
function faultsOf({ notes, lanes, width, height }: Board): string[] {
  const all = [...notes, ...lanes.map(({ head }) => head)];
  const boxes = [...notes, ...lanes.map(({ column, entity }) => ({ ...column, node: entity }))];
  const pairs = boxes.flatMap((a, index) =>
    boxes.slice(index + 1).flatMap((b) => (overlap(a, b) ? [[a, b] as const] : [])),
  );
  return [
    ...pairs.map(([a, b]) => `${a.node.id} is over ${b.node.id}`),
    ...boxes.flatMap((box) =>
      box.x + box.width > width || box.y + box.height > height ? [`${box.node.id} is cut`] : [],
    ),
    ...all.flatMap(({ node, name, captions, chips, width: own }) => [
      ...name.flatMap((line) =>
        textWidth(line, measures.name) + 2 * measures.padding > own ? [`${node.id}: ${line}`] : [],
      ),
      ...captions.flatMap((line) =>
        textWidth(line, measures.caption) + 2 * measures.padding > own ? [`${node.id}: ${line}`] : [],
      ),
      ...chips.flatMap((chip) => (chip.x + chip.width + measures.padding > own ? [`${node.id}: ${chip.text}`] : [])),
    ]),
  ];
}

test("the picture of the bank in the documentation is the one that ego makes", async () => {
  const folder = projectWith("examples/bank/proto");
  const done = await egoGraph(folder, "--output", "docs/bank.svg");
  expect(done).toEqual({
    exitCode: 0,
    printed: "Wrote docs/bank.svg: 1 entity, 4 commands, 4 events, 2 rejections, 1 read model.",
  });
  const svg = readFileSync(join(folder, "docs/bank.svg"), "utf8");
  // `npx vitest run -u` writes it anew.
  await expect(svg).toMatchFileSnapshot(join(root, "docs/bank.svg"));
  const [, file = "", line = "0"] = /href="([^"]*account\.proto)#L(\d+)"/.exec(svg) ?? [];
  const source = readFileSync(join(root, "docs", file), "utf8").split("\n");
  expect(source[Number(line) - 1]).toMatch(/^message /);
  expect(await egoGraph(folder, "--output", "docs/bank.svg")).toEqual({
    exitCode: 0,
    printed: "docs/bank.svg is up to date.",
  });
});

test("Mermaid has each node once, with a link to its line", async () => {
  const { exitCode, printed } = await egoGraph(projectWith("examples/bank/proto"), "--entity", "account");
  expect(exitCode).toBe(0);
  expect(printed).toContain('n_bank_v1_DebitAccount["DebitAccount"]');
  expect(printed).toContain("n_bank_v1_DebitAccount -.-> n_bank_v1_InsufficientFunds");
  expect(printed.match(/n_bank_v1_Account --> n_bank_v1_AccountDebited/g)).toHaveLength(1);
  expect(printed).toMatch(/click n_bank_v1_OpenAccount href "examples\/bank\/proto\/bank\/v1\/account\.proto#L\d+"/);
});

test("--json has nodes and edges with places, and nothing else is on standard output", async () => {
  const { printed } = await egoGraph(projectWith("examples/bank/proto"), "--json");
  const { format, nodes, edges, findings } = JSON.parse(printed);
  expect(format).toBe(1);
  expect(findings).toEqual([]);
  expect(nodes).toHaveLength(12);
  expect(edges).toContainEqual({
    from: "n_bank_v1_OpenAccount",
    to: "n_bank_v1_AccountOpened",
    kind: "emits",
    at: { file: "examples/bank/proto/bank/v1/account.proto", line: expect.any(Number), column: expect.any(Number) },
  });
});

test("what is wrong in the protos is said beside the picture, which is of what can be understood", async () => {
  const folder = projectWith("examples/bank/proto");
  const proto = join(folder, "examples/bank/proto/bank/v1/account.proto");
  writeFileSync(proto, readFileSync(proto, "utf8").replace('emits: ["AccountDebited"]', 'emits: ["AccountDebitd"]'));
  const said = /^examples\/bank\/proto\/bank\/v1\/account\.proto:\d+:\d+: error EGO0\d\d: .*AccountDebitd/m;
  const { exitCode, printed } = await egoGraph(folder, "--output", "bank.svg");
  expect(exitCode).toBe(1);
  expect(printed).toMatch(said);
  expect(printed).toContain("Wrote bank.svg: 1 entity, 4 commands");
  expect((await egoGraph(folder, "--entity", "acount")).printed).toMatch(said);
  const json = await egoGraph(folder, "--json");
  expect(json.exitCode).toBe(1);
  const { nodes, findings } = JSON.parse(json.printed);
  expect(nodes.length).toBeGreaterThan(0);
  expect(findings).toMatchObject([{ severity: "error", at: { file: expect.stringContaining("account.proto") } }]);
});

test("sagas, read models, old events and hostile names: nothing overlaps, nothing is cut, and it is XML", async () => {
  const graph = await goldenGraph();
  expect(faultsOf(boardOf(graph))).toEqual([]);
  const texts = textsOf(svgOf(graph, ({ file, line }) => `${file}#L${line}`));
  for (const text of ["transfer_process", "stuck", "balances", "old, becomes ToString"]) expect(texts).toContain(text);
  const state = graph.nodes.find(({ type }) => type === "golden.hostile.v1.State");
  expect(state?.comment).toContain("</script>");
  expect(texts.some((text) => text.includes(printable(state?.comment ?? "?")))).toBe(true);
});

test("an event stands beside its command, and a saga goes on below where it started", async () => {
  const { wires, lanes } = boardOf(await goldenGraph());
  const wire = (from: string, to: string) => {
    const ends = wires.find(({ nodes }) => nodes[0]?.endsWith(`_${from}`) && nodes.at(-1)?.endsWith(`_${to}`));
    return [ends?.from.y, ends?.to.y];
  };
  for (const [command, event] of [
    ["OpenAccount", "AccountOpened"],
    ["CreditAccount", "AccountCredited"],
    ["DebitAccount", "AccountDebited"],
    ["CloseAccount", "AccountClosed"],
  ] as const) {
    const [from, to] = wire(command, event);
    expect(to, event).toBe(from);
  }
  const top = (name: string) => lanes.find(({ entity }) => entity.name === name)?.y ?? Number.NaN;
  expect(top("transfer")).toBeLessThan(top("account"));
});

test("what does not hang together is packed: more than half of the picture is used", async () => {
  const { width, height, lanes, notes } = boardOf(await goldenGraph());
  const consumers = notes.filter((note) => ["read model", "saga"].includes(note.node.kind) && !note.small);
  const used = [...lanes, ...consumers].reduce((sum, box) => sum + box.width * box.height, 0);
  expect(used / (width * height)).toBeGreaterThan(0.55);
});

test("a domain of forty entities is a picture, not a ribbon", async () => {
  const folder = projectWith("proto");
  mkdirSync(join(folder, "proto"));
  writeAll(join(folder, "proto"), domainProtos({ entities: 40, commands: 5, directories: "one" }));
  const graph = await graphIn(folder);
  expect(faultsOf(boardOf(graph))).toEqual([]);
  const { width, height } = boardOf(graph);
  expect(width / height).toBeGreaterThan(1);
  expect(width / height).toBeLessThan(2.5);
});

test("long names are broken, not cut", () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[A-Z][A-Za-z_]{0,120}$/), { minLength: 1, maxLength: 6 }), (names) => {
      const base = { comment: "", fields: [], entity: "e" };
      const commands = names.map((name, index) => ({
        ...base,
        id: `n${index}`,
        kind: "command" as const,
        name,
        type: name,
      }));
      const entity = { ...base, id: "s", kind: "entity" as const, name: names[0] ?? "", type: "S", durable: false };
      const edges = commands.map(({ id }) => ({ from: id, to: "s", kind: "handled by" as const }));
      expect(faultsOf(boardOf({ nodes: [entity, ...commands], edges }))).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test("a note that is moved onto another, or is too narrow for its text, is found", async () => {
  const board = boardOf(await graphIn(projectWith("examples/bank/proto")));
  const [first, second, ...rest] = board.notes;
  if (!first || !second) throw new Error("there are no notes");
  expect(faultsOf(board)).toEqual([]);
  expect(faultsOf({ ...board, notes: [first, { ...second, y: first.y + first.height - 1 }, ...rest] })).toEqual([
    `${first.node.id} is over ${second.node.id}`,
  ]);
  expect(faultsOf({ ...board, notes: [{ ...first, width: 60 }, second, ...rest] })).toContain(
    `${first.node.id}: OpenAccount`,
  );
});

test("any text comes back from the XML as it was, with what cannot be seen made visible", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const xml = `<a b="${xmlText(text)}">x${xmlText(text)}</a>`;
      const shown = printableName(text).replace(
        /[\ufffe\uffff]|\p{Cs}/gu,
        (c) => `\\u{${c.charCodeAt(0).toString(16)}}`,
      );
      expect(textsOf(xml).join("")).toBe(`x${shown}`);
    }),
    { numRuns: 500 },
  );
  expect(() => textsOf("<a>x</b>")).toThrow();
});

test("any text is letters, digits and numbered characters in Mermaid, and comes back", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const escaped = mermaidText(text);
      expect(escaped).toMatch(/^(?:[A-Za-z0-9 .,_]|#\d+;)*$/);
      const back = escaped.replace(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
      expect(back).toBe(printableName(text));
    }),
    { numRuns: 500 },
  );
});

test.each([
  [["--output", "../x.svg"], "is not a file in the project"],
  [["--output", "link/x.svg"], "is not a file in the project"],
  [["--output", "dangling.svg"], "is not a file in the project"],
  [["--output", "."], "is not a file in the project"],
  [["--output", "options", "--format", "svg"], "options is a folder. Name a file in it."],
  [["--output", "mine.svg"], "was not made by `ego graph`, and stays as it is"],
  [["--output", "mine.md"], "was not made by `ego graph`, and stays as it is"],
  [["--output", "mine.html"], "was not made by `ego graph`, and stays as it is"],
  [["--output", "x.png"], "does not say the format. Name it .svg, .html, .md or .mmd"],
  [["--entity", "acount"], 'There is no entity "acount". Did you mean account?'],
  [["--link", "gitlab"], "is not known. Take file, vscode, or github="],
  [["--link", "github=javascript:alert(1)"], "takes the address of the project's root"],
  [["--json", "--format", "svg"], "cannot be used with option"],
])("%j is refused", async (args, text) => {
  const folder = projectWith("examples/bank/proto");
  const outside = temporaryFolder();
  symlinkSync(outside, join(folder, "link"));
  symlinkSync(join(outside, "made-through-a-link.svg"), join(folder, "dangling.svg"));
  const mine = ["mine.svg", "mine.md", "mine.html"];
  for (const file of mine) writeFileSync(join(folder, file), "It was not Made by `ego graph`.\n");
  const { exitCode, printed } = await egoGraph(folder, ...args);
  expect(printed).toContain(text);
  expect(exitCode).toBe(1);
  for (const file of mine) {
    expect(readFileSync(join(folder, file), "utf8")).toBe("It was not Made by `ego graph`.\n");
  }
  expect(readdirSync(outside)).toEqual([]);
});
