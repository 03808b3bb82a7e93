import { exitCodes, type Verb } from "./verb.ts";

export const initVerb: Verb = {
  name: "init",
  verdict: false,
  declare(ego, { host }) {
    ego
      .command("init")
      .description("Make a new project: a bank account with proto, behavior, test and a program that runs.")
      .argument("<folder>", "where to make it; must be new or empty")
      .option("--name <name>", "name of the npm package (default: the folder's name)")
      .option("--install", "also run `npm install` and generate the code")
      .addHelpText("after", exitCodes)
      .action(async (folder: string, options: { name?: string; install?: true }) => {
        const { init } = await import("../commands/init.ts");
        await init(host, folder, options);
      });
  },
};
