import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { docsPath } from "./docs-path.ts";

const root = join(import.meta.dirname, "../..");
afterEach(() => vi.restoreAllMocks());
const from = (folder: string) => {
  vi.spyOn(process, "cwd").mockReturnValue(folder);
  return docsPath();
};

test("the documentation is named as seen from the working directory", () => {
  expect(from(root)).toBe("docs/diagnostics.md");
  expect(from(join(root, ".."))).toMatch(/^[^/]+\/docs\/diagnostics\.md$/);
});

test("it is named in full where it is not below the working directory", () => {
  const path = from(join(root, "examples/bank"));
  expect(path).toBe(join(root, "docs/diagnostics.md"));
  expect(existsSync(path)).toBe(true);
});
