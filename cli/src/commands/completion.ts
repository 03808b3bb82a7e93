import type { Command } from "commander";
import { bashCompletion } from "../completion/bash.ts";
import { type DeclaredVerb, declared } from "../completion/declared.ts";
import { fishCompletion } from "../completion/fish.ts";
import type { Shell } from "../completion/shell.ts";
import { zshCompletion } from "../completion/zsh.ts";
import type { Host } from "../terminal/host.ts";

const scripts: Readonly<Record<Shell, (program: DeclaredVerb) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** `ego completion`: prints the script that makes a shell complete what is typed behind `ego`. */
export function completion(host: Host, ego: Command, shell: Shell): void {
  host.out(scripts[shell](declared(ego)).trimEnd());
}
