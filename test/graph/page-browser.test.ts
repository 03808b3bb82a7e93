import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { htmlOf } from "../../cli/src/graph/html.ts";
import { temporaryFolder } from "../../cli/src/testdata/temporary-folder.ts";
import { type Browser, type BrowserPage, installedBrowser, type Point, startBrowser } from "./browser.ts";
import { domainSaying } from "./hostile-text.ts";
import { graphIn, projectWith } from "./project-with.ts";

const program = installedBrowser();
if (program === undefined) console.warn("skipped: the page in a browser, since there is no chromium on this machine");
let browser: Browser | undefined;
beforeAll(async () => {
  if (program !== undefined) browser = await startBrowser(program);
});
afterAll(() => browser?.[Symbol.asyncDispose]());

async function opened(html: string, hash = ""): Promise<BrowserPage> {
  const file = join(temporaryFolder(), "page.html");
  writeFileSync(file, html);
  if (!browser) throw new Error("There is no browser.");
  return browser.open(`${pathToFileURL(file).href}${hash}`);
}

const placeOf = (page: BrowserPage, selector: string) =>
  page.evaluate<Point>(
    `(({ x, y, width }) => ({ x: x + width / 2, y: y + 6 }))(document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect())`,
  );
const viewOf = async (page: BrowserPage) => {
  const view = await page.evaluate<string>(`document.querySelector("#board > svg").getAttribute("viewBox")`);
  const [x = 0, y = 0, width = 0] = view.split(" ").map(Number);
  return { x, y, width };
};
const litOf = (page: BrowserPage) =>
  page.evaluate<string[]>(
    `[...new Set([...document.querySelectorAll(".lit[data-node]")].map((e) => e.dataset.node))].toSorted()`,
  );

/** The page of the bank, and what of the picture it shows at first: all. */
async function bank() {
  const graph = await graphIn(projectWith("examples/bank/proto"));
  const page = await opened(htmlOf(graph, ({ file, line }) => `${file}#L${line}`));
  return { page, whole: await viewOf(page) };
}

test.skipIf(program === undefined)("a page lights what is around the mouse, and tells of what is clicked", async () => {
  const { page } = await bank();
  const debit = await placeOf(page, '[data-node="n_bank_v1_DebitAccount"]');

  await page.mouse([debit]);
  const around = ["Account", "AccountDebited", "AccountIsClosed", "DebitAccount", "InsufficientFunds"];
  expect(await litOf(page)).toEqual(around.map((name) => `n_bank_v1_${name}`));

  await page.click(debit);
  await page.until(`location.hash === "#n_bank_v1_DebitAccount" && !document.querySelector("#details").hidden`);
  const told = await page.evaluate<string>(`document.querySelector("#details").innerText`);
  for (const part of ["DebitAccount", "account.proto:", "Takes money out", "amount_cents", "the entity is present"]) {
    expect(told).toContain(part);
  }
  const goal = await page.evaluate<string>(`document.querySelector("#details a").getAttribute("href")`);
  expect(goal).toMatch(/bank\/v1\/account\.proto#L\d+$/);
  expect(page.complaints).toEqual([]);
});

test.skipIf(program === undefined)(
  "the mouse and two fingers move the picture, and select nothing by that",
  async () => {
    const { page, whole } = await bank();
    const scale = whole.width / 1200;

    const start = await placeOf(page, '[data-node="n_bank_v1_DebitAccount"]');
    await page.mouse([start, { x: start.x + 40, y: start.y }, { x: start.x + 100, y: start.y + 50 }], "drag");
    const dragged = await viewOf(page);
    expect(dragged.x).toBeCloseTo(whole.x - 100 * scale, 1);
    expect(dragged.y).toBeCloseTo(whole.y - 50 * scale, 1);
    expect(await page.evaluate("location.hash")).toBe("");

    await page.wheel({ x: 300, y: 300 }, -120);
    await page.until(`document.querySelector("#board > svg").viewBox.baseVal.width < ${dragged.width * 0.9}`);

    await page.press("0");
    expect(await viewOf(page)).toEqual(whole);
    await page.pinch(
      [
        { x: 500, y: 400 },
        { x: 600, y: 400 },
      ],
      [
        { x: 450, y: 400 },
        { x: 650, y: 400 },
      ],
    );
    await page.until(`document.querySelector("#board > svg").viewBox.baseVal.width < ${whole.width * 0.6}`);
    expect(page.complaints).toEqual([]);
  },
);

test.skipIf(program === undefined)(
  "keys move the picture, search by a field, and come back to where they were",
  async () => {
    const { page, whole } = await bank();
    await page.press("+", "ArrowLeft");
    const moved = await viewOf(page);
    expect(moved.width).toBeLessThan(whole.width);
    expect(moved.x).not.toBe(whole.x);

    await page.press("/", ..."owner_email");
    await page.until(`document.querySelector("#count").textContent === "3 found"`);
    await page.press("ArrowDown", "Enter");
    await page.until(`document.activeElement.tagName === "H2"`);
    expect(await page.evaluate("location.hash")).toBe("#n_bank_v1_OpenAccount");
    await page.press("Escape");
    expect(await page.evaluate("document.activeElement.id")).toBe("search");

    await page.press("Escape", ...Array.from({ length: 5 }, () => "Tab"));
    expect(await page.evaluate(`document.activeElement.getAttribute("aria-label")`)).toBe("account, entity");
    await page.press("Enter");
    await page.until(`document.querySelector("h2")?.textContent === "account"`);
    expect(page.complaints).toEqual([]);
  },
);

test.skipIf(program === undefined)("what protos say does nothing in a page, and is read there", async () => {
  const said = `</script><script>document.title = "stolen"</script><img src="x" onerror="document.title = 'stolen'"> & é`;
  const page = await opened(
    htmlOf(domainSaying(said), () => "a.proto#L1"),
    "#n_saga",
  );
  await page.until(`!document.querySelector("#details").hidden`);
  expect(await page.evaluate("document.title")).toBe(said);
  expect(await page.evaluate(`document.querySelector("h2").textContent`)).toBe(said);
  expect(await page.evaluate("document.scripts.length + document.images.length")).toBe(2);
  expect(page.complaints).toEqual([]);
});

test.skipIf(program === undefined)(
  "a page whose script is not the one that its policy names runs nothing, and complains",
  async () => {
    const html = htmlOf(domainSaying("x"), () => "a.proto#L1").replace("(() => {", "(() => { ");
    const page = await opened(html);
    await page.evaluate("new Promise(requestAnimationFrame)");
    expect(await page.evaluate(`document.querySelector(".needs-script").hidden`)).toBe(true);
    expect(page.complaints.join()).toContain("Content Security Policy");
  },
);
