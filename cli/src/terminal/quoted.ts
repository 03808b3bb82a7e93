/** A word for a POSIX shell, which takes it for one word and for nothing but text. */
export function quoted(text: string): string {
  return /^[\w./~@%+=:,-]+$/.test(text) && !/^[-~=]/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
