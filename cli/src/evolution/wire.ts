import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import { runBuf } from "../project/buf.ts";
import type { Project } from "../project/project.ts";
import type { Host } from "../terminal/host.ts";
import { pairIn, wireImages } from "./wire-image.ts";
import type { WirePair } from "./wire-pairs.ts";

/** What buf says about a pair. */
export interface Breakage {
  readonly pair: WirePair;
  /** The rule of buf: `FIELD_WIRE_COMPATIBLE_TYPE`, … */
  readonly rule: string;
  /** The number that it is about: of a field, a value, or one that was reserved. */
  readonly number: number | undefined;
  /** In buf's words, with its names for the pairs. */
  readonly text: string;
}

/** Binary and JSON: of a pair, what is about its form counts. */
const config = JSON.stringify({ version: "v2", breaking: { use: ["WIRE", "WIRE_JSON"] } });

/**
 * Has buf compare pairs by its rules for what is on the wire. What buf.yaml says of `breaking` is for the project's API,
 * and does not count.
 *
 * @throws Failure if buf cannot do it
 */
export async function breakagesOf(
  host: Host,
  project: Project,
  pairs: readonly WirePair[],
): Promise<readonly Breakage[]> {
  const { was, is } = wireImages(pairs);
  if (Buffer.compare(was, is) === 0) return [];
  const folder = mkdtempSync(join(tmpdir(), "ego-wire-"));
  try {
    writeFileSync(join(folder, "was.binpb"), was);
    writeFileSync(join(folder, "is.binpb"), is);
    const args = ["breaking", "is.binpb", "--against", "was.binpb", "--error-format", "json", "--config", config];
    const { exitCode, stdout, stderr } = await runBuf(host, project, args, { folder });
    const lines = stdout.split("\n").filter((line) => line !== "");
    const found = lines.map((line) => breakage(pairs, line));
    if (found.includes(undefined) || (exitCode !== 0 && lines.length === 0)) {
      throw new Failure("environment", `buf could not compare the protos: ${(stderr || stdout).trim()}`);
    }
    return found.filter((one) => one !== undefined);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function breakage(pairs: readonly WirePair[], line: string): Breakage | undefined {
  try {
    const { type: rule, message: text } = JSON.parse(line) as Record<string, unknown>;
    if (typeof rule !== "string" || typeof text !== "string") return undefined;
    const named = pairIn(text);
    const pair = named && pairs[named.index];
    if (pair === undefined) return undefined;
    const number = named?.map ?? /"\[?(-?\d+)/.exec(text)?.[1];
    return { pair, rule, number: number === undefined ? undefined : Number(number), text };
  } catch {
    return undefined;
  }
}
