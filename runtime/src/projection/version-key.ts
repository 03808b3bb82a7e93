import type { ProjectionVersion } from "../journal/projection-store.ts";

/** A version of a projection as the key of a map. */
export function versionKey({ name, version }: ProjectionVersion): string {
  return `${name}\0${version}`;
}
