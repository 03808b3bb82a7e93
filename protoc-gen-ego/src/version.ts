import { readFileSync } from "node:fs";

/** Version of the plugin: it stands in every header, and in the text of errors that ask for an update. */
export const version: string = readVersion();

// package.json lies beside `src` and beside `dist`, so that the path is the same for both.
function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  if (typeof manifest === "object" && manifest !== null && "version" in manifest) return String(manifest.version);
  throw new Error("the package.json of @ego/protoc-gen-ego has no version");
}
