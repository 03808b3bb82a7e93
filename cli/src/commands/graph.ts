import { relative, resolve, sep } from "node:path";
import { Failure } from "../failure.ts";
import { around, type Graph, nodesOf } from "../graph/graph.ts";
import { graphOf } from "../graph/graph-of.ts";
import { mermaidOf } from "../graph/mermaid.ts";
import { protoLink } from "../graph/proto-link.ts";
import { labelOf, svgOf } from "../graph/svg.ts";
import { writePicture } from "../graph/write-picture.ts";
import { loadDomain } from "../project/domain.ts";
import { findProject } from "../project/project.ts";
import { protoPlaces } from "../project/proto-places.ts";
import type { Host } from "../terminal/host.ts";
import { nearest } from "../terminal/nearest.ts";
import { printableName } from "../terminal/printable.ts";

/** Options of `ego graph`. */
export interface GraphOptions {
  readonly format?: "mermaid" | "svg";
  /** The file to write, as seen from the working directory. */
  readonly output?: string;
  readonly entity?: string;
  readonly link: string;
  readonly json?: boolean;
}

/**
 * `ego graph`: prints or writes what the protos of the project say, as a picture.
 *
 * @throws Failure for protos that do not compile, and for what was typed wrong
 */
export async function graph(host: Host, options: GraphOptions): Promise<void> {
  const project = findProject(host.cwd);
  const output =
    options.output === undefined
      ? undefined
      : relative(project.root, resolve(host.cwd, options.output)).replaceAll(sep, "/");
  const format = options.format ?? formatOf(output);
  const link = protoLink(project, options.link, output);
  const whole = graphOf(await loadDomain(host, project), protoPlaces(project));
  const shown = options.entity === undefined ? whole : partOf(whole, options.entity);
  if (options.json) {
    host.out(JSON.stringify({ format: 1, ...shown }));
    return;
  }
  const text = format === "svg" ? svgOf(shown, link) : mermaidOf(shown, link);
  if (output === undefined) {
    host.out(text.trimEnd());
    return;
  }
  const written = writePicture(project, output, text);
  host.out(written ? `Wrote ${printableName(output)}: ${labelOf(shown)}.` : `${printableName(output)} is up to date.`);
}

function formatOf(output: string | undefined): "mermaid" | "svg" {
  if (output === undefined || /\.(?:mmd|mermaid)$/.test(output)) return "mermaid";
  if (output.endsWith(".svg")) return "svg";
  throw new Failure(
    "input",
    `The name ${printableName(output)} does not say the format. Name it .svg or .mmd, or give \`--format\`.`,
  );
}

function partOf(whole: Graph, name: string): Graph {
  const names = nodesOf(whole, "entity").map((entity) => entity.name);
  if (names.includes(name)) return around(whole, name);
  const meant = nearest(name, names);
  const known = meant === undefined ? `There are: ${names.join(", ") || "none"}.` : `Did you mean ${meant}?`;
  throw new Failure("input", `There is no entity "${printableName(name)}". ${known}`);
}
