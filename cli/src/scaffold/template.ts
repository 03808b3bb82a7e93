import { globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import Handlebars from "handlebars";
import type { ManagerTraits, PackageManager } from "./package-manager.ts";
import type { StoreChoice } from "./store-choice.ts";

/** What a template may use. */
export interface TemplateValues {
  /** Name of the npm package; validated. */
  readonly name: string;
  /** Whether it is a bank account, or empty. */
  readonly example: boolean;
  /** Where npm finds the packages of ego: a version, or a file. */
  readonly ego: {
    readonly runtime: string;
    readonly cli: string;
    readonly plugin: string;
    /** They are files of the project itself. */
    readonly vendored: boolean;
  };
  readonly store: StoreChoice & {
    /** The expression that makes it. */
    readonly call: string;
  };
  readonly manager: ManagerTraits & {
    readonly name: PackageManager;
    /** It is told by `resolutions` that a package of ego is a file. */
    readonly resolutions: boolean;
  };
  /** The folder of the installed packages, as the project sees it. */
  readonly modules: string;
  /** Ego's options are files of the project itself. */
  readonly vendoredOptions: boolean;
}

/**
 * Renders the templates below a folder. `src/x.ts.hbs` becomes `src/x.ts`; `dot-x.hbs` becomes `.x`, since npm leaves
 * files such as `.gitignore` out of a package.
 */
export function renderTemplates(folder: string, values: TemplateValues): Map<string, string> {
  const templates = globSync("**/*.hbs", { cwd: folder }).toSorted();
  return new Map(
    templates.map((template) => {
      const source = readFileSync(join(folder, template), "utf8");
      // What is rendered is TypeScript, JSON and YAML: escapes for HTML would be wrong in them.
      const render = Handlebars.compile(source, { strict: true, noEscape: true });
      return [targetPath(template), render(values)];
    }),
  );
}

function targetPath(template: string): string {
  return template
    .replace(/\.hbs$/, "")
    .split(sep)
    .map((part) => part.replace(/^dot-/, "."))
    .join("/");
}
