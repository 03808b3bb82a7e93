import { quoted } from "../terminal/quoted.ts";
import { allVerbs, type DeclaredVerb, type Offer } from "./declared.ts";
import { argumentPlaces, steps, valueOptions } from "./places.ts";

/** A script that makes bash complete the program. For bash 3.2, which macOS has, and later ones. */
export function bashCompletion(program: DeclaredVerb): string {
  const { name } = program;
  const values = valueOptions(program);
  const offer = (what: Offer) => {
    if (what.kind === "words") return `_${name}_offer ${what.words.map(quoted).join(" ")}`;
    return what.kind === "nothing" ? ":" : `_${name}_paths ${what.kind === "files" ? "-f" : "-d"}`;
  };
  const cases = (indent: string, lines: readonly (readonly [patterns: readonly string[], body: string])[]) =>
    lines.map(([patterns, body]) => `${indent}${patterns.join(" | ")}) ${body} ;;`).join("\n");
  return `# Completion of ${name} in bash. Made by \`${name} completion bash\`.

# Offers those of its arguments that begin with what is typed.
_${name}_offer() {
  local word
  for word in "$@"; do
    if [[ $word == "$typed"* ]]; then COMPREPLY+=("$word"); fi
  done
}

# Offers files, or folders: -f or -d.
_${name}_paths() {
  local found
  compopt -o filenames 2>/dev/null
  while IFS= read -r found; do COMPREPLY+=("$found"); done < <(compgen "$1" -- "$typed")
}

# Whether a value follows an option.
_${name}_takes() {
  case "$at:$1" in
    ${values.flatMap(({ path, flags }) => flags.map((flag) => quoted(`${path}:${flag}`))).join(" | ")}) return 0 ;;
  esac
  return 1
}

_${name}() {
  local typed=\${COMP_WORDS[COMP_CWORD]} at= before= count=0 index word
  COMPREPLY=()
  # Which verb it is, which option a value is missing of, and how many arguments there are.
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    if [[ $word == "=" ]]; then
      # For bash, --format=svg is three words.
      continue
    elif [[ -n $before && $word != -* ]]; then
      before=
    elif [[ $word == -* ]]; then
      before=
      if _${name}_takes "$word"; then before=$word; fi
    else
      case "$at:$word" in
${cases(
  "        ",
  steps(program).map(({ from, name: verb, to }) => [[quoted(`${from}:${verb}`)], `at=${quoted(to)}`]),
)}
        *) count=$((count + 1)) ;;
      esac
    fi
  done
  if [[ $typed == "=" ]]; then typed=; fi
  if [[ -n $before && $typed != -* ]]; then
    case "$at:$before" in
${cases(
  "      ",
  values.map((one) => [one.flags.map((flag) => quoted(`${one.path}:${flag}`)), offer(one.offer)]),
)}
    esac
  elif [[ $typed == -* ]]; then
    case "$at" in
${cases(
  "      ",
  allVerbs(program).map(({ path, options }) => [
    [quoted(path)],
    offer({ kind: "words", words: options.flatMap(({ flags }) => flags.filter((flag) => flag.startsWith("--"))) }),
  ]),
)}
    esac
  else
    case "$at:$count" in
${cases(
  "      ",
  argumentPlaces(program).map((place) => [[`${quoted(`${place.path}:`)}${place.count}`], offer(place.offer)]),
)}
    esac
  fi
}

complete -F _${name} ${name}
`;
}
