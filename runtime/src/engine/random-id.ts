import { randomFillSync } from "node:crypto";

const idBytes = 16;
/** Bytes of 256 ids: asking for random ones costs more than using them. */
const pool = Buffer.alloc(256 * idBytes);
let at = pool.length;

const hex = Buffer.from("0123456789abcdef", "latin1");
const text = Buffer.from("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "latin1");
/** Where in `text` the two digits of each byte are. */
const places = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/**
 * A random UUID (version 4), as `crypto.randomUUID` makes it, but as one piece of text: that one is a rope of twenty
 * pieces, which are all kept as long as the id is, and put together whenever it is stored.
 */
export function randomId(): string {
  if (at === pool.length) {
    randomFillSync(pool);
    at = 0;
  }
  pool[at + 6] = ((pool[at + 6] as number) & 0x0f) | 0x40;
  pool[at + 8] = ((pool[at + 8] as number) & 0x3f) | 0x80;
  for (let i = 0; i < idBytes; i++) {
    const byte = pool[at + i] as number;
    const place = places[i] as number;
    text[place] = hex[byte >> 4] as number;
    text[place + 1] = hex[byte & 0x0f] as number;
  }
  at += idBytes;
  return text.toString("latin1");
}
