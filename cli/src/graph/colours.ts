import type { NodeKind } from "./graph.ts";

/** The colours of event storming, pale enough for dark text in a bright and in a dark picture. */
export const colours: Readonly<Record<NodeKind, { readonly fill: string; readonly line: string }>> = {
  command: { fill: "#b3d7fb", line: "#5b9bd8" },
  entity: { fill: "#fdeea3", line: "#d9b92f" },
  event: { fill: "#ffc38a", line: "#e08a35" },
  rejection: { fill: "#f8b4b4", line: "#d96a6a" },
  "read model": { fill: "#b9e4b4", line: "#66ad5e" },
  saga: { fill: "#d5c3f7", line: "#9a78d8" },
};
