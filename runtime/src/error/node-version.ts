import { EgoError } from "./ego-error.ts";

/**
 * Checks that this Node can run ego.
 *
 * @throws EgoError `unsupported` saying which Node is needed, and how to get it
 */
export function checkNodeVersion(version: string = process.versions.node): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return;
  throw new EgoError(
    "unsupported",
    `ego needs Node >= 22.18, you run ${version}. In this folder: \`npm start\`, or \`npx node src/main.ts\`.`,
  );
}
