# Says what zsh offers: types each argument into an interactive zsh, presses Tab, and prints what is offered, "---" after each.
# SCRIPT is the completion, OUT a file of its own.
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1=; unsetopt autolist; autoload -Uz compinit; compinit -u -D
# Completion adds matches by this; what is only looked at is not offered.
compadd() {
  if [[ ${(j: :)${@[1,(i)(-|--)]}} == *-[OAD]\ * ]]; then builtin compadd "$@"; return; fi
  local -a offered
  builtin compadd -O offered "$@"
  print -rl -- $offered >> $OUT
  builtin compadd "$@"
}
mark() { print -r -- --- >> $OUT; BUFFER=; }
zle -N mark
bindkey "^I" complete-word
bindkey "^T" mark
source $SCRIPT'
for typed in "$@"; do zpty -w -n shell "$typed"$'\t\x14'; done
zpty -w shell 'exit'
while zpty -r shell; do :; done >/dev/null
