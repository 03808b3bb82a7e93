import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { visibleText } from "../../cli/src/graph/escape.ts";
import { htmlOf } from "../../cli/src/graph/html.ts";
import { jsonText } from "../../cli/src/terminal/json-text.ts";
import { temporaryFolder } from "../../cli/src/testdata/temporary-folder.ts";
import { domainSaying, hostileText } from "./hostile-text.ts";
import { egoGraph, goldenGraph, projectWith, root } from "./project-with.ts";
import { elementsOf, type XmlElement } from "./xml.ts";

const noLink = () => "a.proto#L1";

/** What is wrong with a page: what its policy would block, and what it would load. */
function faultsOf(html: string): readonly string[] {
  const elements = elementsOf(html);
  const policy = elements.find(({ attributes }) => attributes["http-equiv"] === "Content-Security-Policy");
  const hashed = (directive: string, { text }: XmlElement) => {
    const hash = `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    const rules = policy?.attributes.content?.split("; ").find((rule) => rule.startsWith(directive));
    return rules?.split(" ").includes(hash) ? [] : [`a ${directive} has another hash than the policy says`];
  };
  return elements.flatMap((element) => {
    const { name, attributes, text } = element;
    const loading = Object.keys(attributes).filter((key) => /^(?:src|srcset|data|style|on.*|xlink:href)$/.test(key));
    return [
      ...loading.map((key) => `${name} has ${key}`),
      ...(name === "script" && attributes.type === undefined ? hashed("script-src", element) : []),
      ...(name === "style" ? hashed("style-src", element) : []),
      ...(name === "style" && /url\(|@import|expression/.test(text) ? ["a style loads something"] : []),
      ...(["link", "img", "iframe", "object", "embed", "use", "image", "base", "form"].includes(name) ? [name] : []),
    ];
  });
}

/** The parts of a page that a text must not change. */
function skeletonOf(html: string): readonly string[] {
  // A long text has more lines in the picture.
  return elementsOf(html)
    .filter(({ name }) => name !== "text")
    .map(({ name, attributes }) => `${name} ${Object.keys(attributes).join(" ")} ${attributes.href ?? ""}`);
}

function dataOf(html: string): unknown {
  return JSON.parse(elementsOf(html).find(({ attributes }) => attributes.id === "domain")?.text ?? "");
}

test("the page of the bank in the documentation is the one that ego makes, and a small one", async () => {
  const folder = projectWith("examples/bank/proto");
  expect(await egoGraph(folder, "--output", "examples/bank/domain.html")).toEqual({
    exitCode: 0,
    printed: "Wrote examples/bank/domain.html: 1 entity, 4 commands, 4 events, 2 rejections, 1 read model.",
  });
  const html = readFileSync(join(folder, "examples/bank/domain.html"), "utf8");
  // `npx vitest run test/graph -u` writes it anew.
  await expect(html).toMatchFileSnapshot(join(root, "examples/bank/domain.html"));
  expect(html.length).toBeLessThan(60_000);
  expect(faultsOf(html)).toEqual([]);
  expect(await egoGraph(folder, "--output", "examples/bank/domain.html")).toEqual({
    exitCode: 0,
    printed: "examples/bank/domain.html is up to date.",
  });
});

test("a page knows of each node what is to be known, and where it is", async () => {
  const html = htmlOf(await goldenGraph(), ({ file, line }) => `${file}#L${line}`);
  expect(faultsOf(html)).toEqual([]);
  expect(dataOf(html)).toContainEqual(
    expect.objectContaining({
      id: "n_golden_shop_v1_Gift",
      kind: "saga",
      name: "welcome-gift",
      href: expect.stringMatching(/gift\.proto#L\d+$/),
      facts: [{ label: "Timers", texts: ["not_taken", "reminder"] }],
      relations: expect.arrayContaining([{ label: "Starts on", ids: ["n_golden_bank_v1_TransferRequested"] }]),
      fields: expect.arrayContaining([{ name: "greeting", type: "string", marks: "sensitive", comment: "" }]),
    }),
  );
});

test("no text of a proto changes the page around it, and all of it comes back", () => {
  const plain = skeletonOf(htmlOf(domainSaying("x"), noLink));
  fc.assert(
    fc.property(hostileText, (text) => {
      const html = htmlOf(domainSaying(text), noLink);
      expect(skeletonOf(html)).toEqual(plain);
      expect(faultsOf(html)).toEqual([]);
      const shown = visibleText(text);
      expect(dataOf(html)).toContainEqual(
        expect.objectContaining({ id: "n_command", name: shown, comment: visibleText(text, "lines") }),
      );
    }),
    { numRuns: 60 },
  );
});

test("a page whose data, script, style or title was written as it is, is found", () => {
  const html = htmlOf(domainSaying("x"), noLink);
  const breakOut = "</script><script>alert(1)</script><script>";
  const inData = html.replace('"comment":"x"', `"comment":"${breakOut}"`);
  expect(skeletonOf(inData)).not.toEqual(skeletonOf(html));
  expect(faultsOf(inData)).toContain("a script-src has another hash than the policy says");
  expect(faultsOf(html.replace("(() => {", "(() => { "))).toEqual([
    "a script-src has another hash than the policy says",
  ]);
  expect(faultsOf(html.replace("* {", "*  {"))).toEqual(["a style-src has another hash than the policy says"]);
  expect(faultsOf(html.replace("<p>", '<p onclick="x">'))).toEqual(["p has onclick"]);
  expect(() => elementsOf(html.replace("<title>x", "<title><b>"))).toThrow();
});

test("any value comes back from the JSON of a script element, which is ASCII without markup", () => {
  fc.assert(
    fc.property(fc.jsonValue(), hostileText, (value, text) => {
      const json = jsonText([value, text, { [text]: text }]);
      expect(json).toMatch(/^[\x20-\x7e]*$/);
      expect(json).not.toMatch(/[<>&]/);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify([value, text, { [text]: text }])));
    }),
  );
});

test("the page is made of what the package brings along", () => {
  const { files } = JSON.parse(readFileSync(join(root, "cli/package.json"), "utf8")) as { files: readonly string[] };
  expect(files).toContain("page");
});

test("the script of the page has right types, and nothing that would end it early", () => {
  const script = join(root, "cli/page/page.js");
  const flags = [
    "--checkJs",
    "--allowJs",
    "--strict",
    "--noEmit",
    "--target",
    "es2022",
    "--lib",
    "es2023,dom,dom.iterable",
  ];
  const check = (file: string) =>
    execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), ...flags, "--types", "", file], {
      encoding: "utf8",
      cwd: temporaryFolder(),
    });
  expect(check(script)).toBe("");
  const text = readFileSync(script, "utf8") + readFileSync(join(root, "cli/page/page.css"), "utf8");
  expect(text).not.toMatch(/<\/|<!--|\]\]>|innerHTML|outerHTML|insertAdjacent|document\.write|eval|new Function/);
});
