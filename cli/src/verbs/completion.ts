import { Argument } from "commander";
import { type Shell, shells } from "../completion/shell.ts";
import { exitCodes, type Verb } from "./verb.ts";

const installing = `
Keep the script in a file, and let the shell read that. In a project:
  bash  npx --no ego completion bash > ~/.ego-completion.bash
        and in ~/.bashrc:                 source ~/.ego-completion.bash
  zsh   npx --no ego completion zsh > ~/.ego-completion.zsh
        and in ~/.zshrc, below compinit:  source ~/.ego-completion.zsh
  fish  npx --no ego completion fish > ~/.config/fish/completions/ego.fish

It completes the command ego. Where only projects have one, define it as theirs:
  bash, zsh  ego() { npx --no ego "$@"; }
  fish       function ego; npx --no ego $argv; end`;

export const completionVerb: Verb = {
  name: "completion",
  verdict: false,
  declare(ego, { host }) {
    ego
      .command("completion")
      .description("Print a script that makes a shell complete what is typed behind ego.")
      .addArgument(new Argument("<shell>", "the shell").choices(shells))
      .addHelpText("after", installing)
      .addHelpText("after", exitCodes)
      .action(async (shell: Shell) => {
        const { completion } = await import("../commands/completion.ts");
        completion(host, ego, shell);
      });
  },
};
