import type { Finding } from "../project/finding.ts";

/** Something that was looked at and is as it should be. */
export interface Fine {
  readonly severity: "ok";
  readonly text: string;
}

/** What came of one look. */
export type Check = Fine | Finding;

/** What the checks look at: a folder that may have everything, something, or nothing of a project. */
export interface Patient {
  /** Absolute, symbolic links resolved. */
  readonly root: string;
  /** Whether something of a project is there: a file of buf, or a package.json that names ego. */
  readonly isProject: boolean;
  readonly manager: "npm" | "pnpm" | "yarn";
  /** What runs a script of the project: `npm run`. */
  readonly run: string;
}

/** What is as it should be. */
export function fine(text: string): Fine {
  return { severity: "ok", text };
}
