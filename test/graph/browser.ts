import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

/** The browser of this machine, or undefined if there is none. */
export function installedBrowser(): string | undefined {
  return ["chromium", "chromium-browser", "google-chrome"].find((name) => {
    try {
      return /^(?:Chromium|Google Chrome) /.test(
        execFileSync(name, ["--version"], { encoding: "utf8", stdio: "pipe" }),
      );
    } catch {
      return false;
    }
  });
}

/** A browser of its own, with a profile that goes when it ends. */
export interface Browser extends AsyncDisposable {
  open(url: string): Promise<BrowserPage>;
}

/** A page in a browser, driven as a person does: by keys, mouse and fingers. */
export interface BrowserPage {
  /** What an expression is in the page; a promise is awaited. */
  evaluate<Value>(expression: string): Promise<Value>;
  /** Waits until an expression is true there. */
  until(expression: string): Promise<void>;
  /** Presses keys, one after another: `Enter`, or a character. */
  press(...keys: readonly string[]): Promise<void>;
  /** Moves the mouse along these points, with the button down if `drag` says so. */
  mouse(points: readonly Point[], drag?: "drag"): Promise<void>;
  click(point: Point): Promise<void>;
  wheel(point: Point, deltaY: number): Promise<void>;
  /** Puts two fingers on these points and moves them to those. */
  pinch(from: readonly [Point, Point], to: readonly [Point, Point]): Promise<void>;
  /** What the browser complained about: exceptions, errors, what the policy blocked. */
  readonly complaints: readonly string[];
}

/** A place in the window, in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

const codes: Readonly<Record<string, number>> = { Tab: 9, Enter: 13, Escape: 27, ArrowLeft: 37, ArrowDown: 40 };

/** Starts a browser. */
export async function startBrowser(program: string): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), "ego-browser-"));
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--window-size=1200,800"];
  const child = spawn(program, [...flags, `--user-data-dir=${folder}`, "about:blank"], {
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
  });
  const { send, onEvent } = connection(child);
  return {
    async open(url) {
      const { targetId } = await send<{ targetId: string }>("Target.createTarget", { url: "about:blank" });
      const { sessionId } = await send<{ sessionId: string }>("Target.attachToTarget", { targetId, flatten: true });
      const complaints: string[] = [];
      onEvent((event) => {
        if (event.sessionId !== sessionId) return;
        if (event.method !== "Log.entryAdded" && event.method !== "Runtime.exceptionThrown") return;
        complaints.push(JSON.stringify(event.params));
      });
      const page = pageOf((method, params) => send(method, params, sessionId), complaints);
      for (const domain of ["Page", "Runtime", "Log"]) await send(`${domain}.enable`, {}, sessionId);
      await send("Emulation.setTouchEmulationEnabled", { enabled: true, maxTouchPoints: 2 }, sessionId);
      await send("Page.navigate", { url }, sessionId);
      await page.until(`document.readyState === "complete" && location.href !== "about:blank"`);
      return page;
    },
    async [Symbol.asyncDispose]() {
      const ended = new Promise((done) => child.once("exit", done));
      await send("Browser.close");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Call = <Result>(method: string, params?: object) => Promise<Result>;

function pageOf(call: Call, complaints: readonly string[]): BrowserPage {
  const evaluate = async <Value>(expression: string): Promise<Value> => {
    const { result, exceptionDetails } = await call<{ result: { value: Value }; exceptionDetails?: unknown }>(
      "Runtime.evaluate",
      { expression, awaitPromise: true, returnByValue: true },
    );
    if (exceptionDetails) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return result.value;
  };
  const until = (expression: string) =>
    evaluate<void>(`new Promise((done, failed) => {
      const look = (frames) => {
        if (${expression}) done();
        else if (frames > 500) failed(new Error("This does not become true."));
        else requestAnimationFrame(() => look(frames + 1));
      };
      look(0);
    })`);
  const mouse = (type: string, { x, y }: Point, buttons = 0) =>
    call("Input.dispatchMouseEvent", {
      type,
      x,
      y,
      button: type === "mouseMoved" ? "none" : "left",
      clickCount: type === "mouseMoved" ? 0 : 1,
      buttons,
    });
  const touch = (type: string, points: readonly Point[]) =>
    call("Input.dispatchTouchEvent", { type, touchPoints: points.map(({ x, y }, id) => ({ x, y, id })) });
  return {
    complaints,
    evaluate,
    until,
    async press(...keys) {
      for (const key of keys) {
        const text = key === "Enter" ? "\r" : key.length === 1 ? key : undefined;
        const event = { key, windowsVirtualKeyCode: codes[key] ?? key.charCodeAt(0) };
        await call("Input.dispatchKeyEvent", { type: text ? "keyDown" : "rawKeyDown", text, ...event });
        await call("Input.dispatchKeyEvent", { type: "keyUp", ...event });
      }
    },
    async mouse(points, drag) {
      const [first = { x: 0, y: 0 }, ...others] = points;
      if (drag) await mouse("mousePressed", first, 1);
      else await mouse("mouseMoved", first);
      for (const point of others) await mouse("mouseMoved", point, drag ? 1 : 0);
      if (drag) await mouse("mouseReleased", others.at(-1) ?? first);
    },
    async click(point) {
      await mouse("mousePressed", point, 1);
      await mouse("mouseReleased", point);
    },
    async wheel({ x, y }, deltaY) {
      await call("Input.dispatchMouseEvent", { type: "mouseWheel", x, y, deltaX: 0, deltaY });
    },
    async pinch(from, to) {
      await touch("touchStart", from);
      await touch("touchMove", to);
      await touch("touchEnd", []);
    },
  };
}

/** Calls of the browser by its pipe: JSON, each message ended by a zero. */
function connection(child: ChildProcess): {
  send<Result>(method: string, params?: object, sessionId?: string): Promise<Result>;
  onEvent(listener: (message: Message) => void): void;
} {
  const [input, output] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  const waiting = new Map<number, { done(result: unknown): void; failed(error: Error): void }>();
  const listeners: ((message: Message) => void)[] = [];
  let last = 0;
  let rest = "";
  output.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\0");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const message = JSON.parse(part) as Message;
      const call = message.id === undefined ? undefined : waiting.get(message.id);
      if (!call) for (const listener of listeners) listener(message);
      else if (message.error) call.failed(new Error(message.error.message));
      else call.done(message.result);
    }
  });
  child.once("exit", () => {
    for (const { failed } of waiting.values()) failed(new Error("The browser ended."));
  });
  return {
    onEvent: (listener) => void listeners.push(listener),
    send: <Result>(method: string, params: object = {}, sessionId?: string) =>
      new Promise<Result>((done, failed) => {
        const id = ++last;
        waiting.set(id, { done: (result) => done(result as Result), failed });
        input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      }),
  };
}
