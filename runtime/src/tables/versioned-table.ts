import type { TableData } from "../codegen/table.ts";

/** How long a name may be: 63 bytes in Postgres, 64 characters in MySQL and MariaDB. */
const longest = 63;

// One object for each version, since what is compiled for a table is found by it.
const versions = new WeakMap<TableData, Map<number, TableData>>();

/**
 * A table for a version of a read model, beside the live one: the same under another name, as `balances__v2`, with indexes
 * of such names. Names that become too long are cut, and told apart by a hash.
 */
export function versionedTable(table: TableData, version: number): TableData {
  const known = versions.get(table) ?? new Map<number, TableData>();
  versions.set(table, known);
  let found = known.get(version);
  if (found === undefined) {
    const suffix = `__v${version}`;
    const indexes = table.indexes?.map((index) => ({ ...index, name: suffixed(index.name, suffix) }));
    found = { ...table, name: suffixed(table.name, suffix), ...(indexes === undefined ? {} : { indexes }) };
    known.set(version, found);
  }
  return found;
}

const encoder = new TextEncoder();

function suffixed(name: string, suffix: string): string {
  const bytes = encoder.encode(name);
  if (bytes.length + suffix.length <= longest) return name + suffix;
  const end = `_${hashOf(bytes)}${suffix}`;
  let cut = "";
  for (const character of name) {
    if (encoder.encode(cut + character).length + end.length > longest) break;
    cut += character;
  }
  return cut + end;
}

/** FNV-1a, 32 bits, in hexadecimal: it must never change, since names in databases are made of it. */
function hashOf(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}
