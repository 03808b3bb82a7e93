import type { Argument, Command, Option } from "commander";

/** What a shell may offer in a place: words, files, folders, or nothing that it could know. */
export type Offer =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "files" | "folders" | "nothing" };

/** An option of a verb. */
export interface DeclaredOption {
  /** `--format`, and its short form if it has one. */
  readonly flags: readonly string[];
  readonly description: string;
  /** What may follow; undefined for an option without a value. */
  readonly value?: Offer;
}

/** A verb, or `ego` itself. */
export interface DeclaredVerb {
  readonly name: string;
  /** Its name with those of the verbs that it is a part of: `migrate status`; empty for `ego` itself. */
  readonly path: string;
  /** In one sentence, without a dot. */
  readonly description: string;
  readonly options: readonly DeclaredOption[];
  readonly verbs: readonly DeclaredVerb[];
  /** What its arguments may be, in their order; the last one stands for more if it may be given more than once. */
  readonly arguments: readonly Offer[];
  readonly isVariadic: boolean;
}

/** What a program declares, as far as a shell can complete it. */
export function declared(command: Command, parents: readonly string[] = []): DeclaredVerb {
  const help = command.createHelp();
  const path = parents.join(" ");
  const subcommands = help.visibleCommands(command);
  // Each verb has its help as an option; `ego help` needs no completion.
  const verbs = subcommands.filter((verb) => verb.name() !== "help");
  return {
    name: command.name(),
    path,
    description: sentence(command.description()),
    options: help.visibleOptions(command).map(declaredOption),
    verbs: verbs.map((verb) => declared(verb, [...parents, verb.name()])),
    arguments: command.registeredArguments.map(offerOf),
    isVariadic: command.registeredArguments.at(-1)?.variadic ?? false,
  };
}

/** All verbs, those of verbs too, beginning with `ego` itself. */
export function allVerbs(verb: DeclaredVerb): readonly DeclaredVerb[] {
  return [verb, ...verb.verbs.flatMap(allVerbs)];
}

function declaredOption(option: Option): DeclaredOption {
  const { long, short, required, optional, description } = option;
  const flags = [long, short].filter((flag) => flag !== undefined);
  return { flags, description: sentence(description), ...(required || optional ? { value: offerOf(option) } : {}) };
}

function offerOf(what: Argument | Option): Offer {
  if (what.argChoices) return { kind: "words", words: what.argChoices };
  const [, placeholder = what.name()] = "flags" in what ? (/[<[](.+?)(?:\.\.\.)?[>\]]/.exec(what.flags) ?? []) : [];
  if (placeholder === "file") return { kind: "files" };
  return { kind: placeholder === "folder" ? "folders" : "nothing" };
}

function sentence(text: string): string {
  return text.replace(/\.(?:\s.*)?$/s, "");
}
