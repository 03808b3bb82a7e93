import { sep } from "node:path";
import type { Project } from "../project/project.ts";
import { type Compiler, compiler, libraries, type ts } from "./compiler.ts";
import { miniLib } from "./mini-lib.ts";
import { resolver } from "./resolver.ts";

/** What the compiler is given. */
export interface WorldFiles {
  /** Texts by absolute path: the sources that count. */
  readonly roots: ReadonlyMap<string, string>;
  /** What stands for generated files, by absolute path. */
  readonly stubs: ReadonlyMap<string, string>;
  /** Other sources, to which imports may lead, by absolute path. */
  readonly texts: ReadonlyMap<string, string>;
  /** Files that imports do not lead to: generated ones that no stub stands for. */
  readonly foreign: ReadonlySet<string>;
}

/** Sources as the compiler understands them. */
export interface World {
  readonly ts: Compiler;
  readonly checker: ts.TypeChecker;
  file(path: string): ts.SourceFile | undefined;
  /** Whether a file stands for a generated one. */
  isStub(file: ts.SourceFile): boolean;
  /** Why a file does not parse. */
  syntaxErrors(file: ts.SourceFile): readonly ts.Diagnostic[];
  /** The same with other texts; what did not change is not read again. */
  with(files: WorldFiles): World;
}

/**
 * Makes a program of sources. Without `everything` it has no libraries and no packages, which costs a tenth: what comes
 * from those has no type.
 */
export function worldOf(project: Project, files: WorldFiles, everything: boolean): World {
  return make(project, files, everything, new Map(), undefined);
}

interface Parsed {
  readonly text: string;
  readonly file: ts.SourceFile;
}

function make(
  project: Project,
  files: WorldFiles,
  everything: boolean,
  parsed: Map<string, Parsed>,
  old: ts.Program | undefined,
): World {
  const ts = compiler();
  const libs = everything ? libraries() : undefined;
  const libFolder = `${project.root.replaceAll(sep, "/")}/\0lib`;
  const library = `${libFolder}/lib.d.ts`;
  const known = new Set([...files.roots.keys(), ...files.stubs.keys(), ...files.texts.keys()]);
  const modules = resolver(project, known, files.foreign, everything);

  function textOf(path: string): string | undefined {
    const own = files.stubs.get(path) ?? files.roots.get(path) ?? files.texts.get(path);
    if (own !== undefined) return own;
    if (path.startsWith(libFolder)) return libs ? libs.get(path.slice(libFolder.length + 1)) : miniLib;
    return ts.sys.readFile(path);
  }

  /** Doc comments are not looked into. */
  function optionsOf(language: ts.ScriptTarget | ts.CreateSourceFileOptions): ts.CreateSourceFileOptions {
    const options = typeof language === "object" ? language : { languageVersion: language };
    return { ...options, jsDocParsingMode: ts.JSDocParsingMode.ParseNone };
  }

  const host: ts.CompilerHost = {
    fileExists: (path) => known.has(path) || (libs ? textOf(path) !== undefined : false),
    readFile: textOf,
    getSourceFile(path, language) {
      const text = textOf(path);
      if (text === undefined) return undefined;
      const cached = parsed.get(path);
      if (cached?.text === text) return cached.file;
      const file = ts.createSourceFile(path, text, optionsOf(language), false);
      parsed.set(path, { text, file });
      return file;
    },
    getDefaultLibFileName: (options) => (libs ? `${libFolder}/${ts.getDefaultLibFileName(options)}` : library),
    getDefaultLibLocation: () => libFolder,
    getCurrentDirectory: () => project.root,
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    writeFile: () => {},
    directoryExists: () => true,
    getDirectories: () => [],
    resolveModuleNameLiterals: (literals, from) =>
      literals.map(({ text }) => {
        const file = modules.resolve(text, from);
        return {
          resolvedModule: file === undefined ? undefined : { resolvedFileName: file, extension: extensionOf(file) },
        };
      }),
  };
  const program = ts.createProgram({
    rootNames: [...files.stubs.keys(), ...files.roots.keys()],
    options: {
      target: ts.ScriptTarget.ES2024,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      allowImportingTsExtensions: true,
      jsx: ts.JsxEmit.Preserve,
      strict: true,
      noEmit: true,
      types: [],
      skipLibCheck: true,
    },
    host,
    ...(old ? { oldProgram: old } : {}),
  });
  return {
    ts,
    checker: program.getTypeChecker(),
    file: (path) => program.getSourceFile(path),
    isStub: ({ fileName }) => files.stubs.has(fileName),
    syntaxErrors: (file) => program.getSyntacticDiagnostics(file),
    with: (next) => make(project, next, everything, parsed, program),
  };
}

function extensionOf(file: string): string {
  return /(?:\.d)?\.[cm]?[jt]sx?$/.exec(file)?.[0] ?? ".ts";
}
