import { importsOf, type Sources } from "./imports.ts";

/** Which folders of the runtime a folder may import, and which packages. */
interface Rule {
  readonly folders: readonly string[];
  readonly packages: readonly (string | RegExp)[];
}

const protobuf = /^@bufbuild\/protobuf(\/|$)/;

// engine → projection → entity → journal ← stores → tables; the stream is what entities publish to, and knows how theirs look;
// telemetry is told what happens, and knows nothing of who tells it.
const runtime: Readonly<Record<string, Rule>> = {
  clock: { folders: [], packages: [] },
  error: { folders: [], packages: [protobuf] },
  gen: { folders: [], packages: [protobuf] },
  codegen: { folders: ["error"], packages: [protobuf] },
  journal: { folders: ["clock", "error", "gen", "codegen"], packages: [protobuf] },
  stream: { folders: ["clock", "error", "codegen", "journal", "entity"], packages: [protobuf] },
  telemetry: { folders: ["error", "codegen"], packages: ["@opentelemetry/api"] },
  entity: { folders: ["clock", "error", "codegen", "journal", "stream", "telemetry"], packages: [protobuf] },
  tables: { folders: ["error", "codegen"], packages: [protobuf, "kysely"] },
  stores: {
    folders: ["clock", "error", "codegen", "journal", "tables"],
    packages: [protobuf, "kysely", "kysely/migration", "mysql2", "pg", /^node:/],
  },
  projection: {
    folders: ["clock", "error", "codegen", "journal", "stream", "telemetry", "entity"],
    packages: [protobuf, "node:os"],
  },
  engine: {
    folders: ["clock", "error", "codegen", "journal", "stream", "telemetry", "entity", "projection"],
    packages: [protobuf, "node:crypto"],
  },
  tools: { folders: ["clock", "error", "codegen", "journal", "entity", "projection"], packages: [protobuf] },
  testing: {
    folders: ["clock", "error", "codegen", "journal", "stream", "entity", "projection", "engine", "stores"],
    packages: [protobuf],
  },
};

const generated: readonly (string | RegExp)[] = ["@ego/runtime/codegen", "kysely", protobuf];

/** The imports that go against architecture.md, one line each. */
export function violations(sources: Sources): readonly string[] {
  const found: string[] = [];
  for (const [path, source] of sources) {
    for (const target of importsOf(path, source)) {
      const why = reason(path, target);
      if (why) found.push(`${path} imports ${target}: ${why}`);
    }
  }
  return found;
}

function reason(path: string, target: string): string | undefined {
  if (path.startsWith("protoc-gen-ego/")) {
    const isRuntime = target === "@ego/runtime" || target.startsWith("@ego/runtime/") || target.startsWith("runtime/");
    return isRuntime ? "the plugin never imports the runtime" : undefined;
  }
  if (path.endsWith("_ego.ts")) {
    const own = target.endsWith("_pb.ts");
    return own || matches(target, generated) ? undefined : "generated code imports its messages and the codegen entry";
  }
  const folder = folderOf(path);
  if (folder === undefined) return undefined;
  const rule = runtime[folder];
  if (!rule) return `the folder ${folder} has no rule yet`;
  const toFolder = folderOf(target);
  if (toFolder !== undefined) {
    if (folder === "testing" && toFolder === "stores" && !target.startsWith("runtime/src/stores/memory/")) {
      return "of the stores testing may import that in memory";
    }
    const allowed = toFolder === folder || rule.folders.includes(toFolder);
    return allowed ? undefined : `${folder} may import ${rule.folders.join(", ") || "nothing"}`;
  }
  if (target.startsWith("runtime/")) return "nothing imports the index";
  if (target.startsWith("@opentelemetry/") && !path.startsWith("runtime/src/telemetry/otel")) {
    return "only @ego/runtime/otel loads OpenTelemetry";
  }
  const drives = path.startsWith("runtime/src/stores/sql/");
  if (target.startsWith("kysely") && !drives && folder !== "tables") return "only tables and SQL stores load kysely";
  if (/^(node:(sqlite|worker_threads)|pg$|mysql2$)/.test(target) && !drives) return "only SQL stores load a driver";
  return matches(target, rule.packages) ? undefined : `${folder} imports no such package`;
}

/** The folder of the runtime that a path is in; undefined for its index, and for what is elsewhere. */
function folderOf(path: string): string | undefined {
  return /^runtime\/src\/([^/]+)\//.exec(path)?.[1];
}

function matches(target: string, patterns: readonly (string | RegExp)[]): boolean {
  return patterns.some((pattern) => (typeof pattern === "string" ? pattern === target : pattern.test(target)));
}
