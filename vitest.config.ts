import { join } from "node:path";
import { defineConfig, type ViteUserConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// "@ego/source" in front of the defaults, which a list of conditions replaces: tests run the packages from source.
// vitest hands these on to Node, for what a test imports through Node.
const conditions = ["@ego/source", "node", "development|production"];

/** What takes long although its file is short: begun last, it would run alone in the end. */
const slow = [
  "runtime/src/stores/store-contract.test.ts",
  "test/faults/",
  "test/projections/",
  "test/scaffold/",
  "test/torture/",
];

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification) => slow.some((part) => moduleId.includes(`/${part}`));
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}

const config: ViteUserConfig = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    pool: "forks",
    // All cores: by default one is left idle, which is half of a small machine.
    maxWorkers: "100%",
    // Its path is that of this file: projects elsewhere use this configuration too.
    globalSetup: [join(import.meta.dirname, "test/compile-cache.ts")],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    retry: 0,
    sequence: { sequencer: SlowFirst },
  },
});

export default config;
