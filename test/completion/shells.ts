import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../cli/src/testdata/temporary-folder.ts";

/** A shell that completes what is typed. */
export interface CompletingShell {
  readonly name: "bash" | "zsh" | "fish";
  /**
   * What the shell offers for each text that is typed, in the order of names.
   *
   * @param folder where it stands
   */
  offers(script: string, typed: readonly string[], folder: string): readonly (readonly string[])[];
}

/** The shells that there is a script for. */
export const shells: readonly CompletingShell[] = [
  { name: "bash", offers: inBash },
  { name: "zsh", offers: inZsh },
  { name: "fish", offers: inFish },
];

/** Why a shell cannot be asked here; undefined if it can. */
export function missing({ name }: CompletingShell): string | undefined {
  try {
    execFileSync(name, ["-c", "exit 0"], { stdio: "ignore" });
    return undefined;
  } catch {
    return `there is no ${name} on this machine`;
  }
}

function inBash(script: string, typed: readonly string[], folder: string) {
  // As readline does: what is typed in words, of which = is one.
  const asked = typed.map((text) => {
    const words = text.split(/ +|(?<==)|(?==)/);
    return `COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}) COMP_CWORD=${words.length - 1}
_ego; printf '%s\\n' "\${COMPREPLY[@]}" ---`;
  });
  const program = `${script}\n${asked.join("\n")}`;
  return offersIn(execFileSync("bash", ["--norc", "-c", program], { cwd: folder, encoding: "utf8" }));
}

function inZsh(script: string, typed: readonly string[], folder: string) {
  const own = temporaryFolder();
  const [file, out] = [join(own, "ego.zsh"), join(own, "offers")];
  writeFileSync(file, script);
  execFileSync("zsh", ["-f", join(import.meta.dirname, "complete.zsh"), ...typed], {
    cwd: folder,
    env: { ...process.env, SCRIPT: file, OUT: out, TERM: "dumb" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return offersIn(existsSync(out) ? readFileSync(out, "utf8") : "");
}

function inFish(script: string, typed: readonly string[], folder: string) {
  const asked = typed.map((text) => `complete -C '${text}' | string replace -r '\\t.*' ''\necho ---`);
  const program = `${script}\n${asked.join("\n")}`;
  const home = temporaryFolder();
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home };
  return offersIn(execFileSync("fish", ["--no-config", "-c", program], { cwd: folder, env, encoding: "utf8" }));
}

/** bash prints an empty line where it offers nothing. */
function offersIn(printed: string): readonly (readonly string[])[] {
  const parts = printed.split(/^---\n/m).slice(0, -1);
  return parts.map((part) => [...new Set(part.split("\n").filter((line) => line !== ""))].toSorted());
}
