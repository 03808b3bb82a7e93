import { availableParallelism } from "node:os";
import { defineConfig, type ViteUserConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// "@ego/source" in front of the defaults, which a list of conditions replaces: tests run the packages from source.
// vitest hands these on to Node, for what a test imports through Node.
const conditions = ["@ego/source", "node", "development|production"];

/**
 * What takes long, in the order in which it is begun: last, one would run alone in the end. Those that wait for most of
 * their time stand between those that compute.
 */
const slow = [
  "runtime/src/stores/store-contract.test.ts",
  "test/scaffold/",
  "test/projections/operate.test.ts",
  "test/simulation/",
  "test/projections/rebuild.test.ts",
  "test/torture/torture.test.ts",
  "test/projections/databases.test.ts",
  "test/tables/tables.test.ts",
  "test/projections/log.test.ts",
  "test/dev/project.test.ts",
  "test/projections/",
  "runtime/src/engine/retention.test.ts",
  "runtime/src/stores/sql/mysql.test.ts",
  "test/faults/",
  "test/migrate/",
  "test/kill/",
  "test/add/",
];

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const place = slow.findIndex((part) => moduleId.includes(`/${part}`));
      return place < 0 ? slow.length : place;
    };
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}

/** Has SQLite's thread run from the one file that is made of it, see test/sqlite-thread.ts. */
const bundledThread = {
  name: "bundled-thread",
  transform(code: string, id: string): string | undefined {
    if (!id.endsWith("/runtime/src/stores/sql/sqlite-threads.ts")) return undefined;
    const [, url] = /^const url = (new URL\(.*\));$/m.exec(code) ?? [];
    if (url === undefined) throw new Error(`${id} is not as this plugin knows it`);
    // Not the path itself: vitest keeps what is transformed for other runs.
    return code.replace(url, 'new URL(process.env.EGO_TEST_SQLITE_THREAD ?? "")');
  },
};

/**
 * Where tests share processes, one file after another: those of units, and what spans packages but kills nothing and
 * measures nothing of its process. They leave nothing behind, with which the next file goes on: to load all that is
 * imported, and to start servers, would take longer than most of them.
 */
const shared = [
  ...["cli", "examples", "protoc-gen-ego", "runtime", "tools"],
  ...["test/add", "test/check", "test/domain", "test/evolution", "test/golden", "test/graph", "test/migrate-diff"],
  ...["test/property", "test/shapes", "test/store-contract", "test/sync", "test/tables", "test/types"],
].map((folder) => `${folder}/**/*.test.ts`);

const exclude = ["**/node_modules/**", "**/dist/**"];

const config: ViteUserConfig = defineConfig({
  plugins: [bundledThread],
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: [
      { extends: true, test: { name: "shared", include: shared, isolate: false } },
      { extends: true, test: { name: "whole", include: ["test/**/*.test.ts"], exclude: [...exclude, ...shared] } },
    ],
    exclude,
    pool: "forks",
    // What tests make is soon of no use: with more room for it, the collector copies less, a tenth of all their time.
    execArgv: ["--max-semi-space-size=64"],
    // More than there are cores: tests wait for servers and programs, for a quarter of their time.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    // The compiler and buf are programs of Go that end soon: what they collect costs them a third of their time.
    env: { GOGC: "off", GOMEMLIMIT: "1GiB" },
    globalSetup: ["test/memory-disk.ts", "test/compile-cache.ts", "test/sqlite-thread.ts"],
    // Several times what the slowest takes that does not set its own: the machine may have more to do.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    retry: 0,
    sequence: { sequencer: SlowFirst },
  },
});

export default config;
