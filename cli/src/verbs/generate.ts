import { exitCodes, type Verb } from "./verb.ts";

export const generateVerb: Verb = {
  name: "generate",
  verdict: false,
  declare(ego, { host }) {
    ego
      .command("generate")
      .description("Generate TypeScript from the project's protos, as buf.gen.yaml says. Works from any folder in it.")
      .option("--quiet", "say nothing if no file changed")
      .addHelpText("after", exitCodes)
      .action(async (options: { quiet?: true }) => {
        const { generate } = await import("../commands/generate.ts");
        await generate(host, options);
      });
  },
};
