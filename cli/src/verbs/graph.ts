import { Option } from "commander";
import type { GraphFormat } from "../commands/graph.ts";
import { exitCodes, type Verb } from "./verb.ts";

export const graphVerb: Verb = {
  name: "graph",
  verdict: false,
  declare(ego, { host, exit }) {
    ego
      .command("graph")
      .description("Show the domain as a picture: commands, entities, events, rejections, read models and sagas.")
      .addOption(
        new Option("--format <format>", "default: as the output is named, else mermaid").choices([
          "mermaid",
          "svg",
          "html",
          "catalogue",
        ]),
      )
      .option("--output <file>", "write it there, below the project's root, instead of printing it")
      .option("--entity <name>", "only this entity, and what is joined to it")
      .option("--link <how>", "where a click leads: file, vscode, or github=<address of the root>", "file")
      .addOption(new Option("--json", "print nodes and edges as JSON").conflicts(["format", "output"]))
      .addHelpText("after", exitCodes)
      .action(
        async (options: { format?: GraphFormat; output?: string; entity?: string; link: string; json?: true }) => {
          const { graph } = await import("../commands/graph.ts");
          exit(await graph(host, options));
        },
      );
  },
};
