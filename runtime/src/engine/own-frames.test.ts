import { expect, test, vi } from "vitest";
import { EgoError } from "../error/ego-error.ts";
import { consoleLogger } from "./console-logger.ts";
import { withoutOwnFrames } from "./own-frames.ts";

const folder = "file:///bank/node_modules/@ego/runtime/";
const ego = [
  `    at projected (${folder}dist/engine.js:10:3)`,
  "    at async Promise.all (index 0)",
  "    at new Promise (<anonymous>)",
  "    at process.processTicksAndRejections (node:internal/process/task_queues:103:5)",
  `    at async ${folder}dist/engine.js:9:1`,
];
const own = ["    at total (file:///bank/src/total.ts:3:9)", "    at file:///bank/src/balances.ts:7:11"];

test("a stack ends where the code that was called begins", () => {
  const stack = ["Error: too", "    at least", ...own, ...ego];
  expect(withoutOwnFrames(stack.join("\n"), folder)).toBe(["Error: too", "    at least", ...own].join("\n"));
});

test("what is between frames of others is one line", () => {
  const stack = ["Error: x", ...own, ...ego, ...own, ...ego];
  const shown = ["Error: x", ...own, "    … 2 of @ego/runtime", ...own];
  expect(withoutOwnFrames(stack.join("\n"), folder)).toBe(shown.join("\n"));
});

test("functions without a name, and what Node calls in between, are theirs", () => {
  const stack = [
    "Error: x",
    "    at EventEmitter.<anonymous> (file:///bank/src/balances.ts:6:58)",
    "    at EventEmitter.emit (node:events:508:28)",
    "    at Object.<anonymous> (/home/ann/the bank/old.cjs:4:47)",
    "    at Array.map (<anonymous>)",
    "    at C:\\bank\\old.cjs:4:47",
  ];
  expect(withoutOwnFrames([...stack, ...ego].join("\n"), folder)).toBe(stack.join("\n"));
});

test("a stack of nothing else stays whole, whatever its message, and one without frames too", () => {
  for (const message of ["Error: x", "Error: x\n    at least two are needed"]) {
    const stack = [message, ...ego].join("\n");
    expect(withoutOwnFrames(stack, folder)).toBe(stack);
    expect(withoutOwnFrames(message, folder)).toBe(message);
  }
});

test("the log of an engine without a logger of its own shows what a handler threw, and where", () => {
  using written = vi.spyOn(console, "error").mockReturnValue();
  const cause = new Error("too much");
  const frame = "    at file:///bank/src/balances.ts:7:11";
  cause.stack = ["Error: too much", frame, `    at async ${import.meta.url}:1:1`].join("\n");
  const failure = new EgoError("internal", "The projection balances failed.", { cause });
  consoleLogger.error(failure.message, { code: failure.code, failure });
  expect(written).toHaveBeenCalledExactlyOnceWith(
    `ego: internal: The projection balances failed.\nError: too much\n${frame}`,
  );
});
