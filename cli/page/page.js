// The script of the page of `ego graph --format html`, written into it as it stands here. It makes no element of text:
// what protos say gets into the page as `textContent` only.
(() => {
  /**
   * @typedef {{ name: string, type: string, marks: string, comment: string }} Row
   * @typedef {{ label: string, texts: string[] }} Fact
   * @typedef {{ label: string, ids: string[] }} Relation
   * @typedef {{ id: string, kind: string, name: string, type: string, comment: string, place: string, href: string,
   *   facts: Fact[], relations: Relation[], fields: Row[], table: string, columns: Row[], indexes: string[] }} DomainNode
   * @typedef {{ clientX: number, clientY: number }} Point
   */

  /** @type {<E extends Element>(selector: string, kind: { new (): E }) => E} */
  const find = (selector, kind) => {
    const found = document.querySelector(selector);
    if (!(found instanceof kind)) throw new Error(`There is no ${selector}.`);
    return found;
  };

  /** @type {DomainNode[]} */
  const nodes = JSON.parse(find("#domain", HTMLScriptElement).text);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const board = find("#board", HTMLElement);
  const svg = find("#board > svg", SVGSVGElement);
  const details = find("#details", HTMLElement);
  const search = find("#search", HTMLInputElement);
  const found = find("#found", HTMLUListElement);
  const count = find("#count", HTMLElement);
  const drawn = [...svg.querySelectorAll("[data-node]")];
  const wires = [...svg.querySelectorAll("[data-nodes]")];
  const idOf = (/** @type {Element | null} */ element) => element?.getAttribute("data-node") ?? "";

  // ——— Where one looks at.

  const { width: fullWidth, height: fullHeight } = svg.viewBox.baseVal;
  /** Its corner and how many units of the picture a pixel is; and whether all is shown, until somebody moves it. */
  const view = { x: 0, y: 0, scale: 1, isWhole: true };
  const size = { width: board.clientWidth, height: board.clientHeight };

  const show = () => {
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${size.width * view.scale} ${size.height * view.scale}`);
  };
  /** So that all of it is seen, and no more than somewhat enlarged. */
  const wholeScale = () => Math.max(fullWidth / size.width, fullHeight / size.height, 0.8);
  const showWhole = () => {
    view.isWhole = true;
    view.scale = wholeScale();
    view.x = (fullWidth - size.width * view.scale) / 2;
    view.y = Math.min(0, (fullHeight - size.height * view.scale) / 2);
    show();
  };
  /** @param {number} x in pixels @param {number} y */
  const pan = (x, y) => {
    view.isWhole = false;
    view.x += x * view.scale;
    view.y += y * view.scale;
    show();
  };
  /** @param {number} factor above 1 for more of the picture @param {Point} [at] what stays where it is */
  const zoom = (factor, at) => {
    const box = board.getBoundingClientRect();
    const x = at ? at.clientX - box.left : size.width / 2;
    const y = at ? at.clientY - box.top : size.height / 2;
    const scale = Math.min(Math.max(view.scale * factor, 0.15), Math.max(4, 2 * wholeScale()));
    view.isWhole = false;
    view.x += x * (view.scale - scale);
    view.y += y * (view.scale - scale);
    view.scale = scale;
    show();
  };
  /** What was in the middle stays there. */
  const resize = () => {
    const { clientWidth: width, clientHeight: height } = board;
    if (width === 0 || height === 0) return;
    view.x += ((size.width - width) / 2) * view.scale;
    view.y += ((size.height - height) / 2) * view.scale;
    Object.assign(size, { width, height });
    if (view.isWhole) showWhole();
    else show();
  };
  /** @param {Element} element @param {boolean} isToRead also where everything is too small to be read */
  const bringIntoView = (element, isToRead) => {
    if (isToRead && view.scale > 1.6) zoom(1 / view.scale);
    const around = board.getBoundingClientRect();
    const box = element.getBoundingClientRect();
    const isSeen =
      box.left >= around.left && box.right <= around.right && box.top >= around.top && box.bottom <= around.bottom;
    if (isSeen) return;
    const x = box.left + box.width / 2 - (around.left + around.width / 2);
    pan(x, box.top + box.height / 2 - (around.top + around.height / 2));
  };

  /** @type {Map<number, PointerEvent>} */
  const pointers = new Map();
  let moved = false;
  board.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (pointers.size === 0) moved = false;
    pointers.set(event.pointerId, event);
  });
  board.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const distance = (/** @type {Point} */ a, /** @type {Point} */ b) =>
      Math.max(1, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY));
    // A hand that trembles still clicks.
    if (!moved && distance(before, event) < 5) return;
    if (!moved) board.setPointerCapture(event.pointerId);
    moved = true;
    board.classList.add("moving");
    const other = [...pointers.values()].find(({ pointerId }) => pointerId !== event.pointerId);
    const share = other ? 2 : 1;
    pan((before.clientX - event.clientX) / share, (before.clientY - event.clientY) / share);
    if (other) {
      const middle = {
        clientX: (event.clientX + other.clientX) / 2,
        clientY: (event.clientY + other.clientY) / 2,
      };
      zoom(distance(before, other) / distance(event, other), middle);
    }
    pointers.set(event.pointerId, event);
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
    window.addEventListener(end, ({ pointerId }) => {
      pointers.delete(pointerId);
      if (pointers.size === 0) board.classList.remove("moving");
    });
  }
  board.addEventListener("dragstart", (event) => event.preventDefault());
  board.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const pixels = event.deltaY * [1, 16, board.clientHeight][event.deltaMode];
      // Browsers tell of a pinch on a touchpad as of a wheel with Ctrl, in smaller steps.
      zoom(Math.exp(Math.max(-120, Math.min(120, pixels)) * (event.ctrlKey ? 0.01 : 0.002)), event);
    },
    { passive: false },
  );

  // ——— What is lit, and what is selected.

  /** @param {Set<string> | undefined} ids nodes; undefined: all @param {(nodes: string[]) => boolean} [isLitWire] */
  const light = (ids, isLitWire = () => false) => {
    svg.classList.toggle("parted", ids !== undefined);
    for (const element of drawn) element.classList.toggle("lit", ids?.has(idOf(element)) ?? false);
    for (const wire of wires) {
      const ends = wire.getAttribute("data-nodes")?.split(" ") ?? [];
      wire.classList.toggle("lit", ids !== undefined && isLitWire(ends));
    }
  };
  /** @param {string} id */
  const lightAround = (id) => {
    const lit = new Set([id, ...(byId.get(id)?.relations.flatMap(({ ids }) => ids) ?? [])]);
    for (const wire of wires) {
      const ends = wire.getAttribute("data-nodes")?.split(" ") ?? [];
      if (ends.includes(id)) for (const end of ends) lit.add(end);
    }
    light(lit, (ends) => ends.includes(id));
  };
  const selected = () => byId.get(location.hash.slice(1));
  const lightSelected = () => {
    const node = selected();
    if (node) lightAround(node.id);
    else light(undefined);
  };

  board.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse" || pointers.size > 0) return;
    const id = event.target instanceof Element ? idOf(event.target.closest("[data-node]")) : "";
    if (id === "") lightSelected();
    else lightAround(id);
  });
  board.addEventListener("pointerleave", lightSelected);

  /** How the next thing is selected: a click leaves the picture as it is, and a key takes the focus to the details. */
  let how = "link";
  /** What had the focus before the details took it. @type {Element | null} */
  let from = null;
  /** @param {string} id empty: nothing @param {"click" | "key"} by */
  const select = (id, by) => {
    how = by;
    if (by === "key") from = document.activeElement;
    if (location.hash.slice(1) === id) showSelected();
    else location.hash = id;
  };
  const showSelected = () => {
    const node = selected();
    const drawnAs = drawn.filter((element) => node !== undefined && idOf(element) === node.id);
    for (const element of drawn) element.classList.toggle("selected", drawnAs.includes(element));
    details.replaceChildren(...(node ? detailsOf(node) : []));
    details.hidden = node === undefined;
    details.scrollTop = 0;
    resize();
    lightSelected();
    // A saga is also drawn, small, wherever it sends.
    const main = drawnAs.find((element) => element.matches(".note:not(.small)")) ?? drawnAs[0];
    if (main) bringIntoView(main, how !== "click");
    if (how === "key" && node) find("#details h2", HTMLElement).focus();
    how = "link";
  };
  const clear = () => {
    select("", "click");
    if (from instanceof SVGElement || from instanceof HTMLElement) from.focus();
    from = null;
  };

  board.addEventListener(
    "click",
    (event) => {
      // A click of the keyboard has no number.
      const isDragEnd = moved && event.detail > 0;
      moved = false;
      if (isDragEnd) {
        event.preventDefault();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const id = event.target instanceof Element ? idOf(event.target.closest("[data-node]")) : "";
      select(id, event.detail === 0 ? "key" : "click");
    },
    true,
  );
  for (const element of drawn) {
    const node = byId.get(idOf(element));
    if (!node) continue;
    const link = element.querySelector(":scope > a") ?? element;
    link.setAttribute("aria-label", `${node.name}, ${node.kind}`);
    if (link !== element) continue;
    link.setAttribute("role", "button");
    link.setAttribute("tabindex", "0");
  }
  board.addEventListener("focusin", ({ target }) => {
    if (target instanceof SVGElement && target.matches(":focus-visible")) bringIntoView(target, true);
  });

  // ——— The details.

  /**
   * @param {string} tag
   * @param {Record<string, string>} attributes
   * @param {(Node | string)[]} children
   */
  const element = (tag, attributes, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };
  const swatch = (/** @type {string} */ kind) =>
    element("span", { class: `swatch ${kind.replace(" ", "-")}`, "aria-hidden": "true" });
  const code = (/** @type {string} */ text) => element("code", {}, text);

  /** @param {string} title @param {Row[]} rows */
  const tableOf = (title, rows) => {
    if (rows.length === 0) return [];
    const lines = rows.map(({ name, type, marks, comment }) => {
      const said = [
        ...(marks === "" ? [] : [element("div", {}, marks)]),
        ...(comment === "" ? [] : [element("div", { class: "comment faint" }, comment)]),
      ];
      return element("tr", {}, element("td", {}, code(name), ...said), element("td", { class: "faint" }, code(type)));
    });
    return [element("h3", {}, title), element("table", {}, element("tbody", {}, ...lines))];
  };

  /** @param {DomainNode} node */
  const detailsOf = ({ kind, name, type, comment, place, href, facts, relations, fields, table, columns, indexes }) => {
    const close = element("button", { type: "button", "aria-label": "Close" }, "×");
    close.addEventListener("click", clear);
    const links = relations.map(({ label, ids }) => {
      const items = ids.flatMap((id) => {
        const other = byId.get(id);
        return other ? [element("li", {}, element("a", { href: `#${id}` }, swatch(other.kind), other.name))] : [];
      });
      return [element("h3", {}, label), element("ul", {}, ...items)];
    });
    return [
      element("header", {}, element("span", { class: "faint" }, swatch(kind), kind), close),
      element("h2", { id: "name", tabindex: "-1" }, name),
      element("p", {}, code(type)),
      ...(href === "" ? [] : [element("p", {}, element("a", { href }, place))]),
      ...(comment === "" ? [] : [element("p", { class: "comment" }, comment)]),
      ...facts.flatMap(({ label, texts }) => [
        element("h3", {}, label),
        element("ul", {}, ...texts.map((text) => element("li", {}, text))),
      ]),
      ...tableOf("Fields", fields),
      ...links.flat(),
      ...tableOf(`Table ${table}`, columns),
      ...(indexes.length === 0
        ? []
        : [element("h3", {}, "Indexes"), element("ul", {}, ...indexes.map((text) => element("li", {}, text)))]),
    ];
  };

  // ——— The search.

  /** Why a node is found, the better the lower; undefined if it is not. @param {DomainNode} node @param {string} text */
  const match = (node, text) => {
    const has = (/** @type {string} */ other) => other.toLowerCase().includes(text);
    if (node.name.toLowerCase().startsWith(text)) return { rank: 0, why: "" };
    if (has(node.name)) return { rank: 1, why: "" };
    if (has(node.type)) return { rank: 2, why: node.type };
    const fact = node.facts.find(({ texts }) => texts.some(has));
    if (fact) return { rank: 3, why: `${fact.label}: ${fact.texts.find(has)}` };
    const field = node.fields.find(({ name }) => has(name));
    if (field) return { rank: 4, why: `field ${field.name}` };
    return has(node.table) ? { rank: 5, why: `table ${node.table}` } : undefined;
  };
  const most = 30;
  let active = 0;
  /** @type {DomainNode[]} */
  let matches = [];

  const closeSearch = () => {
    found.hidden = true;
    search.setAttribute("aria-expanded", "false");
    search.removeAttribute("aria-activedescendant");
    lightSelected();
  };
  const activate = (/** @type {number} */ index) => {
    active = index;
    for (const [at, item] of [...found.children].entries()) item.setAttribute("aria-selected", String(at === index));
    const item = found.children[index];
    if (!item) return;
    item.scrollIntoView({ block: "nearest" });
    search.setAttribute("aria-activedescendant", item.id);
  };
  const take = (/** @type {number} */ index) => {
    const node = matches[index];
    if (!node) return;
    closeSearch();
    select(node.id, "key");
  };
  const look = () => {
    const text = search.value.trim().toLowerCase();
    const ranked = text === "" ? [] : nodes.flatMap((node) => ({ node, ...match(node, text) }));
    const hits = ranked
      .flatMap(({ node, rank, why }) => (rank === undefined ? [] : [{ node, rank, why }]))
      .sort((a, b) => a.rank - b.rank);
    count.textContent = text === "" ? "" : `${hits.length} found`;
    if (hits.length === 0) {
      matches = [];
      closeSearch();
      if (text !== "") light(new Set());
      return;
    }
    matches = hits.slice(0, most).map(({ node }) => node);
    found.replaceChildren(
      ...hits.slice(0, most).map(({ node, why }, index) => {
        const item = element("li", { role: "option", id: `found${index}` }, swatch(node.kind), node.name);
        if (why) item.append(element("div", { class: "faint" }, why));
        item.addEventListener("pointerdown", (event) => event.preventDefault());
        item.addEventListener("click", () => take(index));
        return item;
      }),
    );
    found.hidden = false;
    search.setAttribute("aria-expanded", "true");
    activate(0);
    light(new Set(hits.map(({ node }) => node.id)));
  };
  search.addEventListener("input", look);
  search.addEventListener("focus", look);
  search.addEventListener("blur", closeSearch);
  search.addEventListener("keydown", (event) => {
    const last = matches.length - 1;
    if (event.key === "ArrowDown") activate(active === last ? 0 : active + 1);
    else if (event.key === "ArrowUp") activate(active === 0 ? last : active - 1);
    else if (event.key === "Enter") take(active);
    else if (event.key === "Escape") {
      search.value = "";
      look();
      search.blur();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  // ——— Keys and buttons.

  /** @type {Record<string, () => void>} */
  const anywhere = {
    "+": () => zoom(1 / 1.25),
    "=": () => zoom(1 / 1.25),
    "-": () => zoom(1.25),
    0: showWhole,
    "/": () => search.focus(),
    Escape: clear,
  };
  /** @type {Record<string, () => void>} */
  const onBoard = {
    ArrowLeft: () => pan(-80, 0),
    ArrowRight: () => pan(80, 0),
    ArrowUp: () => pan(0, -80),
    ArrowDown: () => pan(0, 80),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target === search) return;
    const { target } = event;
    const isOnBoard = target === document.body || (target instanceof Node && board.contains(target));
    const isButton = target instanceof SVGElement && target.getAttribute("role") === "button";
    const act =
      anywhere[event.key] ??
      (isOnBoard ? onBoard[event.key] : undefined) ??
      (isButton && [" ", "Enter"].includes(event.key) ? () => select(idOf(target), "key") : undefined);
    if (!act) return;
    event.preventDefault();
    act();
  });
  find("#closer", HTMLElement).addEventListener("click", () => zoom(1 / 1.25));
  find("#farther", HTMLElement).addEventListener("click", () => zoom(1.25));
  find("#whole", HTMLElement).addEventListener("click", showWhole);

  for (const hidden of document.querySelectorAll(".needs-script")) hidden.removeAttribute("hidden");
  resize();
  showWhole();
  showSelected();
  window.addEventListener("hashchange", showSelected);
  new ResizeObserver(resize).observe(board);
  window.addEventListener("beforeprint", () => {
    light(undefined);
    svg.setAttribute("viewBox", `0 0 ${fullWidth} ${fullHeight}`);
  });
  window.addEventListener("afterprint", () => {
    lightSelected();
    show();
  });
})();
