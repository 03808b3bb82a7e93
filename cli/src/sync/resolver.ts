import { existsSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { isInside, type Project } from "../project/project.ts";
import { type Compiler, compiler, type ts } from "./compiler.ts";

/** Finds the files that imports lead to. */
export interface Resolver {
  /** The file, absolute; undefined for one that is not looked into. */
  resolve(specifier: string, from: string): string | undefined;
}

/**
 * Resolves imports as the tsconfig.json nearest to the importing file says.
 *
 * @param known the files that are likely to be imported, absolute
 * @param foreign files that are not looked into
 * @param everything whether packages are looked into as well, not only the project's files
 */
export function resolver(
  project: Project,
  known: ReadonlySet<string>,
  foreign: ReadonlySet<string>,
  everything: boolean,
): Resolver {
  const ts = compiler();
  const optionsOf = new Map<string, ts.CompilerOptions>();
  const configs = new Map<string, ts.CompilerOptions>();
  const answers = new Map<string, string | undefined>();
  const caches = new Map<ts.CompilerOptions, ts.ModuleResolutionCache>();

  function options(folder: string): ts.CompilerOptions {
    const cached = optionsOf.get(folder);
    if (cached) return cached;
    const parent = dirname(folder);
    const own = join(folder, "tsconfig.json");
    let found: ts.CompilerOptions;
    if (existsSync(own)) found = readConfig(ts, own, configs);
    else if (folder === project.root || parent === folder) found = defaults(ts);
    else found = options(parent);
    optionsOf.set(folder, found);
    return found;
  }

  function byCompiler(specifier: string, from: string): string | undefined {
    const chosen = options(dirname(from));
    let cache = caches.get(chosen);
    if (!cache) {
      cache = ts.createModuleResolutionCache(project.root, (name) => name, chosen);
      caches.set(chosen, cache);
    }
    const mode = from.endsWith(".cts") ? ts.ModuleKind.CommonJS : ts.ModuleKind.ESNext;
    const { resolvedModule } = ts.resolveModuleName(specifier, from, chosen, ts.sys, cache, undefined, mode);
    const file = resolvedModule?.resolvedFileName;
    if (file === undefined || known.has(file) || everything) return file;
    const isForeign = foreign.has(file) || isDeclaration(file) || file.includes("/node_modules/");
    return isForeign || !isInside(project, file) ? undefined : file;
  }

  return {
    resolve(specifier, from) {
      if (specifier.startsWith("node:")) return undefined;
      const relative = specifier.startsWith("./") || specifier.startsWith("../");
      const near = relative
        ? candidates(posix.join(dirname(from), specifier)).find((path) => known.has(path))
        : undefined;
      if (near !== undefined) return near;
      const key = `${relative ? from : dirname(from)}\0${specifier}`;
      if (!answers.has(key)) answers.set(key, byCompiler(specifier, from));
      return answers.get(key);
    },
  };
}

/** What a relative import means in every mode of the compiler. */
function candidates(path: string): string[] {
  const source = path.replace(/\.([cm]?)js(x?)$/, ".$1ts$2");
  return [path, source, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`];
}

function isDeclaration(file: string): boolean {
  return /\.d\.(?:[^.]+\.)?[cm]?ts$/.test(file);
}

function defaults(ts: Compiler): ts.CompilerOptions {
  return { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler };
}

/** What a tsconfig.json says about imports. One that cannot be read is the compiler's to report. */
function readConfig(ts: Compiler, path: string, known: Map<string, ts.CompilerOptions>): ts.CompilerOptions {
  const cached = known.get(path);
  if (cached) return cached;
  // Which files there are is known already: looking for them takes longer than all the rest.
  const host = { ...ts.sys, readDirectory: () => [] };
  const { config } = ts.readConfigFile(path, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config ?? {}, host, dirname(path));
  const kept =
    options.module === undefined && options.moduleResolution === undefined ? { ...defaults(ts), ...options } : options;
  known.set(path, kept);
  return kept;
}
