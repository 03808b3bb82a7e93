import { quoted } from "../terminal/quoted.ts";
import { allVerbs, type DeclaredVerb, type Offer } from "./declared.ts";
import { argumentPlaces, type Item, steps, valueOptions } from "./places.ts";

/** A script that makes zsh complete the program: sourced, or as a file `_ego` in a folder of `fpath`. */
export function zshCompletion(program: DeclaredVerb): string {
  const { name } = program;
  const values = valueOptions(program);
  const cases = (indent: string, lines: readonly (readonly [patterns: readonly string[], body: string])[]) =>
    lines.map(([patterns, body]) => `${indent}${patterns.join(" | ")}) ${body} ;;`).join("\n");
  return `#compdef ${name}
# Completion of ${name} in zsh. Made by \`${name} completion zsh\`.

# Whether a value follows an option.
_${name}_takes() {
  case "$1" in
    ${values.flatMap(({ path, flags }) => flags.map((flag) => quoted(`${path}:${flag}`))).join(" | ")}) return 0 ;;
  esac
  return 1
}

_${name}() {
  local at= before= word
  local -i count=0 index
  local -a items
  # Which verb it is, which option a value is missing of, and how many arguments there are.
  for ((index = 2; index < CURRENT; index++)); do
    word=\${(Q)words[index]}
    if [[ -n $before && $word != -* ]]; then
      before=
    elif [[ $word == --*=* ]]; then
      before=
    elif [[ $word == -* ]]; then
      before=
      if _${name}_takes "$at:$word"; then before=$word; fi
    else
      case "$at:$word" in
${cases(
  "        ",
  steps(program).map(({ from, name: verb, to }) => [[quoted(`${from}:${verb}`)], `at=${quoted(to)}`]),
)}
        *) count+=1 ;;
      esac
    fi
  done
  if [[ $PREFIX == -* ]]; then before=; fi
  if [[ $PREFIX == --*=* ]]; then
    before=\${PREFIX%%=*}
    compset -P 1 '*='
  fi
  if [[ -n $before ]]; then
    case "$at:$before" in
${cases(
  "      ",
  values.map((one) => [one.flags.map((flag) => quoted(`${one.path}:${flag}`)), offer(one.offer, "value")]),
)}
    esac
  elif [[ $PREFIX == -* ]]; then
    case "$at" in
${cases(
  "      ",
  allVerbs(program).map(({ path, options }) => [
    [quoted(path)],
    `${described(options.flatMap(({ flags, description }) => flags.map((word) => ({ word, description }))))}; _describe -o option items`,
  ]),
)}
    esac
  else
    case "$at:$count" in
${cases(
  "      ",
  argumentPlaces(program).map((place) => [
    [`${quoted(`${place.path}:`)}${place.count}`],
    place.verbs.length > 0 ? `${described(place.verbs)}; _describe verb items` : offer(place.offer, "argument"),
  ]),
)}
    esac
  fi
}

if [[ $funcstack[1] == _${name} ]]; then
  _${name} "$@"
else
  compdef _${name} ${name}
fi
`;
}

function offer(what: Offer, title: string): string {
  if (what.kind === "words") {
    return `${described(what.words.map((word) => ({ word, description: "" })))}; _describe ${title} items`;
  }
  if (what.kind === "nothing") return `_message ${title}`;
  return what.kind === "files" ? "_files" : "_files -/";
}

/** The list of \`_describe\`, in which a colon parts a word from what it is for. */
function described(items: readonly Item[]): string {
  const colons = (text: string) => text.replace(/[\\:]/g, "\\$&");
  const texts = items.map(({ word, description }) =>
    description === "" ? colons(word) : `${colons(word)}:${description}`,
  );
  return `items=(${texts.map(quoted).join(" ")})`;
}
