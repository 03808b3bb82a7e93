import { commitText } from "../git/repository.ts";
import { type Finding, findingLines } from "../project/finding.ts";
import { printableName } from "../terminal/printable.ts";
import type { Against, Checked } from "./check.ts";

/** What was found out, in lines for people. */
export function reportLines({ findings, generated, against, failures }: Checked): readonly string[] {
  const counts = (["error", "warning", "note"] as const).flatMap((severity) => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    return number === 0 ? [] : [`${number} ${severity}${number === 1 ? "" : "s"}`];
  });
  const whole = failures.length === 0 ? "" : " Not all could be found out.";
  const fresh = generated === undefined ? [] : [`${generated} generated ${generated === 1 ? "file" : "files"}`];
  return [
    ...findingLines(findings),
    ...(against ? againstLines(against, findings.some(isEvolution)) : []),
    counts.length > 0
      ? `${counts.join(", ")}.${whole}`
      : `Nothing found${fresh.length > 0 ? `: ${fresh.join()} up to date` : ""}.${whole}`,
  ];
}

function isEvolution({ code, severity }: Finding): boolean {
  return severity === "error" && code.startsWith("EGO2");
}

function againstLines({ commit, exists, ofNow }: Against, breaks: boolean): readonly string[] {
  if (commit === undefined) return ["HEAD is the first commit: there is nothing to compare with."];
  if (!exists) return [`The project was not there at ${commitText(commit)}: nothing of it is stored yet.`];
  // What is in node_modules is not the project's own.
  const own = ofNow.filter((folder) => !folder.split("/").includes("node_modules"));
  return [
    `Compared with ${commitText(commit)}.`,
    ...(breaks ? ["What was never deployed is not stored: compare with what was, `--against <tag>`."] : []),
    ...own.map((folder) => `git does not have ${printableName(folder)} there: the protos in it were not compared.`),
  ];
}

/** The same for programs. */
export function reportJson({ findings, generated, against, failures }: Checked): object {
  return {
    format: 1,
    ok: failures.length === 0 && !hasErrors(findings),
    ...(generated === undefined ? {} : { generatedFiles: generated }),
    ...(against
      ? {
          against: {
            ...(against.commit ? { name: against.commit.name, commit: against.commit.hash } : {}),
            exists: against.exists,
            notCompared: against.ofNow,
          },
        }
      : {}),
    findings,
    failures,
  };
}

/** Whether something found makes the verdict 1. */
export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === "error");
}
