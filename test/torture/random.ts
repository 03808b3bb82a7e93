/** A number from 0 to 2³² − 1 that looks random, and is the same for the same numbers in every run. */
export function random(seed: number, ...of: readonly number[]): number {
  let hash = mix(seed ^ 0x9e3779b9);
  for (const one of of) hash = mix(hash ^ Math.imul(one, 0x85ebca6b));
  return hash;
}

/** Whether something happens that does so in `share` of all cases. */
export function happens(share: number, seed: number, ...of: readonly number[]): boolean {
  return random(seed, ...of) < share * 2 ** 32;
}

function mix(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return (hash ^ (hash >>> 15)) >>> 0;
}
