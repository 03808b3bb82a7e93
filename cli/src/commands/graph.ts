import { relative, resolve, sep } from "node:path";
import { applyEdits } from "../edits/apply-edits.ts";
import { exitCode, Failure } from "../failure.ts";
import { catalogueOf } from "../graph/catalogue.ts";
import { around, type Graph, nodesOf } from "../graph/graph.ts";
import { graphOf } from "../graph/graph-of.ts";
import { htmlOf } from "../graph/html.ts";
import { mermaidOf } from "../graph/mermaid.ts";
import { ownDocument } from "../graph/own-document.ts";
import { type ProtoLink, protoLink } from "../graph/proto-link.ts";
import { labelOf, svgOf } from "../graph/svg.ts";
import { loadDomain } from "../project/domain.ts";
import { findingLines } from "../project/finding.ts";
import { findProject } from "../project/project.ts";
import { protoErrors } from "../project/proto-findings.ts";
import { protoPlaces } from "../project/proto-places.ts";
import type { Host } from "../terminal/host.ts";
import { jsonText } from "../terminal/json-text.ts";
import { nearest } from "../terminal/nearest.ts";
import { printableName } from "../terminal/printable.ts";

/** What `ego graph` can make of a domain. */
export type GraphFormat = "mermaid" | "svg" | "html" | "catalogue";

/** Options of `ego graph`. */
export interface GraphOptions {
  readonly format?: GraphFormat;
  /** The file to write, as seen from the working directory. */
  readonly output?: string;
  readonly entity?: string;
  readonly link: string;
  readonly json?: boolean;
}

/**
 * `ego graph`: prints or writes what the protos of the project say, as a picture. What is wrong in them is said beside
 * it: the picture is then of what can be understood.
 *
 * @returns the exit code: 1 if something is wrong in the protos
 * @throws Failure for protos that do not compile, and for what was typed wrong
 */
export async function graph(host: Host, options: GraphOptions): Promise<number> {
  const project = findProject(host.cwd);
  const output =
    options.output === undefined
      ? undefined
      : relative(project.root, resolve(host.cwd, options.output)).replaceAll(sep, "/");
  // What cannot be written is said before the slow part.
  const before = output === undefined ? undefined : ownDocument(project, output);
  const format = options.format ?? formatOf(output);
  const link = protoLink(project, options.link, output);
  const domain = await loadDomain(host, project);
  const findings = protoErrors(project, domain);
  if (!options.json) for (const line of findingLines(findings)) host.err(line);
  const whole = graphOf(domain, protoPlaces(project));
  const shown = options.entity === undefined ? whole : partOf(whole, options.entity);
  const code = findings.length === 0 ? exitCode.ok : exitCode.input;
  if (options.json) {
    host.out(jsonText({ format: 1, ...shown, findings }));
    return code;
  }
  const text = writers[format](shown, link);
  if (output === undefined) {
    host.out(text.trimEnd());
    return code;
  }
  const [written] = applyEdits(project, [{ file: output, before, after: text }]);
  host.out(written ? `Wrote ${printableName(output)}: ${labelOf(shown)}.` : `${printableName(output)} is up to date.`);
  return code;
}

const writers: Readonly<Record<GraphFormat, (graph: Graph, link: ProtoLink) => string>> = {
  mermaid: mermaidOf,
  svg: svgOf,
  html: htmlOf,
  catalogue: catalogueOf,
};

const formats: Readonly<Record<string, GraphFormat>> = {
  mmd: "mermaid",
  mermaid: "mermaid",
  svg: "svg",
  html: "html",
  htm: "html",
  md: "catalogue",
  markdown: "catalogue",
};

function formatOf(output: string | undefined): GraphFormat {
  if (output === undefined) return "mermaid";
  const format = Object.entries(formats).find(([ending]) => output.toLowerCase().endsWith(`.${ending}`))?.[1];
  if (format !== undefined) return format;
  throw new Failure(
    "input",
    `The name ${printableName(output)} does not say the format. Name it .svg, .html, .md or .mmd, or give \`--format\`.`,
  );
}

function partOf(whole: Graph, name: string): Graph {
  const names = nodesOf(whole, "entity").map((entity) => entity.name);
  if (names.includes(name)) return around(whole, name);
  const meant = nearest(name, names);
  const known = meant === undefined ? `There are: ${names.join(", ") || "none"}.` : `Did you mean ${meant}?`;
  throw new Failure("input", `There is no entity "${printableName(name)}". ${known}`);
}
