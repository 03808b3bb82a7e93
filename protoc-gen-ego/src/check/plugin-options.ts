import type { Report } from "../diagnostics/diagnostic.ts";

/** EGO091: only TypeScript is printed. */
export function checkTarget(parameter: string, report: Report): void {
  const target = parameter
    .split(",")
    .filter((option) => option.startsWith("target="))
    .at(-1)
    ?.slice("target=".length);
  if (target === "ts") return;
  const found = target === undefined ? "no target is set, and the default is js+dts" : `target=${target} is set`;
  report.error(
    "EGO091",
    undefined,
    `${found}; protoc-gen-ego prints TypeScript only. Set "target=ts" in its "opt", and let tsc make the rest.`,
  );
}

/** The text for an option that the plugin framework does not accept; undefined for any other failure. */
export function optionError(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || thrown.name !== "PluginOptionError") return undefined;
  return `${thrown.message}. Mend or remove it in the "opt" of protoc-gen-ego.`;
}
