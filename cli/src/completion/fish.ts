import { allVerbs, type DeclaredVerb, type Offer } from "./declared.ts";
import { argumentPlaces, steps, valueOptions } from "./places.ts";

/** A script that makes fish complete the program. */
export function fishCompletion(program: DeclaredVerb): string {
  const { name } = program;
  const complete = (place: string, ...rest: readonly string[]) =>
    [`complete -c ${name} -n ${fishQuoted(`__${name}_is ${fishQuoted(place)}`)}`, ...rest].join(" ");
  const options = allVerbs(program).flatMap(({ path, options: own }) =>
    own.map(({ flags, description, value }) => {
      const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
      return complete(`${path}:*`, ...names, ...(value ? [followedBy(value)] : []), `-d ${fishQuoted(description)}`);
    }),
  );
  const places = argumentPlaces(program).flatMap(({ path, count, offer, verbs }) => {
    const place = `${path}:${count}`;
    if (verbs.length > 0) {
      return verbs.map(({ word, description }) =>
        complete(place, `-a ${words([word])}`, `-d ${fishQuoted(description)}`),
      );
    }
    return offer.kind === "nothing" ? [] : [complete(place, argumentOf(offer))];
  });
  return `# Completion of ${name} in fish. Made by \`${name} completion fish\`.

# Which verb is typed, and how many arguments it has: "graph:0".
function __${name}_at
  set -l at ''
  set -l before ''
  set -l count 0
  for word in (commandline -opc)[2..-1]
    if test -n "$before"; and not string match -q -- '-*' "$word"
      set before ''
    else if string match -q -- '--*=*' "$word"
      set before ''
    else if string match -q -- '-*' "$word"
      set before ''
      if contains -- "$at:$word" ${valueOptions(program)
        .flatMap(({ path, flags }) => flags.map((flag) => fishQuoted(`${path}:${flag}`)))
        .join(" ")}
        set before "$word"
      end
    else
      switch "$at:$word"
${steps(program)
  .map(
    ({ from, name: verb, to }) => `        case ${fishQuoted(`${from}:${verb}`)}\n          set at ${fishQuoted(to)}`,
  )
  .join("\n")}
        case '*'
          set count (math $count + 1)
      end
    end
  end
  echo "$at:$count"
end

function __${name}_is
  string match -q -- $argv[1] (__${name}_at)
end

complete -c ${name} -f
${[...places, ...options].join("\n")}
`;
}

/** A word for fish, which takes it for one word and for nothing but text. */
export function fishQuoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

/** Fish reads the list of what it offers as it reads a command. */
function words(list: readonly string[]): string {
  return fishQuoted(list.map(fishQuoted).join(" "));
}

function followedBy(offer: Offer): string {
  if (offer.kind === "files") return "-r -F";
  return offer.kind === "nothing" ? "-x" : `-x ${argumentOf(offer)}`;
}

function argumentOf(offer: Offer): string {
  if (offer.kind === "words") return `-a ${words(offer.words)}`;
  return offer.kind === "files" ? "-F" : "-a '(__fish_complete_directories)'";
}
