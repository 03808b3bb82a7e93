import { Option } from "commander";
import type { InitOptions } from "../commands/init.ts";
import { exitCodes, type Verb } from "./verb.ts";

export const initVerb: Verb = {
  name: "init",
  verdict: false,
  declare(ego, { host }) {
    ego
      .command("init")
      .description("Make a new project: a bank account with proto, behavior, test and a program that runs, or empty.")
      .argument("<folder>", "where to make it; must be new or empty")
      .option("--name <name>", "name of the npm package (default: the folder's name)")
      .addOption(
        new Option("--store <kind>", "where events are kept (default: sqlite)").choices([
          "sqlite",
          "postgres",
          "mysql",
        ]),
      )
      .addOption(new Option("--empty", "without the bank account").conflicts("example"))
      .addOption(new Option("--example", "with the bank account (default)"))
      .addOption(
        new Option("--manager <name>", "the package manager (default: that of the workspace, or npm)").choices([
          "npm",
          "pnpm",
          "yarn",
        ]),
      )
      .option("--vendor", "copy ego's options into the project; done by itself where buf would not find them")
      .option("--no-git", "make no git repository; none is made inside of another")
      .option("--install", "also install the packages and generate the code")
      .option("--yes", "ask nothing")
      .addHelpText("after", exitCodes)
      .action(async (folder: string, options: InitOptions) => {
        const { init } = await import("../commands/init.ts");
        await init(host, folder, options);
      });
  },
};
