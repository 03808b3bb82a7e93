import { defineConfig, type ViteUserConfig } from "vitest/config";

// "@ego/source" in front of the defaults, which a list of conditions replaces: tests run the packages from source.
// vitest hands these on to Node, for what a test imports through Node.
const conditions = ["@ego/source", "node", "development|production"];

const config: ViteUserConfig = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    pool: "forks",
    // All cores: by default one is left idle, which is half of a small machine.
    maxWorkers: "100%",
    testTimeout: 20_000,
    hookTimeout: 60_000,
    retry: 0,
  },
});

export default config;
